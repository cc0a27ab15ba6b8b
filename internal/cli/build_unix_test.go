//go:build unix

package cli

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/org/imgscan-action/internal/config"
)

// A pipe in the place of a file would hold up the scan for ever.
func TestRepositoryReadsNoPipe(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mkfifo(filepath.Join(dir, defaultDockerfile), 0o600); err != nil {
		t.Skip("no pipes here:", err)
	}
	if err := os.Symlink(defaultDockerfile, filepath.Join(dir, "CODEOWNERS")); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	r := &repository{root: root, cfg: config.Build{Dockerfile: defaultDockerfile}}

	refused := make(chan error, 2)
	go func() {
		_, _, _, err := r.dockerfile()
		refused <- err
		_, err = r.owners(nil, tree{})
		refused <- err
	}()
	for range cap(refused) {
		select {
		case err := <-refused:
			if err == nil || !strings.Contains(err.Error(), "is no regular file") {
				t.Errorf("error %v", err)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("it waits for the pipe")
		}
	}
}
