package config_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/config"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// The corpus is testdata/ok, files that are read, and testdata/err, files that
// are not, each beside the message it gives. Adding a test is adding a file.
func TestCorpus(t *testing.T) {
	for _, path := range glob(t, "testdata/ok/*.yaml") {
		if _, err := config.Load(path, true); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	for _, path := range glob(t, "testdata/err/*.yaml") {
		_, err := config.Parse("f.yaml", read(t, path))
		if err == nil {
			t.Errorf("%s: no error", path)
			continue
		}
		golden(t, strings.TrimSuffix(path, ".yaml")+".out", err.Error()+"\n")
	}
}

// Everything sets every key to something that is not its default, so that a
// key bound to the wrong field shows.
func TestEverything(t *testing.T) {
	cfg, err := config.Load("testdata/ok/everything.yaml", true)
	if err != nil {
		t.Fatal(err)
	}
	defaults := explain(t, "version: 1")
	for i, s := range cfg.Explain() {
		if s.Value == defaults[i].Value && s.Key != "policy.mode" {
			t.Errorf("%s is %q, as by default", s.Key, s.Value)
		}
		if !strings.HasPrefix(s.Origin, "testdata/ok/everything.yaml:") {
			t.Errorf("%s comes from %q", s.Key, s.Origin)
		}
	}
	golden(t, "testdata/everything.explain", table(cfg.Explain()))
}

func explain(t *testing.T, yaml string) []config.Setting {
	t.Helper()
	cfg, err := config.Parse("f.yaml", []byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	return cfg.Explain()
}

func table(settings []config.Setting) string {
	var b strings.Builder
	for _, s := range settings {
		b.WriteString(s.Key + " = " + s.Value + " (" + s.Origin + ")\n")
	}
	return b.String()
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no files in %s: %v", pattern, err)
	}
	return paths
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(read(t, path)), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}
