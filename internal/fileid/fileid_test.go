package fileid_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/org/imgscan-action/internal/fileid"
)

func TestOf(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	of := func(path string) string {
		t.Helper()
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		return fileid.Of(f)
	}
	file, other := filepath.Join(dir, "file"), filepath.Join(dir, "other")
	for _, path := range []string{file, other} {
		if err := os.WriteFile(path, []byte("content"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if id := of(file); id != "" {
		t.Errorf("a file that has changed just now is %q", id)
	}
	time.Sleep(150 * time.Millisecond) // until a change would show
	if id := of(dir); id != "" {
		t.Errorf("a folder is %q", id)
	}
	if runtime.GOOS != "linux" {
		if id := of(file); id != "" {
			t.Errorf("the file is %q where nobody can tell", id)
		}
		return
	}
	id := of(file)
	if id == "" || of(file) != id {
		t.Errorf("the file is %q and then %q", id, of(file))
	}
	if of(other) == id {
		t.Errorf("two files with the same content are %q", id)
	}
	// Giving a file the permissions that it has is a change of its inode.
	if err := os.Chmod(file, 0o600); err != nil {
		t.Fatal(err)
	}
	time.Sleep(150 * time.Millisecond)
	if of(file) == id {
		t.Error("a change does not show")
	}
}
