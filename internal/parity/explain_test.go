package parity

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// says answers every check alike and counts.
type says struct {
	answer bool
	asked  int
}

func (s *says) check(context.Context, string, Difference) (bool, error) {
	s.asked++
	return s.answer, nil
}

func TestExplain(t *testing.T) {
	layer := Difference{Image: "debian-12", Kind: "package", Field: "layer", Package: "@babel/core", What: "node-pkg @babel/core@7 in app", Trivy: "sha256:a"}
	tests := []struct {
		name        string
		explanation Explanation
		answer      bool
		want        bool
	}{
		{"all", Explanation{Images: "*", Packages: "*", Kind: "package", Field: "layer"}, false, true},
		{"globs", Explanation{Images: "debian-*", Packages: "@babel*", Kind: "package", Field: "layer"}, false, true},
		{"another image", Explanation{Images: "alpine-*", Packages: "*", Kind: "package", Field: "layer"}, true, false},
		{"another package", Explanation{Images: "*", Packages: "lodash", Kind: "package", Field: "layer"}, true, false},
		{"another kind", Explanation{Images: "*", Packages: "*", Kind: "finding", Field: "layer"}, true, false},
		{"another field", Explanation{Images: "*", Packages: "*", Kind: "package", Field: "arch"}, true, false},
		{"what", Explanation{Images: "*", Packages: "*", Kind: "package", Field: "layer", What: "in app"}, false, true},
		{"another what", Explanation{Images: "*", Packages: "*", Kind: "package", Field: "layer", What: "in srv"}, true, false},
		{"trivy's word", Explanation{Images: "*", Packages: "*", Kind: "package", Field: "layer", Trivy: "sha256:a"}, false, true},
		{"another of trivy's words", Explanation{Images: "*", Packages: "*", Kind: "package", Field: "layer", Trivy: "nothing"}, false, false},
		{"check holds", Explanation{Images: "*", Packages: "*", Kind: "package", Field: "layer", Check: "since"}, true, true},
		{"check does not hold", Explanation{Images: "*", Packages: "*", Kind: "package", Field: "layer", Check: "since"}, false, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			all := Explanations{Explanations: []*Explanation{&test.explanation}}
			e, err := all.explain(t.Context(), layer, &says{answer: test.answer})
			if err != nil {
				t.Fatal(err)
			}
			if got := e != nil; got != test.want {
				t.Errorf("explained: %t, want %t", got, test.want)
			}
		})
	}
}

func TestStale(t *testing.T) {
	unused := &Explanation{Images: "debian-*", Packages: "*", Kind: "package", Field: "layer"}
	all := Explanations{Explanations: []*Explanation{unused}}
	corpus := []string{"alpine", "debian-11", "debian-12"}
	if stale := all.stale(corpus, map[string]bool{"debian-11": true, "alpine": true}); len(stale) != 0 {
		t.Errorf("stale although an image was not scanned: %v", stale)
	}
	scanned := map[string]bool{"debian-11": true, "debian-12": true}
	if stale := all.stale(corpus, scanned); len(stale) != 1 {
		t.Error("not stale although all images were scanned")
	}
	if _, err := all.explain(t.Context(), Difference{Image: "debian-12", Kind: "package", Field: "layer"}, &says{}); err != nil {
		t.Fatal(err)
	}
	if stale := all.stale(corpus, scanned); len(stale) != 0 {
		t.Error("stale although it explained something")
	}
}

func TestLoadExplanations(t *testing.T) {
	const good = `
version: 1
explanations:
  - {images: "*", packages: "*", kind: package, field: layer, check: since, reason: because}
`
	tests := []struct{ name, content, want string }{
		{"good", good, ""},
		{"no reason", strings.Replace(good, ", reason: because", "", 1), "reason is missing"},
		{"unknown check", strings.Replace(good, "since", "hunch", 1), `unknown check "hunch"`},
		{"unknown key", strings.Replace(good, "check:", "cheque:", 1), "cheque"},
		{"bad glob", strings.Replace(good, `images: "*"`, `images: "["`, 1), "syntax error in pattern"},
		{"version", strings.Replace(good, "version: 1", "version: 2", 1), "version 2, expected 1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "explained.yaml")
			if err := os.WriteFile(path, []byte(test.content), 0o644); err != nil {
				t.Fatal(err)
			}
			_, err := LoadExplanations(path)
			if test.want == "" && err != nil {
				t.Fatal(err)
			}
			if test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("error %v, want %q in it", err, test.want)
			}
		})
	}
}

// The project's own file must be readable by the program that checks it.
func TestOwnExplanations(t *testing.T) {
	if _, err := LoadExplanations("../../testdata/parity/explained.yaml"); err != nil {
		t.Error(err)
	}
}
