package vex

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	openvex "github.com/openvex/go-vex/pkg/vex"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/triage"
)

// statement is what an entry says of one vulnerability, before it takes a format's
// form.
type statement struct {
	words
	entry         *exceptions.Entry
	vulnerability string
	products      []product
	at            time.Time

	// text is the reason in the words of the statement; empty for a status that has
	// no place for one.
	text string
}

// statements are what entries say of an image, sorted by vulnerability, time and
// entry, and sentences on what they cannot say. Of the zero image, they say what
// holds of every image that has a package URL.
func statements(files []*exceptions.File, img finding.Image, now time.Time) (said []statement, unsaid []string) {
	var entries []*exceptions.Entry
	for _, f := range files {
		entries = append(entries, f.Entries...)
	}
	slices.SortStableFunc(entries, func(a, b *exceptions.Entry) int { return strings.Compare(a.ID, b.ID) })

	for _, e := range entries {
		products, missing := entryProducts(e, img)
		if len(products) == 0 && len(missing) == 0 {
			continue // about other images
		}
		w, at, why := standing(e, now)
		if why != "" {
			unsaid = append(unsaid, e.ID+" "+why+": it is not in force")
			continue
		}
		if slices.Contains(e.Vulnerabilities, "*") {
			unsaid = append(unsaid, e.ID+" is about every vulnerability, and a statement is about one")
			continue
		}
		for _, what := range missing {
			unsaid = append(unsaid, e.ID+" "+what)
		}
		if len(products) == 0 {
			continue
		}
		text := ""
		if w.status == openvex.StatusNotAffected || w.status == openvex.StatusAffected {
			text = w.lead + e.Reason
		}
		for _, id := range e.Vulnerabilities {
			said = append(said, statement{words: w, entry: e, vulnerability: id, products: products, at: at, text: text})
		}
	}
	slices.SortStableFunc(said, func(a, b statement) int {
		return cmp.Or(strings.Compare(a.vulnerability, b.vulnerability), a.at.Compare(b.at), strings.Compare(a.entry.ID, b.entry.ID))
	})
	return said, append(unsaid, contradictions(said)...)
}

// standing is what an entry says at a time and since when, or why it says nothing.
// An entry that has expired says so, because its earlier statement is still around.
func standing(e *exceptions.Entry, now time.Time) (w words, at time.Time, why string) {
	active, why := e.Active(now)
	if active {
		return wordsOf(e), e.ApprovedOn, ""
	}
	ended := e.Expires.AddDate(0, 0, 1)
	if len(e.ApprovedBy) > 0 && !e.ApprovedOn.IsZero() && !now.Before(e.ApprovedOn) && !now.Before(ended) {
		return underInvestigation, ended, ""
	}
	return words{}, time.Time{}, why
}

// entryProducts is what an entry is about, and clauses on what of it cannot be said.
// Both are empty for an entry that is about other images.
func entryProducts(e *exceptions.Entry, img finding.Image) (products []product, unsaid []string) {
	known := img.ID != "" || img.Digest != ""
	covering := slices.Clone(e.Images)
	if known {
		covering = slices.DeleteFunc(covering, func(pattern string) bool { return !triage.Covers(pattern, img, img.Names) })
	}
	if len(covering) == 0 {
		return nil, nil
	}

	var parts []string
	for _, p := range e.Packages {
		urls, why := packageURLs(p)
		if why != "" {
			unsaid = append(unsaid, "selects "+why+", which no statement can say")
		}
		parts = append(parts, urls...)
		if parsed, err := parsePURL(p.PURL); err == nil && why == "" && parsed.Qualifiers.Map()["distro"] != "" {
			unsaid = append(unsaid, fmt.Sprintf("asks for distro=%s, which other programs compare to the letter", parsed.Qualifiers.Map()["distro"]))
		}
	}
	parts = unique(parts...)
	if len(e.Packages) > 0 && len(parts) == 0 {
		return nil, unsaid
	}

	everywhere := slices.Contains(covering, "*")
	switch {
	case everywhere && len(parts) > 0:
		for _, part := range parts {
			products = append(products, product{id: part})
		}
		return products, unsaid
	case known:
		products = imageProducts(img, digestsFor(covering, img))
		if len(products) == 0 {
			unsaid = append(unsaid, "is about this image, which has no digest before it is pushed")
		}
	default:
		for _, pattern := range covering {
			some := patternProducts(pattern)
			if len(some) == 0 {
				unsaid = append(unsaid, fmt.Sprintf("is about the images %q, which have no package URL", pattern))
			}
			products = append(products, some...)
		}
	}
	for i := range products {
		products[i].parts = parts
	}
	return products, unsaid
}

// digestsFor are the digests of an image that patterns covering it allow for: that
// of its index names the image on other platforms, too.
func digestsFor(patterns []string, img finding.Image) []string {
	all := slices.ContainsFunc(patterns, func(pattern string) bool {
		before, digest, found := strings.Cut(pattern, "sha256:")
		pinned := found && (before == "" || strings.HasSuffix(before, "@"))
		return !pinned || img.IndexDigest == "sha256:"+digest
	})
	if all {
		return unique(img.Digest, img.IndexDigest)
	}
	return unique(img.Digest)
}

// contradictions are sentences on entries that say different things of one
// vulnerability. Here the more specific one acts; elsewhere the newer one does.
func contradictions(said []statement) []string {
	var found []string
	for i, older := range said {
		for _, newer := range said[i+1:] {
			if newer.vulnerability != older.vulnerability {
				break
			}
			if newer.status != older.status && overlap(older.products, newer.products) {
				found = append(found, fmt.Sprintf("%s and %s differ about %s: imgscan takes the more specific, other programs take the newer, which is %[2]s",
					older.entry.ID, newer.entry.ID, newer.vulnerability))
			}
		}
	}
	return found
}

// overlap says whether two statements can be about one package.
func overlap(a, b []product) bool {
	packages := func(products []product) (keys []string) {
		for _, p := range products {
			if p.hash == "" && len(p.parts) == 0 && !strings.HasPrefix(p.id, "pkg:oci/") {
				keys = append(keys, repositoryKey(p.id))
			}
			for _, part := range p.parts {
				keys = append(keys, repositoryKey(part))
			}
		}
		return keys
	}
	of, other := packages(a), packages(b)
	if len(of) == 0 || len(other) == 0 {
		return true // of the whole image
	}
	return slices.ContainsFunc(of, func(key string) bool { return slices.Contains(other, key) })
}
