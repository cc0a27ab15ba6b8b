package publish_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/publish"
	"github.com/org/imgscan-action/internal/report"
)

// fixed is a format whose reports are all the same.
func fixed(content string) report.Format {
	return report.Format{Name: "fixed", Write: func(w io.Writer, _ *finding.Report, _ report.Options) error {
		_, err := io.WriteString(w, content)
		return err
	}}
}

// grounds are a workspace and a temporary folder that may be written in, beside
// a folder that may not.
type grounds struct{ workspace, temp, victim string }

func newGrounds(t *testing.T) grounds {
	t.Helper()
	dir := t.TempDir()
	g := grounds{filepath.Join(dir, "ws"), filepath.Join(dir, "temp"), filepath.Join(dir, "victim")}
	for _, folder := range []string{g.workspace, g.temp, g.victim} {
		if err := os.Mkdir(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	g.write(t, filepath.Join(g.victim, "outside"), "untouched")
	return g
}

func (g grounds) write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (g grounds) link(t *testing.T, to, name string) {
	t.Helper()
	if err := os.Symlink(to, filepath.Join(g.workspace, name)); err != nil {
		t.Skip("no symbolic links here:", err)
	}
}

// check fails unless the victim is as it was.
func (g grounds) check(t *testing.T) {
	t.Helper()
	files, err := os.ReadDir(g.victim)
	if err != nil || len(files) != 1 {
		t.Errorf("beside the roots are %v (%v), want one file", files, err)
	}
	if got, err := os.ReadFile(filepath.Join(g.victim, "outside")); err != nil || string(got) != "untouched" {
		t.Errorf("a file beside the roots holds %q (%v)", got, err)
	}
}

// What a change puts into its workspace does not decide where reports go.
func TestFileStaysInItsRoots(t *testing.T) {
	cases := []struct {
		name    string
		prepare func(t *testing.T, g grounds)
		path    string // from the workspace, unless absolute; ROOT is the folder of all
		want    string // of the error; empty for none
	}{
		{name: "plain", path: "report"},
		{name: "plain, absolute", path: "ROOT/ws/report"},
		{name: "temporary folder", path: "ROOT/temp/report"},
		{name: "temporary folder, by way of the workspace", path: "../temp/report"},
		{name: "new folders", path: "a/b/report"},
		{
			name:    "the file is replaced",
			prepare: func(t *testing.T, g grounds) { g.write(t, filepath.Join(g.workspace, "report"), "old") },
			path:    "report",
		},
		{
			name:    "a link in its place is replaced",
			prepare: func(t *testing.T, g grounds) { g.link(t, "../victim/outside", "report") },
			path:    "report",
		},
		{
			name:    "a link in its place that leads nowhere",
			prepare: func(t *testing.T, g grounds) { g.link(t, "../victim/new", "report") },
			path:    "report",
		},
		{
			name:    "a folder that leads out",
			prepare: func(t *testing.T, g grounds) { g.link(t, "../victim", "reports") },
			path:    "reports/x.json",
			want:    `"reports" is a symbolic link`,
		},
		{
			name: "a folder that leads to another",
			prepare: func(t *testing.T, g grounds) {
				if err := os.Mkdir(filepath.Join(g.workspace, ".git"), 0o755); err != nil {
					t.Fatal(err)
				}
				g.link(t, ".git", "reports")
			},
			path: "reports/x.json",
			want: `"reports" is a symbolic link`,
		},
		{
			name:    "an inner folder that leads to a missing one",
			prepare: func(t *testing.T, g grounds) { g.link(t, "../victim/new", "reports") },
			path:    "reports/inner/x.json",
			want:    `"reports" is a symbolic link`,
		},
		{
			name:    "a file where a folder has to be",
			prepare: func(t *testing.T, g grounds) { g.write(t, filepath.Join(g.workspace, "reports"), "") },
			path:    "reports/x.json",
			want:    `"reports" is no folder`,
		},
		{
			name: "a folder in its place",
			prepare: func(t *testing.T, g grounds) {
				if err := os.Mkdir(filepath.Join(g.workspace, "report"), 0o755); err != nil {
					t.Fatal(err)
				}
			},
			path: "report",
			want: "it is a folder: name a file",
		},
		{name: "beside", path: "../victim/outside", want: "it is outside of"},
		{name: "beside, absolute", path: "ROOT/victim/outside", want: "it is outside of"},
		{name: "beside, with the beginning of a root's name", path: "../ws-other", want: "it is outside of"},
		{name: "a root itself", path: ".", want: "it is a folder: name a file"},
		{name: "a device", path: os.DevNull, want: "it is outside of"},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			g := newGrounds(t)
			t.Chdir(g.workspace)
			if test.prepare != nil {
				test.prepare(t, g)
			}
			file := publish.File{
				Format: fixed("new"),
				Path:   strings.ReplaceAll(test.path, "ROOT", filepath.Dir(g.workspace)),
				Roots:  []string{g.workspace, g.temp},
			}
			before := tree(t, g.workspace)
			checked := file.Check()
			if after := tree(t, g.workspace); before != after {
				t.Errorf("the check left something behind:\n%s\nwas\n%s", after, before)
			}
			published := file.Publish(&finding.Report{})
			g.check(t)
			if test.want != "" {
				for what, err := range map[string]error{"Check": checked, "Publish": published} {
					if err == nil || !strings.Contains(err.Error(), test.want) {
						t.Errorf("%s: error %v, want %q", what, err, test.want)
					}
				}
				return
			}
			if err := errors.Join(checked, published); err != nil {
				t.Fatal(err)
			}
			if info, err := os.Lstat(file.Path); err != nil || info.Mode() != 0o644 {
				t.Errorf("the file is %v, %v", info, err)
			}
			if got, err := os.ReadFile(file.Path); err != nil || string(got) != "new" {
				t.Errorf("the file holds %q (%v)", got, err)
			}
			if rest, err := filepath.Glob(filepath.Join(filepath.Dir(file.Path), ".imgscan-*")); err != nil || len(rest) > 0 {
				t.Errorf("left behind: %q, %v", rest, err)
			}
		})
	}
}

// tree is what is in a folder, a line each.
func tree(t *testing.T, dir string) string {
	t.Helper()
	var lines []string
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil {
			lines = append(lines, e.Type().String()+" "+path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

// A runner's workspace may be named by way of a link, which is the runner's own.
func TestFileRootBehindALink(t *testing.T) {
	g := newGrounds(t)
	g.link(t, ".", "again")
	t.Chdir(g.workspace)
	for _, root := range []string{filepath.Join(g.workspace, "again"), g.workspace} {
		file := publish.File{Format: fixed("new"), Path: "report", Roots: []string{"", root}}
		if err := file.Publish(&finding.Report{}); err != nil {
			t.Errorf("root %q: %v", root, err)
		}
	}
}

// Without roots, links and folders are the user's own.
func TestFileFollowsTheUsersLinks(t *testing.T) {
	g := newGrounds(t)
	t.Chdir(g.workspace)
	g.link(t, "../temp/behind", "report")
	g.write(t, filepath.Join(g.temp, "behind"), "old")
	if err := (publish.File{Format: fixed("new"), Path: "report"}).Publish(&finding.Report{}); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(g.temp, "behind")); err != nil || string(got) != "new" {
		t.Errorf("behind the link is %q (%v)", got, err)
	}
	missing := publish.File{Format: fixed("new"), Path: "missing/report"}
	if err := missing.Check(); err == nil || !strings.Contains(err.Error(), "name a file in a folder that exists") {
		t.Errorf("a folder that is not there: %v", err)
	}
}

// A report that cannot be rendered leaves nothing in a root either.
func TestFileInRootKeepsTheOldOne(t *testing.T) {
	g := newGrounds(t)
	path := filepath.Join(g.workspace, "report")
	g.write(t, path, "old")
	broken := errors.New("broken")
	half := report.Format{Name: "half", Write: func(w io.Writer, _ *finding.Report, _ report.Options) error {
		_, err := io.WriteString(w, strings.Repeat("half of it", 1<<12))
		return errors.Join(err, broken)
	}}
	before := tree(t, g.workspace)
	if err := (publish.File{Format: half, Path: path, Roots: []string{g.workspace}}).Publish(&finding.Report{}); !errors.Is(err, broken) {
		t.Errorf("error %v, want %v", err, broken)
	}
	if after := tree(t, g.workspace); before != after {
		t.Errorf("something was left behind:\n%s", after)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "old" {
		t.Errorf("the file holds %q (%v), want the old content", got, err)
	}
}
