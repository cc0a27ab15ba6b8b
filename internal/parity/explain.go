package parity

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path"
	"strings"

	"github.com/goccy/go-yaml"
)

// Explanations are the differences that are meant, from one reviewed file.
type Explanations struct {
	Version      int            `yaml:"version"`
	Explanations []*Explanation `yaml:"explanations"`
}

// Explanation says why some differences are right. All of its conditions must
// hold.
type Explanation struct {
	// Images and Packages are globs over the image's name and the package's.
	Images   string `yaml:"images"`
	Packages string `yaml:"packages"`

	// Kind and Field are those of [Difference].
	Kind  string `yaml:"kind"`
	Field string `yaml:"field"`

	// What, when not empty, must be part of the difference's What.
	What string `yaml:"what"`

	// Trivy, when not empty, is what Trivy must say; "nothing" stands for the empty
	// string.
	Trivy string `yaml:"trivy"`

	// Check, when not empty, names a check that every difference must pass: "since",
	// "written" or "flat", see witness.go.
	Check string `yaml:"check"`

	// Reason is for the reviewer: why imgscan does it otherwise.
	Reason string `yaml:"reason"`

	used int
}

// LoadExplanations reads the file at path.
func LoadExplanations(path string) (Explanations, error) {
	var all Explanations
	content, err := os.ReadFile(path)
	if err != nil {
		return all, err
	}
	if err := yaml.NewDecoder(bytes.NewReader(content), yaml.Strict()).Decode(&all); err != nil {
		return all, fmt.Errorf("reading %q: %w", path, err)
	}
	if all.Version != 1 {
		return all, fmt.Errorf("reading %q: version %d, expected 1", path, all.Version)
	}
	for n, e := range all.Explanations {
		if err := e.valid(); err != nil {
			return all, fmt.Errorf("reading %q: explanation %d: %w", path, n+1, err)
		}
	}
	return all, nil
}

func (e *Explanation) valid() error {
	for _, given := range []struct{ key, value string }{
		{"images", e.Images}, {"packages", e.Packages}, {"kind", e.Kind}, {"field", e.Field}, {"reason", e.Reason},
	} {
		if given.value == "" {
			return fmt.Errorf("%s is missing", given.key)
		}
	}
	for _, glob := range []string{e.Images, e.Packages} {
		if _, err := path.Match(glob, ""); err != nil {
			return fmt.Errorf("%q: %w", glob, err)
		}
	}
	switch e.Check {
	case "", checkSince, checkWritten, checkFlat:
		return nil
	}
	return fmt.Errorf("unknown check %q: expected %q, %q or %q", e.Check, checkSince, checkWritten, checkFlat)
}

// A checker proves the explanations that name a check.
type checker interface {
	check(ctx context.Context, name string, d Difference) (bool, error)
}

// explain finds the first explanation of d; nil when there is none.
func (all Explanations) explain(ctx context.Context, d Difference, proof checker) (*Explanation, error) {
	for _, e := range all.Explanations {
		if !e.fits(d) {
			continue
		}
		if e.Check != "" {
			proved, err := proof.check(ctx, e.Check, d)
			if err != nil {
				return nil, err
			}
			if !proved {
				continue
			}
		}
		e.used++
		return e, nil
	}
	return nil, nil
}

func (e *Explanation) fits(d Difference) bool {
	return e.Kind == d.Kind && e.Field == d.Field && glob(e.Images, d.Image) && glob(e.Packages, d.Package) &&
		strings.Contains(d.What, e.What) && (e.Trivy == "" || e.Trivy == d.Trivy || e.Trivy == "nothing" && d.Trivy == "")
}

// stale lists the explanations that explained nothing although every image that
// they could be about, of all the corpus, was scanned.
func (all Explanations) stale(corpus []string, scanned map[string]bool) []*Explanation {
	var found []*Explanation
	for _, e := range all.Explanations {
		complete := e.used == 0
		for _, image := range corpus {
			if glob(e.Images, image) && !scanned[image] {
				complete = false
			}
		}
		if complete {
			found = append(found, e)
		}
	}
	return found
}

// glob is path.Match of a pattern that is known to be valid, where a name may
// have slashes.
func glob(pattern, name string) bool {
	matched, _ := path.Match(strings.ReplaceAll(pattern, "/", "\x00"), strings.ReplaceAll(name, "/", "\x00"))
	return matched
}
