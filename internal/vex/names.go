package vex

import (
	"fmt"
	"strings"

	"github.com/org/imgscan-action/internal/triage"
)

// productNames is how a product can be recognised: by the names of a whole and, when
// it is only a part of that, by those of the part.
type productNames struct{ whole, parts []string }

// groups gathers products that have the same parts.
type groups struct {
	keys     []string
	products map[string][]string
	parts    map[string][]string
}

func newGroups() *groups {
	return &groups{products: make(map[string][]string), parts: make(map[string][]string)}
}

// add adds a product by its names; without any, it adds nothing.
func (g *groups) add(names, parts []string) {
	if len(names) == 0 {
		return
	}
	parts = unique(parts...)
	key := strings.Join(parts, "\n")
	if g.products[key] == nil {
		g.keys = append(g.keys, key)
		g.parts[key] = parts
	}
	g.products[key] = append(g.products[key], names...)
}

// claims is a claim for each group.
func (g *groups) claims(claim triage.VendorClaim, spent *budget) ([]triage.VendorClaim, error) {
	claim.Author, claim.Document = clip(claim.Author, maxName), clip(claim.Document, maxName)
	claim.Statement = clip(claim.Statement, maxText)
	var claims []triage.VendorClaim
	for _, key := range g.keys {
		claim.Products = unique(g.products[key]...)
		claim.Subcomponents = g.parts[key]
		if err := spent.spend(len(claim.Products) + len(claim.Subcomponents)); err != nil {
			return nil, err
		}
		claims = append(claims, claim)
	}
	return claims, nil
}

// budget is how many names of products a document may still use. References can
// name the same products over and over, so that a small document says a lot.
type budget int

func newBudget() *budget {
	b := budget(maxNames)
	return &b
}

func (b *budget) spend(n int) error {
	if *b -= budget(n); *b < 0 {
		return fmt.Errorf("its statements name products more than %d times", maxNames)
	}
	return nil
}

// unique are the strings that are not empty, each once, in their order; nil when
// there are none.
func unique(texts ...string) []string {
	var kept []string
	seen := make(map[string]bool, len(texts))
	for _, text := range texts {
		if text != "" && !seen[text] {
			seen[text] = true
			kept = append(kept, text)
		}
	}
	return kept
}
