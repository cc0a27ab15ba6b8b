//go:build unix

package publish_test

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/publish"
)

// A pipe that nobody reads would hold up the scan for ever.
func TestFileInRootIsNoPipe(t *testing.T) {
	g := newGrounds(t)
	pipe := filepath.Join(g.workspace, "report")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip("no pipes here:", err)
	}
	file := publish.File{Format: fixed("new"), Path: pipe, Roots: []string{g.workspace}}
	for what, err := range map[string]error{"Check": file.Check(), "Publish": file.Publish(&finding.Report{})} {
		if err == nil || !strings.Contains(err.Error(), "it is no regular file") {
			t.Errorf("%s: %v", what, err)
		}
	}
}
