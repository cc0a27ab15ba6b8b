package github

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	commitA = "95790bf891e76fee5e1747ab589903a6a1f80f22"
	commitB = "ec26c3e57ca3a959ca5aad62de7213c562f8c821"
)

// folder is a folder with files in it, by their path.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		name = filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// object is what Git writes for a commit with parents.
func object(parents ...string) string {
	text := "tree " + strings.Repeat("0", 40) + "\n"
	for _, parent := range parents {
		text += "parent " + parent + "\n"
	}
	text += "author A <a@example.com> 0 +0000\n\nMerge\n\nparent " + strings.Repeat("f", 40) + "\n"
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	fmt.Fprintf(w, "commit %d\x00%s", len(text), text)
	w.Close()
	return out.String()
}

func TestCheckouts(t *testing.T) {
	t.Parallel()
	loose := ".git/objects/" + commitA[:2] + "/" + commitA[2:]
	for _, tt := range []struct {
		name  string
		files map[string]string
		want  []checkout // with an error's text as the place's, after a colon
	}{
		{"nothing", map[string]string{"app/main.go": ""}, nil},
		{"detached", map[string]string{".git/HEAD": commitA + "\n"}, []checkout{{place: "the workspace", commit: commitA}}},
		{"SHA-256", map[string]string{".git/HEAD": commitA + strings.Repeat("0", 24)}, []checkout{{place: "the workspace", commit: commitA + strings.Repeat("0", 24)}}},
		{"branch", map[string]string{".git/HEAD": "ref: refs/heads/a/b\n", ".git/refs/heads/a/b": commitA}, []checkout{{place: "the workspace", commit: commitA}}},
		{"packed", map[string]string{
			".git/HEAD":        "ref: refs/heads/a",
			".git/packed-refs": "# pack-refs with: peeled\n" + commitB + " refs/heads/ab\n" + commitA + " refs/heads/a\n^" + commitB + "\n",
		}, []checkout{{place: "the workspace", commit: commitA}}},
		{"loose before packed", map[string]string{
			".git/HEAD": "ref: refs/heads/a", ".git/refs/heads/a": commitA, ".git/packed-refs": commitB + " refs/heads/a\n",
		}, []checkout{{place: "the workspace", commit: commitA}}},
		{"no commit yet", map[string]string{".git/HEAD": "ref: refs/heads/a"}, []checkout{{place: "the workspace"}}},
		{"folders", map[string]string{"b/.git/HEAD": commitB, "a/.git/HEAD": commitA, "c/d/.git/HEAD": commitA, "e": ""}, []checkout{
			{place: `the folder "a"`, commit: commitA}, {place: `the folder "b"`, commit: commitB},
		}},
		{"worktree", map[string]string{
			".git/HEAD": commitB, ".git/refs/heads/a": commitA,
			".git/worktrees/pr/HEAD": "ref: refs/heads/a", ".git/worktrees/pr/commondir": "../..\n",
			"pr/.git": "gitdir: ../.git/worktrees/pr\n",
		}, []checkout{{place: "the workspace", commit: commitB}, {place: `the folder "pr"`, commit: commitA}}},
		{"worktree of another mount", map[string]string{
			".git/HEAD":              commitB,
			".git/worktrees/pr/HEAD": commitA, ".git/worktrees/pr/commondir": "../..\n",
			"pr/.git": "gitdir: /does/not/exist/here/.git/worktrees/pr\n",
		}, []checkout{{place: "the workspace", commit: commitB}, {place: `the folder "pr"`, commit: commitA}}},
		{"a pull request's ref", map[string]string{
			".git/HEAD": commitA, ".git/refs/remotes/pull/43/merge": commitA, ".git/refs/remotes/pull/44/merge": commitB,
		}, []checkout{{place: "the workspace", commit: commitA, pull: true}}},
		{"another pull request's ref", map[string]string{
			".git/HEAD": commitB, ".git/refs/remotes/pull/43/merge": commitA, ".git/packed-refs": commitB + " refs/remotes/origin/pull/1/head\n",
		}, []checkout{{place: "the workspace", commit: commitB}}},
		{"a pull request's packed ref", map[string]string{
			".git/HEAD": commitA, ".git/packed-refs": commitA + " refs/pull/43/head\n",
		}, []checkout{{place: "the workspace", commit: commitA, pull: true}}},
		{"merge", map[string]string{".git/HEAD": commitA, loose: object(baseSHA, commitB)}, []checkout{
			{place: "the workspace", commit: commitA, parents: []string{baseSHA, commitB}},
		}},
		{"no object", map[string]string{".git/HEAD": commitA, loose: "x"}, []checkout{{place: "the workspace", commit: commitA}}},
		{"origin", map[string]string{
			".git/HEAD":   commitA,
			".git/config": "[core]\n\turl = x/y\n[remote \"fork\"]\n\turl = https://github.com/a/b\n[remote \"origin\"]\n\tURL=https://github.com/stranger/app.git\n",
		}, []checkout{{place: "the workspace", commit: commitA, origin: "stranger/app"}}},
		{"origin by SSH", map[string]string{".git/HEAD": commitA, ".git/config": "[remote \"origin\"]\nurl = git@github.com:stranger/app.git/\n"}, []checkout{
			{place: "the workspace", commit: commitA, origin: "stranger/app"},
		}},

		{"circle", map[string]string{".git/HEAD": "ref: refs/heads/a", ".git/refs/heads/a": "ref: refs/heads/a"}, []checkout{{place: "the workspace: in a circle"}}},
		{"way out", map[string]string{".git/HEAD": "ref: refs/../../HEAD", "HEAD": commitA}, []checkout{{place: "the workspace: is no ref"}}},
		{"no ref", map[string]string{".git/HEAD": "ref: config", ".git/config": commitA}, []checkout{{place: "the workspace: is no ref"}}},
		{"no HEAD", map[string]string{".git/config": ""}, []checkout{{place: "the workspace: has no HEAD"}}},
		{"not a commit", map[string]string{".git/HEAD": "main"}, []checkout{{place: `the workspace: "HEAD" has no commit`}}},
		{"a long commit", map[string]string{".git/HEAD": strings.Repeat("a", maxGitLine+40)}, []checkout{{place: `the workspace: "HEAD" has no commit`}}},
		{"leads nowhere", map[string]string{".git": "HEAD"}, []checkout{{place: "the workspace: neither a folder nor leads to one"}}},
		{"leads to nothing", map[string]string{"a/.git": "gitdir: ../none"}, []checkout{{place: `the folder "a": has no HEAD`}}},
		{"leads to itself", map[string]string{"a/.git": "gitdir: .git"}, []checkout{{place: `the folder "a": has no HEAD`}}},
		{"HEAD is a folder", map[string]string{".git/HEAD/x": ""}, []checkout{{place: `the workspace: "HEAD" is no plain file`}}},
		{"reftable", map[string]string{".git/HEAD": "ref: refs/heads/.invalid", ".git/reftable/tables.list": ""}, []checkout{{place: "the workspace: reftable"}}},
		{"a line without end", map[string]string{".git/HEAD": "ref: refs/heads/a", ".git/packed-refs": strings.Repeat("x", 1<<17)}, []checkout{
			{place: "the workspace: cannot be read"},
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			compareCheckouts(t, checkouts(folder(t, tt.files)), tt.want)
		})
	}
	for _, workspace := range []string{"", filepath.Join(t.TempDir(), "none")} {
		if got := checkouts(workspace); got != nil {
			t.Errorf("checkouts(%q) = %+v", workspace, got)
		}
	}
}

// compareCheckouts compares; where the wanted place has a colon in it, the error
// has what is behind it.
func compareCheckouts(t *testing.T, got, want []checkout) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%+v, want %+v", got, want)
	}
	for i, g := range got {
		place, text, fails := strings.Cut(want[i].place, ": ")
		if fails != (g.err != nil) || g.err != nil && !strings.Contains(g.err.Error(), text) {
			t.Errorf("%s: error %v, want %q", g.place, g.err, text)
		}
		w := want[i]
		w.place, g.err = place, nil
		if diff := cmp.Diff(w, g, cmp.AllowUnexported(checkout{})); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// TestCheckoutsOfGit is that Git keeps things where we look for them.
func TestCheckoutsOfGit(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	root := t.TempDir()
	git := func(args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "git", args...)
		cmd.Dir = root
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
			"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("git %q: %v\n%s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	git("init", "--quiet", "--initial-branch=main")
	git("remote", "add", "origin", "https://github.com/org/app")
	git("commit", "--quiet", "--allow-empty", "--message=base")
	git("switch", "--quiet", "--create=change")
	git("commit", "--quiet", "--allow-empty", "--message=change")
	head := git("rev-parse", "HEAD")
	check := func(want ...checkout) {
		t.Helper()
		for i := range want {
			want[i].origin = "org/app"
		}
		compareCheckouts(t, checkouts(root), want)
	}
	base := git("rev-parse", "main")
	check(checkout{place: "the workspace", commit: head, parents: []string{base}})

	git("update-ref", "refs/remotes/pull/43/head", head)
	git("pack-refs", "--all")
	check(checkout{place: "the workspace", commit: head, parents: []string{base}, pull: true})

	git("switch", "--quiet", "main")
	git("commit", "--quiet", "--allow-empty", "--message=main")
	main := git("rev-parse", "HEAD")
	git("merge", "--quiet", "--no-edit", "change")
	merge := checkout{place: "the workspace", commit: git("rev-parse", "HEAD"), parents: []string{main, head}}
	check(merge)

	git("worktree", "add", "--quiet", "pr", "change")
	check(merge, checkout{place: `the folder "pr"`, commit: head, parents: []string{base}, pull: true})

	git("repack", "-a", "-d", "--quiet")
	merge.parents = nil // packed
	check(merge, checkout{place: `the folder "pr"`, commit: head, pull: true})
}

// FuzzCheckouts holds that no content of a repository makes it anything but a
// checkout of a commit or an error.
func FuzzCheckouts(f *testing.F) {
	f.Add("ref: refs/heads/a", "gitdir: ../.git", "../..", commitA+" refs/heads/a\n", "[remote \"origin\"]\nurl = a/b", object(commitB))
	f.Add(commitA, "", "/", "", "url", "")
	f.Fuzz(func(t *testing.T, head, file, common, packed, config, commit string) {
		got := checkouts(folder(t, map[string]string{
			".git/HEAD": head, ".git/packed-refs": packed, ".git/config": config, "a/.git": file, "b/.git/commondir": common, "b/.git/HEAD": head,
			".git/objects/" + commitA[:2] + "/" + commitA[2:]: commit,
		}))
		for _, c := range got {
			if c.commit != "" && (!objectName.MatchString(c.commit) || c.err != nil) || c.commit == "" && (c.pull || c.parents != nil) {
				t.Errorf("%+v", c)
			}
			for _, parent := range c.parents {
				if !objectName.MatchString(parent) {
					t.Errorf("%+v", c)
				}
			}
		}
	})
}
