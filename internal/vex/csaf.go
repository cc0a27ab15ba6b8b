package vex

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/triage"
)

// csafHead is the part of a CSAF document that all vulnerabilities share; CSAF
// v2.0 §3.2.1 and §3.2.2.
type csafHead struct {
	Document struct {
		Version   string `json:"csaf_version"`
		Publisher struct {
			Name string `json:"name"`
		} `json:"publisher"`
		Tracking struct {
			ID      string     `json:"id"`
			Current *time.Time `json:"current_release_date"`
			Initial *time.Time `json:"initial_release_date"`
		} `json:"tracking"`
	} `json:"document"`
	Tree struct {
		Branches      []csafBranch       `json:"branches"`
		Names         []csafProduct      `json:"full_product_names"`
		Relationships []csafRelationship `json:"relationships"`
		Groups        []struct {
			ID       string   `json:"group_id"`
			Products []string `json:"product_ids"`
		} `json:"product_groups"`
	} `json:"product_tree"`
}

type csafBranch struct {
	Branches []csafBranch `json:"branches"`
	Product  *csafProduct `json:"product"`
}

type csafProduct struct {
	ID     string `json:"product_id"`
	Helper struct {
		PURL  string   `json:"purl"`
		PURLs []string `json:"purls"` // of CSAF 2.1
		CPE   string   `json:"cpe"`
	} `json:"product_identification_helper"`
}

// csafRelationship makes a product of a product that is a part of another.
type csafRelationship struct {
	Part    string      `json:"product_reference"`
	Whole   string      `json:"relates_to_product_reference"`
	Product csafProduct `json:"full_product_name"`
}

// csafVulnerability is CSAF v2.0 §3.2.3.
type csafVulnerability struct {
	CVE string `json:"cve"`
	IDs []struct {
		Text string `json:"text"`
	} `json:"ids"`
	Status struct {
		NotAffected        []string `json:"known_not_affected"`
		Fixed              []string `json:"fixed"`
		FirstFixed         []string `json:"first_fixed"`
		Affected           []string `json:"known_affected"`
		FirstAffected      []string `json:"first_affected"`
		LastAffected       []string `json:"last_affected"`
		UnderInvestigation []string `json:"under_investigation"`
	} `json:"product_status"`
	Flags        []csafRemark `json:"flags"`
	Threats      []csafRemark `json:"threats"`
	Remediations []csafRemark `json:"remediations"`
}

// csafRemark is something that is said of some products, or of all when it names
// none.
type csafRemark struct {
	Label    string   `json:"label"` // of a flag: OpenVEX's justifications
	Category string   `json:"category"`
	Details  string   `json:"details"`
	Products []string `json:"product_ids"`
	Groups   []string `json:"group_ids"`
}

// csafReader is a CSAF document with its products looked up.
type csafReader struct {
	head     csafHead
	products map[string]productNames
	groups   map[string][]string
	spent    *budget
}

func (d document) csaf() ([]triage.VendorClaim, error) {
	r := csafReader{products: make(map[string]productNames), groups: make(map[string][]string), spent: newBudget()}
	if err := json.Unmarshal(d.body, &r.head); err != nil {
		return nil, fmt.Errorf("CSAF: %w", err)
	}
	if version := r.head.Document.Version; !strings.HasPrefix(version, "2.") {
		return nil, fmt.Errorf("CSAF: expected version 2.0 in \"csaf_version\", not %q", version)
	}
	if err := r.lookUp(); err != nil {
		return nil, fmt.Errorf("CSAF: %w", err)
	}
	elements, err := d.elements("vulnerabilities")
	if err != nil {
		return nil, fmt.Errorf("CSAF: %w", err)
	}
	var claims []triage.VendorClaim
	for n, e := range elements {
		var v csafVulnerability
		if err := json.Unmarshal(e.raw, &v); err != nil {
			return nil, fmt.Errorf("CSAF: vulnerability %d: %w", n+1, err)
		}
		said, err := r.vulnerability(v, d.documentName(r.head.Document.Tracking.ID))
		if err != nil {
			return nil, fmt.Errorf("CSAF: vulnerability %d: %w", n+1, err)
		}
		for _, claim := range said {
			claim.At = e.at
			claims = append(claims, claim)
		}
		if len(claims) > maxStatements {
			return nil, fmt.Errorf("CSAF: it makes more than %d statements", maxStatements)
		}
	}
	return claims, nil
}

// lookUp fills products and groups.
func (r *csafReader) lookUp() error {
	tree := r.head.Tree
	for _, p := range tree.Names {
		r.product(p)
	}
	if err := r.branches(tree.Branches, 0); err != nil {
		return err
	}
	// A relationship may refer to one that stands later, so they are gone through
	// until nothing is new.
	for depth := 0; ; depth++ {
		before := len(r.products)
		for _, rel := range tree.Relationships {
			if err := r.relationship(rel); err != nil {
				return err
			}
		}
		if len(r.products) == before {
			break
		}
		if depth == maxNesting {
			return fmt.Errorf("its relationships are nested more than %d deep", maxNesting)
		}
	}
	for _, g := range tree.Groups {
		r.groups[g.ID] = g.Products
	}
	return nil
}

func (r *csafReader) branches(branches []csafBranch, depth int) error {
	if depth > maxNesting {
		return fmt.Errorf("its branches are nested more than %d deep", maxNesting)
	}
	for _, b := range branches {
		if b.Product != nil {
			r.product(*b.Product)
		}
		if err := r.branches(b.Branches, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// product remembers the names of a product, if it has any. A CPE names something
// that no package URL does, such as a distribution; it is kept so that a part of it
// is never taken for a whole.
func (r *csafReader) product(p csafProduct) {
	names := unique(append([]string{p.Helper.PURL}, p.Helper.PURLs...)...)
	if len(names) == 0 {
		names = unique(p.Helper.CPE)
	}
	if _, known := r.products[p.ID]; p.ID != "" && len(names) > 0 && !known {
		r.products[p.ID] = productNames{whole: names}
	}
}

// relationship remembers the names of a product that is a part of another, once
// those of both are known.
func (r *csafReader) relationship(rel csafRelationship) error {
	part, whole := r.products[rel.Part], r.products[rel.Whole]
	id := rel.Product.ID
	if _, known := r.products[id]; known || id == "" || len(part.whole) == 0 || len(whole.whole) == 0 {
		return nil
	}
	names := productNames{whole: whole.whole, parts: part.parts}
	if len(names.parts) == 0 {
		names.parts = part.whole
	}
	r.products[id] = names
	return r.spent.spend(len(names.whole) + len(names.parts))
}

// vulnerability is what a document says of one vulnerability.
func (r *csafReader) vulnerability(v csafVulnerability, document string) ([]triage.VendorClaim, error) {
	ids := []string{v.CVE}
	for _, id := range v.IDs {
		ids = append(ids, id.Text)
	}
	if ids = unique(ids...); len(ids) == 0 {
		return nil, errors.New("it has no identifier")
	}
	flags, err := r.remarks(v.Flags, func(f csafRemark) string { return f.Label })
	if err != nil {
		return nil, err
	}
	impacts, err := r.remarks(v.Threats, func(t csafRemark) string {
		if t.Category != "impact" {
			return ""
		}
		return t.Details
	})
	if err != nil {
		return nil, err
	}
	actions, err := r.remarks(v.Remediations, func(m csafRemark) string { return m.Details })
	if err != nil {
		return nil, err
	}

	base := finding.Claim{
		Author:    r.head.Document.Publisher.Name,
		Document:  document,
		Timestamp: firstTime(r.head.Document.Tracking.Current, r.head.Document.Tracking.Initial),
	}
	var claims []triage.VendorClaim
	for _, status := range []struct {
		name     string
		products []string
	}{
		{"not_affected", v.Status.NotAffected},
		{"fixed", slices.Concat(v.Status.Fixed, v.Status.FirstFixed)},
		{"affected", slices.Concat(v.Status.Affected, v.Status.FirstAffected, v.Status.LastAffected)},
		{"under_investigation", v.Status.UnderInvestigation},
	} {
		said := make(map[finding.Claim]*groups)
		var order []finding.Claim
		for _, id := range status.products {
			names := r.products[id]
			claim := base
			switch claim.Status = status.name; claim.Status {
			case "not_affected":
				claim.Justification, claim.Statement = flags.of(id), impacts.of(id)
			case "affected":
				claim.Statement = actions.of(id)
			}
			if said[claim] == nil {
				said[claim] = newGroups()
				order = append(order, claim)
			}
			said[claim].add(names.whole, names.parts)
		}
		for _, claim := range order {
			grouped, err := said[claim].claims(triage.VendorClaim{Claim: claim, Vulnerabilities: ids}, r.spent)
			if err != nil {
				return nil, err
			}
			claims = append(claims, grouped...)
		}
	}
	return claims, nil
}

// csafSaid is what is said of products, and of all those that nothing else is said
// of.
type csafSaid struct {
	product map[string]string
	all     string
}

func (s csafSaid) of(id string) string { return cmp.Or(s.product[id], s.all) }

// remarks are what remarks say of each product; the first that says something
// holds.
func (r *csafReader) remarks(remarks []csafRemark, text func(csafRemark) string) (csafSaid, error) {
	said := csafSaid{product: make(map[string]string)}
	for _, remark := range remarks {
		words := text(remark)
		if words == "" {
			continue
		}
		if len(remark.Products) == 0 && len(remark.Groups) == 0 {
			said.all = cmp.Or(said.all, words)
			continue
		}
		ids := slices.Clone(remark.Products)
		for _, group := range remark.Groups {
			if err := r.spent.spend(len(r.groups[group])); err != nil {
				return csafSaid{}, err
			}
			ids = append(ids, r.groups[group]...)
		}
		for _, id := range ids {
			said.product[id] = cmp.Or(said.product[id], words)
		}
	}
	return said, nil
}
