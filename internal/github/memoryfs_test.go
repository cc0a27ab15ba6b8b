package github

import (
	"errors"
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

func TestMemoryFS(t *testing.T) {
	t.Parallel()
	m := memoryFS{
		"CODEOWNERS":                  []byte("* @org/team"),
		".imgscan/config.yaml":        []byte("version: 1"),
		".imgscan/exceptions.d/b.yml": []byte("b"),
		".imgscan/exceptions.d/a.yml": []byte("a"),
		".imgscan-not/empty":          nil,
	}
	if err := fstest.TestFS(m, "CODEOWNERS", ".imgscan/config.yaml", ".imgscan/exceptions.d/a.yml", ".imgscan-not/empty"); err != nil {
		t.Error(err)
	}
	if err := fstest.TestFS(memoryFS{}); err != nil {
		t.Errorf("without files: %v", err)
	}
	entries, err := fs.ReadDir(m, ".imgscan")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, fs.FormatDirEntry(e))
	}
	if diff := cmp.Diff([]string{"- config.yaml", "d exceptions.d/"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, name := range []string{".imgscan/none", ".imgscan/config.yaml/x", ".imgsca", "docs"} {
		if _, err := m.Open(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Open(%q): %v", name, err)
		}
	}
	content, _ := m.ReadFile("CODEOWNERS")
	content[0] = 'x'
	if string(m["CODEOWNERS"]) != "* @org/team" {
		t.Error("a reader changed the content")
	}
}
