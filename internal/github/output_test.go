package github

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// stepFile is a file that the runner made for the step.
func stepFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestWriteOutputs(t *testing.T) {
	t.Parallel()
	for name, before := range map[string]string{"empty file": "", "file with a line": "a=1\n", "unfinished line": "a=1"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := stepFile(t, before)
			err := newStep("GITHUB_OUTPUT=" + path).WriteOutputs(Outputs{
				Verdict: "fail", ExitCode: 1,
				Critical: 1, High: 2, Medium: 3, Low: 4, Unknown: 5, Findings: 16,
				Introduced: 9, Inherited: 7, Base: "debian:12",
				Report: "out/report.json", Digest: "sha256:0123",
			})
			if err != nil {
				t.Fatal(err)
			}
			got, err := readOutputs(read(t, path))
			if err != nil {
				t.Fatal(err)
			}
			want := [][2]string{
				{"verdict", "fail"},
				{"exit-code", "1"},
				{"critical", "1"},
				{"high", "2"},
				{"medium", "3"},
				{"low", "4"},
				{"unknown", "5"},
				{"findings", "16"},
				{"introduced", "9"},
				{"inherited", "7"},
				{"base", "debian:12"},
				{"report", "out/report.json"},
				{"sarif", ""},
				{"digest", "sha256:0123"},
			}
			if before != "" {
				want = append([][2]string{{"a", "1"}}, want...)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWriteOutputsWithoutAFile(t *testing.T) {
	t.Parallel()
	if err := newStep().WriteOutputs(Outputs{}); !isSkip(err) {
		t.Errorf("GITHUB_OUTPUT unset: %v, want a Skip", err)
	}
	missing := filepath.Join(t.TempDir(), "missing")
	if err := newStep("GITHUB_OUTPUT=" + missing).WriteOutputs(Outputs{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing file: %v, want fs.ErrNotExist", err)
	}
	if err := newStep("GITHUB_OUTPUT=" + t.TempDir()).WriteOutputs(Outputs{}); err == nil || isSkip(err) {
		t.Errorf("a folder: %v, want an error", err)
	}
}

func TestHeredocRefusesItsDelimiter(t *testing.T) {
	t.Parallel()
	if entry, err := heredoc("digest", "a\nD\nverdict<<E", "D"); err == nil {
		t.Errorf("wrote %q", entry)
	}
}

// TestOutputNames holds the names to what an expression can address.
func TestOutputNames(t *testing.T) {
	t.Parallel()
	valid := regexp.MustCompile(`^[a-z_][a-z0-9_-]*$`)
	for _, o := range outputs {
		if !valid.MatchString(o.name) {
			t.Errorf("output %q", o.name)
		}
	}
}

func TestWriteSummary(t *testing.T) {
	t.Parallel()
	path := stepFile(t, "")
	s := newStep("GITHUB_STEP_SUMMARY=" + path)
	for _, markdown := range []string{"# one\n", "# two\n"} {
		if err := s.WriteSummary(markdown); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := read(t, path), "# one\n\n# two\n"; got != want {
		t.Errorf("summary %q, want %q", got, want)
	}
}

func TestWriteSummaryLimit(t *testing.T) {
	t.Parallel()
	path := stepFile(t, "")
	s := newStep("GITHUB_STEP_SUMMARY=" + path)
	if err := s.WriteSummary(strings.Repeat("x", SummaryLimit)); err != nil {
		t.Fatalf("a summary of the limit: %v", err)
	}
	if err := s.WriteSummary("y"); err == nil || isSkip(err) {
		t.Errorf("a byte more: %v, want an error", err)
	}
	if got := len(read(t, path)); got != SummaryLimit {
		t.Errorf("the file has %d bytes", got)
	}
}

func FuzzOutputs(f *testing.F) {
	for _, s := range hostile {
		f.Add(s, s, s)
	}
	f.Fuzz(func(t *testing.T, verdict, report, digest string) {
		values := Outputs{Verdict: verdict, Report: report, Digest: digest}
		path := stepFile(t, "")
		if err := newStep("GITHUB_OUTPUT=" + path).WriteOutputs(values); err != nil {
			t.Fatal(err)
		}
		file := read(t, path)
		got, err := readOutputs(file)
		if err != nil {
			t.Fatalf("the runner rejects %q: %v", file, err)
		}
		var want [][2]string
		for _, o := range outputs {
			want = append(want, [2]string{o.name, strings.ToValidUTF8(o.value(values), "\ufffd")})
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}
