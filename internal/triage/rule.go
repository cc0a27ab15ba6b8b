package triage

import (
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/exceptions"
)

// rule is an entry made ready for one image.
type rule struct {
	*exceptions.Entry

	// image is how exactly the entry names the image; imageNot keeps it from
	// matching anything.
	image    int
	packages []alternative // empty: any package
}

func newRule(e *exceptions.Entry, id identity) *rule {
	r := &rule{Entry: e}
	for _, wrote := range e.Images {
		r.image = max(r.image, newImagePattern(wrote).match(id))
	}
	for _, p := range e.Packages {
		r.packages = append(r.packages, newAlternative(p))
	}
	return r
}

// wildcard says whether the entry is about every vulnerability. It has to name
// packages then.
func (r *rule) wildcard() bool {
	return len(r.Vulnerabilities) == 1 && r.Vulnerabilities[0] == "*" && len(r.packages) > 0
}

// names says whether the entry is about a vulnerability, by any of its identifiers.
func (r *rule) names(ids []string) bool {
	return r.wildcard() || slices.ContainsFunc(r.Vulnerabilities, func(v string) bool {
		return slices.Contains(ids, key(v))
	})
}

// covers says whether the entry is about a package, and how exactly.
func (r *rule) covers(p installed) (rank int, ok bool) {
	if len(r.packages) == 0 {
		return packageAny, true
	}
	for _, a := range r.packages {
		if a.holds(p) {
			rank, ok = max(rank, a.rank), true
		}
	}
	return rank, ok
}

// nearest is the alternative that misses by least, of several the first; nil when the entry names no
// packages.
func (r *rule) nearest(p installed) *alternative {
	var nearest *alternative
	least := 0
	for i := range r.packages {
		if n := r.packages[i].distance(p); nearest == nil || n < least {
			nearest, least = &r.packages[i], n
		}
	}
	return nearest
}

// key is an identifier of a vulnerability in the spelling that is compared.
func key(id string) string { return strings.ToLower(id) }
