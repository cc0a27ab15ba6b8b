package bench

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func testBed(t *testing.T, driver string) *bed {
	t.Helper()
	return &bed{
		opts:     Options{Imgscan: "/bin/imgscan", Trivy: "/bin/trivy", Work: t.TempDir()},
		subjects: []subject{{name: "large", title: "Large"}, {name: "small", title: "Small"}},
		driver:   driver, registry: "127.0.0.1:1", database: "127.0.0.1:2",
	}
}

func TestCases(t *testing.T) {
	for driver, want := range map[string]struct {
		cases  int
		daemon Target
	}{
		"":         {2*(4*2+1) + 1, Target{}},
		"overlay2": {2*(5*2+1) + 1, daemonTarget},
		"vfs":      {2*(5*2+1) + 1, Target{}},
	} {
		seen := make(map[string]bool)
		for _, c := range testBed(t, driver).cases() {
			seen[c.image+", "+c.name] = true
			if strings.HasPrefix(c.name, "Docker daemon") && !c.warm && c.target != want.daemon {
				t.Errorf("with %q, the target of %q is %+v", driver, c.name, c.target)
			}
		}
		if len(seen) != want.cases {
			t.Errorf("with %q, there are %d different cases, want %d", driver, len(seen), want.cases)
		}
	}
}

// Both programs must be told the same: where the database is, and whether to
// download it.
func TestCommands(t *testing.T) {
	source := registrySource("127.0.0.1:1", "large")
	for _, p := range testBed(t, "").opts.programs() {
		have := p.scan(source, "/cache", "/report", databaseUse{Host: "127.0.0.1:2"})
		pull := p.scan(source, "/cache", "/report", databaseUse{Host: "127.0.0.1:2", Pull: true})
		if !slices.Contains(have, "--skip-db-update") || slices.Contains(pull, "--skip-db-update") {
			t.Errorf("%s does not do without the database or with it: %q, %q", p.name(), have, pull)
		}
		if !slices.Contains(pull, "127.0.0.1:2/trivy-db:2") {
			t.Errorf("%s is not told where the database is: %q", p.name(), pull)
		}
		if !strings.Contains(strings.Join(have, " "), "127.0.0.1:1/large:1") {
			t.Errorf("%s is not told what to scan: %q", p.name(), have)
		}
	}
}

func TestSamePackages(t *testing.T) {
	for name, c := range map[string]struct {
		ours, theirs string
		want         int
	}{
		"same":      {`{"packages": [{}, {}]}`, `{"Results": [{"Packages": [{}]}, {"Packages": [{}]}]}`, 2},
		"different": {`{"packages": [{}]}`, `{"Results": [{"Packages": [{}, {}]}]}`, 0},
		"nothing":   {`{"packages": []}`, `{"Results": []}`, 0},
	} {
		t.Run(name, func(t *testing.T) {
			b := testBed(t, "")
			for p, content := range map[string]string{"imgscan": c.ours, "Trivy": c.theirs} {
				if err := os.WriteFile(filepath.Join(b.opts.Work, p+".json"), []byte(content), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			got, err := b.samePackages()
			if got != c.want || (err == nil) != (c.want > 0) {
				t.Errorf("packages are %d, %v; want %d", got, err, c.want)
			}
		})
	}
}

func TestFreshCache(t *testing.T) {
	template, dir := t.TempDir(), filepath.Join(t.TempDir(), "cache")
	if err := os.MkdirAll(filepath.Join(template, "db"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(template, "db", "trivy.db"), []byte("database"), 0o644); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := freshCache(dir, template); err != nil {
			t.Fatal(err)
		}
		if content, err := os.ReadFile(filepath.Join(dir, "db", "trivy.db")); err != nil || string(content) != "database" {
			t.Errorf("the database is %q, %v", content, err)
		}
		left := filepath.Join(dir, "layers")
		if _, err := os.Stat(left); err == nil {
			t.Errorf("%q is left of the scan before", left)
		}
		if err := os.WriteFile(left, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "made")
	made := 0
	for range 2 {
		err := once(path, func(partial string) error {
			made++
			return os.WriteFile(partial, nil, 0o644)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if made != 1 {
		t.Errorf("made %d times", made)
	}
	if err := once(path+"2", func(string) error { return os.ErrInvalid }); err == nil {
		t.Error("no error where making failed")
	}
	if _, err := os.Stat(path + "2"); err == nil {
		t.Error("what was not made to its end is there")
	}
}
