package githubtest

import (
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// listed is a tree as `git ls-tree -t` shows it.
func listed(answer map[string]any) string {
	var b strings.Builder
	entries, _ := answer["tree"].([]any)
	for _, e := range entries {
		e, _ := e.(map[string]any)
		fmt.Fprintf(&b, "%v %v %v %v\n", e["mode"], e["type"], e["sha"], e["path"])
	}
	return b.String()
}

// The objects are those that Git made of the same files.
func TestTree(t *testing.T) {
	t.Parallel()
	s := New(t)
	if err := s.AddFiles("main", fstest.MapFS{
		"a/b/c":                {Data: []byte("hello\n"), Mode: 0o644},
		"a/link":               {Data: []byte("../run"), Mode: 0o777 | fs.ModeSymlink},
		"a.b/f":                {Data: []byte("x\n"), Mode: 0o644},
		"run":                  {Data: []byte("#!/bin/sh\n"), Mode: 0o755},
		".imgscan/config.yaml": {Data: []byte("version: 1\n"), Mode: 0o644},
		".imgscan/.d/w":        {Data: []byte("w\n"), Mode: 0o644},
		".git/config":          {Data: []byte("[core]\n"), Mode: 0o644},
	}); err != nil {
		t.Fatal(err)
	}
	s.AddFile("refs/heads/main", "a-b", []byte("y\n"))
	s.AddFile(SHA(2), "other", []byte("z\n"))
	for _, tt := range []struct{ name, sha, want string }{
		{"main", "7583a73ee22b948b4cd55a2d193f93eee84f16bb", `040000 tree 7beceb962f9c3a4059cc551776799c9fe2fb30d0 .imgscan
100644 blob 975fbec8256d3e8a3797e7a3611380f27c49f4ac a-b
040000 tree a1dffc7a64c0b2d395484bf452e9aeb1da3a18f2 a.b
040000 tree c4e5c170205eb922a961f9f4214764661e163dbd a
100755 blob 1a2485251c33a70432394c93fb89330ef214bfc9 run
`},
		{SHA(1) + "?recursive=0", "7583a73ee22b948b4cd55a2d193f93eee84f16bb", `040000 tree 7beceb962f9c3a4059cc551776799c9fe2fb30d0 .imgscan
040000 tree 95556a9045b8426b6bfa4fb9c49eda95170c2d58 .imgscan/.d
100644 blob e556b830cfd4d2bf3f4501b4ff7cf2ce00c052ef .imgscan/.d/w
100644 blob b82551848c644f63b8517a7bdf8be9a992e6f4da .imgscan/config.yaml
100644 blob 975fbec8256d3e8a3797e7a3611380f27c49f4ac a-b
040000 tree a1dffc7a64c0b2d395484bf452e9aeb1da3a18f2 a.b
100644 blob 587be6b4c3f93f93c489c0111bba5596147a26cb a.b/f
040000 tree c4e5c170205eb922a961f9f4214764661e163dbd a
040000 tree 435927d2fe872add393f6b83553075ffeb232cba a/b
100644 blob ce013625030ba8dba906f756967f9e9ca394464a a/b/c
120000 blob 84ba55b912a470365255744b6bb42268254365e3 a/link
100755 blob 1a2485251c33a70432394c93fb89330ef214bfc9 run
`},
		{"c4e5c170205eb922a961f9f4214764661e163dbd", "c4e5c170205eb922a961f9f4214764661e163dbd", `040000 tree 435927d2fe872add393f6b83553075ffeb232cba b
120000 blob 84ba55b912a470365255744b6bb42268254365e3 link
`},
		{"c4e5c170205eb922a961f9f4214764661e163dbd?recursive=1", "c4e5c170205eb922a961f9f4214764661e163dbd", `040000 tree 435927d2fe872add393f6b83553075ffeb232cba b
100644 blob ce013625030ba8dba906f756967f9e9ca394464a b/c
120000 blob 84ba55b912a470365255744b6bb42268254365e3 link
`},
		{SHA(2), "ca684a2dc1d272b837e81e8ce1843b2614d4e1d3", "100644 blob b68025345d5301abad4d9ec9166f455243a0d746 other\n"},
	} {
		status, answer := ask(t, s.Client(), "GET", repo+"/git/trees/"+tt.name, "")
		if got := listed(answer); status != http.StatusOK || answer["sha"] != tt.sha || got != tt.want {
			t.Errorf("%s: %d, the tree %v:\n%swant %s:\n%s", tt.name, status, answer["sha"], got, tt.sha, tt.want)
		}
	}
}

// A commit that a ref is at has a tree, also when it has no files.
func TestEmptyTree(t *testing.T) {
	t.Parallel()
	s := New(t)
	if _, answer := ask(t, s.Client(), "GET", repo+"/git/trees/main", ""); answer["sha"] != "4b825dc642cb6eb9a060e54bf8d69288fbee4904" {
		t.Errorf("the tree is %v", answer)
	}
}

// A symlink of a folder on disk stays one, and an executable is told from a file.
func TestAddFilesFromDisk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, mode := range map[string]fs.FileMode{"run": 0o755, "file": 0o644, ".git": 0o644} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, mode); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("file", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	s := New(t)
	if err := s.AddFiles("main", os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	want := `100644 blob e69de29bb2d1d6434b8b29ae775ad8c2e48c5391 file
120000 blob 1a010b1c0f081b2e8901d55307a15c29ff30af0e link
100755 blob e69de29bb2d1d6434b8b29ae775ad8c2e48c5391 run
`
	if _, answer := ask(t, s.Client(), "GET", repo+"/git/trees/main", ""); listed(answer) != want {
		t.Errorf("the tree is\n%swant\n%s", listed(answer), want)
	}
	if err := s.AddFiles("main", os.DirFS(filepath.Join(dir, "nowhere"))); err == nil {
		t.Error("a folder that is not there is no error")
	}
}

// A blob is JSON, unless it is asked for as it is.
func TestBlob(t *testing.T) {
	t.Parallel()
	s := New(t)
	s.AddFile("main", "f", []byte("hello\n"))
	const sha = "ce013625030ba8dba906f756967f9e9ca394464a"
	for accept, want := range map[string]string{
		"application/vnd.github.v3.raw":      "hello\n",
		"application/vnd.github.raw+json":    "hello\n",
		"application/vnd.github.v3+json":     `"content":"aGVsbG8K"`,
		"application/json; charset=whatever": `"size":6`,
	} {
		req, err := http.NewRequestWithContext(t.Context(), "GET", "http://"+memoryHost+repo+"/git/blobs/"+sha, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+Token)
		req.Header.Set("Accept", accept)
		resp, err := s.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(resp.Body)
		if err != nil || !strings.Contains(string(got), want) || strings.Contains(accept, "raw") && string(got) != want {
			t.Errorf("for %q: %q (%v), want %q", accept, got, err, want)
		}
	}
}
