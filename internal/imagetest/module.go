package imagetest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// ModuleFile is the path of a file that comes inside a Go module, at the version
// that go.mod names. Real images and package databases are had this way, with
// their checksums in go.sum:
//
//	ModuleFile(t, "github.com/aquasecurity/trivy", "pkg/fanal/test/testdata/alpine-310.tar.gz")
func ModuleFile(t testing.TB, module, path string) string {
	t.Helper()
	found, err := FindModuleFile(t.Context(), module, path)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// FindModuleFile is ModuleFile outside of a test. It must run inside our module.
func FindModuleFile(ctx context.Context, module, path string) (string, error) {
	var stderr strings.Builder
	cmd := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", module)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("finding module %q: %w: %s", module, err, strings.TrimSpace(stderr.String()))
	}
	found := filepath.Join(strings.TrimSpace(string(out)), filepath.FromSlash(path))
	if _, err := os.Stat(found); err != nil {
		return "", fmt.Errorf("finding a file of module %q: %w", module, err)
	}
	return found, nil
}

// shortDir is a temporary folder whose path is short enough for a socket.
func shortDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "d")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}
