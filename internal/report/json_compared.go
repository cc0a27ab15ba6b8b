package report

import "github.com/org/imgscan-action/internal/finding"

// The part of the JSON report that says what a change brought. It is absent where
// nobody asked.

type jsonCompared struct {
	Ref      string            `json:"ref,omitempty"`
	Digest   string            `json:"digest,omitempty"`
	From     string            `json:"from,omitempty"`
	Why      string            `json:"why,omitempty"`
	Notes    []string          `json:"notes,omitempty"`
	ByChange []jsonChangeShare `json:"byChange"`
	Resolved []jsonFinding     `json:"resolved"`
}

type jsonChangeShare struct {
	Change finding.ChangeKind `json:"change"`
	jsonFindingCounts
}

type jsonChange struct {
	Kind finding.ChangeKind `json:"kind"`
	Why  string             `json:"why,omitempty"`
}

// newJSONCompared is nil when nobody asked.
func newJSONCompared(rep *finding.Report) *jsonCompared {
	c := rep.Compared
	if c == nil {
		return nil
	}
	doc := &jsonCompared{
		Ref:      c.Ref,
		Digest:   c.Digest,
		From:     c.From,
		Why:      c.Why,
		Notes:    c.Notes,
		ByChange: []jsonChangeShare{},
		Resolved: newJSONFindings(c.Resolved, rep.Image.Name),
	}
	if !c.Known() {
		return doc
	}
	for _, d := range differences(rep) {
		doc.ByChange = append(doc.ByChange, jsonChangeShare{d.kind, newJSONFindingCounts(d.findings)})
	}
	return doc
}

// newJSONChange is nil when it is not known how the finding came about.
func newJSONChange(c finding.Change) *jsonChange {
	if c.Kind == finding.ChangeUnknown {
		return nil
	}
	return new(jsonChange(c))
}
