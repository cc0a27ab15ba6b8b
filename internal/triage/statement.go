package triage

import (
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// statement is a vendor's claim made ready for one image.
type statement struct {
	*VendorClaim

	// image is set when one of the products is the image, and base is the number of
	// the nearest base that is one; 0 when none is.
	image bool
	base  int

	packages   [][]test // products that are packages
	components [][]test // what the claim is limited to
}

// hear makes the claims ready that may be about the image.
func (d *docket) hear(rep *finding.Report, claims []VendorClaim) {
	d.statements = make(map[string][]*statement)
	var bases []identity
	for _, base := range rep.Lineage.Bases {
		if base.Confidence != finding.Proven {
			break // nor is anything below it
		}
		bases = append(bases, identityOfBase(base, rep.Image.Platform))
	}
	present := make(map[string]bool)
	for i := range rep.Findings {
		for _, id := range keys(&rep.Findings[i]) {
			present[id] = true
		}
	}
	for i := range claims {
		var ids []string
		for _, v := range claims[i].Vulnerabilities {
			if k := key(v); present[k] && !slices.Contains(ids, k) {
				ids = append(ids, k)
			}
		}
		// A repository of VEX documents is mostly about what the image does not have.
		if len(ids) == 0 {
			continue
		}
		s := newStatement(&claims[i], d.identity, bases)
		for _, id := range ids {
			d.statements[id] = append(d.statements[id], s)
		}
	}
}

func newStatement(c *VendorClaim, id identity, bases []identity) *statement {
	s := &statement{VendorClaim: c}
	for _, wrote := range c.Products {
		if p, ok := newProduct(wrote); ok {
			s.image = s.image || p.is(id)
			for i, base := range bases {
				if p.is(base) && (s.base == 0 || i+1 < s.base) {
					s.base = i + 1
				}
			}
			continue
		}
		if strings.HasPrefix(wrote, "pkg:") {
			s.packages = append(s.packages, purlTests(wrote))
		}
	}
	for _, wrote := range c.Subcomponents {
		s.components = append(s.components, purlTests(wrote))
	}
	return s
}

// covers says whether the statement is about a package of the image. A statement
// about a part of a product says nothing of the rest of it, nor, where the product is
// a package, of the part when it is there for another reason as well.
func (s *statement) covers(f *finding.Finding, p installed) bool {
	if len(s.components) > 0 && !anyHolds(s.components, p) {
		return false
	}
	if s.OfBase > 0 && !cameWith(s.OfBase, f.Origin) {
		return false
	}
	return s.image || cameWith(s.base, f.Origin) || anyHolds(s.packages, p)
}

// cameWith says whether a package certainly came with a base, or one below it,
// unchanged; no base has the number 0.
func cameWith(base int, o finding.Origin) bool {
	return base > 0 && o.Kind == finding.OriginInherited && o.Base >= base && o.Confidence == finding.Proven && !o.Estimate
}

func anyHolds(alternatives [][]test, p installed) bool {
	return slices.ContainsFunc(alternatives, func(tests []test) bool { return alternative{tests: tests}.holds(p) })
}
