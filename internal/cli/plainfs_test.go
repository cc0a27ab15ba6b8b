package cli

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
)

func TestPlainFS(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	in := func(name string) string { return filepath.Join(folder, name) }
	if err := os.MkdirAll(in("a/b"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a/b/plain", "secret"} {
		if err := os.WriteFile(in(name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, link := range [][2]string{{"../../secret", "a/b/link"}, {"a", "folder"}, {"/proc/self", "outside"}} {
		if err := os.Symlink(link[0], in(link[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(in("pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	plain := plainFS{root}
	for name, want := range map[string]string{
		"a/b/plain":       "",
		"a":               "",
		".":               "",
		"a/b/link":        `"a/b/link" is a link`,
		"folder/b/plain":  `"folder" is a link`,
		"outside/environ": `"outside" is a link`,
		"pipe":            `"pipe" is a pipe`,
		"a/none":          "no such file",
		"../secret":       "invalid",
		"/secret":         "invalid",
	} {
		f, err := plain.Open(name)
		if err == nil {
			f.Close()
		}
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", name, err, want)
		}
	}
	below, err := fs.Sub(plain, "a")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(in("a/b/link")); err != nil {
		t.Fatal(err)
	}
	if err := fstest.TestFS(below, "b/plain"); err != nil {
		t.Error(err)
	}
}
