//go:build unix

package manifest

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// changing is a repository that lists a pipe as a file, as one that changes while
// it is read would.
type changing struct{ fs.FS }

func (c changing) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(c.FS, name)
	for i := range entries {
		entries[i] = asFile{entries[i]}
	}
	return entries, err
}

func (c changing) Stat(name string) (fs.FileInfo, error) { return fs.Stat(c.FS, name) }

type asFile struct{ fs.DirEntry }

func (asFile) Type() fs.FileMode { return 0 }

// A pipe in the place of a manifest would hold up the scan for ever.
func TestReadOpensNoPipe(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, "go.mod"), 0o600); err != nil {
		t.Skip("no pipes here:", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for _, repo := range []fs.FS{os.DirFS(dir), changing{os.DirFS(dir)}} {
		done := make(chan error, 1)
		go func() {
			_, err := Read(ctx, repo, Options{})
			done <- err
		}()
		select {
		case err := <-done:
			if err != nil {
				t.Error(err)
			}
		case <-ctx.Done():
			t.Fatal("it waits for the pipe")
		}
	}
}
