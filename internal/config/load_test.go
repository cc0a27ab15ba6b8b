package config_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/config"
	"github.com/org/imgscan-action/internal/policy"
)

func TestLoadMissingFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	cfg, err := config.Load(path, false)
	if err != nil {
		t.Fatalf("at the default path: %v", err)
	}
	if diff := cmp.Diff(policy.Default(), cfg.Policy); diff != "" {
		t.Errorf("policy (-want +got):\n%s", diff)
	}
	for _, s := range cfg.Explain() {
		if s.Origin != "default" {
			t.Errorf("%s comes from %q, want default", s.Key, s.Origin)
		}
	}

	if _, err := config.Load(path, true); err == nil || !strings.Contains(err.Error(), "does not exist") {
		t.Errorf("named by the user: %v, want that it does not exist", err)
	}
}

// The base of a pull request is read as the working tree is.
func TestLoadFS(t *testing.T) {
	const path = ".imgscan/config.yaml"
	base := fstest.MapFS{
		path:        {Data: []byte("version: 1\npolicy: {fail-on: low}")},
		"bad.yaml":  {Data: []byte("version: 1\npolicy: {failon: low}")},
		"huge.yaml": {Data: []byte("version: 1\n" + strings.Repeat("#\n", 1<<19))},
	}
	cfg, err := config.LoadFS(base, path, false)
	if err != nil {
		t.Fatal(err)
	}
	if got := cfg.Policy.FailOn; got != policy.FailOnLow || !cfg.IsSet("policy.fail-on") {
		t.Errorf("policy.fail-on is %s", got)
	}

	cfg, err = config.LoadFS(fstest.MapFS{}, path, false)
	if err != nil {
		t.Fatalf("without the file: %v", err)
	}
	if diff := cmp.Diff(policy.Default(), cfg.Policy); diff != "" {
		t.Errorf("policy without the file (-want +got):\n%s", diff)
	}

	for name, want := range map[string]string{
		"absent.yaml": `the configuration file "absent.yaml" does not exist`,
		"bad.yaml":    `bad.yaml:2:10: unknown key "policy.failon": did you mean fail-on?`,
		"huge.yaml":   "huge.yaml: 1048577 bytes are too many",
		".imgscan":    "reading the configuration: ",
	} {
		if _, err := config.LoadFS(base, name, true); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: error %v, want %s", name, err, want)
		}
	}
}

func TestLoadUnreadableFile(t *testing.T) {
	if _, err := config.Load(t.TempDir(), false); err == nil {
		t.Error("a folder: no error")
	}
}

func TestLoadLimits(t *testing.T) {
	tests := map[string]struct{ data, want string }{
		"size":   {"version: 1\n" + strings.Repeat("#\n", 1<<19), "the limit is 1048576"},
		"tokens": {"version: 1\npolicy:\n  accept-gaps:\n" + strings.Repeat("  - a\n", 11_000), "the limit is 20000"},
		"keys":   {"version: 1\nbuild:\n  args:\n" + strings.Repeat("    A: b\n", 1001), ":1004:6: more than 1000 keys in one mapping"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "config.yaml")
			if err := os.WriteFile(path, []byte(tt.data), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := config.Load(path, true); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q in it", err, tt.want)
			}
		})
	}
}

// Whatever is in the file, Parse neither panics nor answers differently the
// second time, its error says which file, and what it accepts the schema
// accepts.
func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"testdata/ok/*.yaml", "testdata/err/*.yaml"} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, path := range paths {
			data, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	schema := compileSchema(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		cfg, err := config.Parse("f.yaml", bytes.Clone(data))
		again, errAgain := config.Parse("f.yaml", data)
		if err != nil {
			if errAgain == nil || err.Error() != errAgain.Error() {
				t.Fatalf("two errors for one file:\n%v\n%v", err, errAgain)
			}
			for line := range strings.Lines(err.Error()) {
				if !strings.HasPrefix(line, "f.yaml:") {
					t.Errorf("an error without its file: %q", line)
				}
			}
			return
		}
		if diff := cmp.Diff(cfg.Explain(), again.Explain()); diff != "" {
			t.Errorf("two answers for one file:\n%s", diff)
		}
		if err := schema.Validate(decodeYAML(t, data)); err != nil {
			t.Errorf("accepted, but not by the schema: %v\n%s", err, data)
		}
	})
}
