package report

import (
	"github.com/org/imgscan-action/internal/finding"
)

// The part of the JSON report that says where things come from and who acts.

type jsonLineage struct {
	Known      bool          `json:"known"`
	Bases      []jsonBase    `json:"bases"`
	Scratch    bool          `json:"scratch,omitempty"`
	Squashed   bool          `json:"squashed,omitempty"`
	Builders   []jsonBuilder `json:"builders,omitempty"`
	Hints      []jsonHint    `json:"hints,omitempty"`
	Dockerfile string        `json:"dockerfile,omitempty"`
	Notes      []string      `json:"notes,omitempty"`
}

type jsonBase struct {
	Ref         string             `json:"ref"`
	Aliases     []string           `json:"aliases,omitempty"`
	Digest      string             `json:"digest,omitempty"`
	IndexDigest string             `json:"indexDigest,omitempty"`
	ID          string             `json:"id,omitempty"`
	Layers      int                `json:"layers,omitempty"`
	Confidence  finding.Confidence `json:"confidence"`
	Evidence    []string           `json:"evidence,omitempty"`
	From        *jsonLine          `json:"from,omitempty"`
	Tag         *jsonTag           `json:"tag,omitempty"`
	Vendor      string             `json:"vendor,omitempty"`
	Owner       *jsonOwner         `json:"owner,omitempty"`
}

type jsonTag struct {
	State  finding.TagState `json:"state"`
	Digest string           `json:"digest,omitempty"`
	Detail string           `json:"detail,omitempty"`
}

type jsonBuilder struct {
	Ref    string    `json:"ref"`
	Digest string    `json:"digest,omitempty"`
	Stage  string    `json:"stage,omitempty"`
	From   *jsonLine `json:"from,omitempty"`
}

type jsonHint struct {
	Source string `json:"source"`
	Ref    string `json:"ref,omitempty"`
	Digest string `json:"digest,omitempty"`
	Used   bool   `json:"used"`
	Why    string `json:"why,omitempty"`
}

type jsonLine struct {
	File  string `json:"file"`
	Start int    `json:"start,omitempty"`
	End   int    `json:"end,omitempty"`
	Text  string `json:"text,omitempty"`
}

type jsonInstruction struct {
	Kind       string             `json:"kind,omitempty"`
	Line       *jsonLine          `json:"line,omitempty"`
	Stage      string             `json:"stage,omitempty"`
	Source     string             `json:"source,omitempty"`
	OnBuild    bool               `json:"onBuild,omitempty"`
	Confidence finding.Confidence `json:"confidence"`
}

type jsonOrigin struct {
	Kind        finding.OriginKind `json:"kind"`
	Base        int                `json:"base,omitempty"`
	Confidence  finding.Confidence `json:"confidence"`
	Estimate    bool               `json:"estimate,omitempty"`
	Instruction *jsonInstruction   `json:"instruction,omitempty"`
	Asked       string             `json:"asked,omitempty"`
	Path        []string           `json:"path,omitempty"`
	Builder     string             `json:"builder,omitempty"`
	Manifests   []jsonManifest     `json:"manifests,omitempty"`
	Line        *jsonLine          `json:"line,omitempty"`
	Owner       *jsonOwner         `json:"owner,omitempty"`
	Shared      []string           `json:"shared,omitempty"`
}

type jsonManifest struct {
	Line       *jsonLine          `json:"line,omitempty"`
	Role       string             `json:"role"`
	Confidence finding.Confidence `json:"confidence"`
	Path       []string           `json:"path,omitempty"`
	Dev        bool               `json:"dev,omitempty"`
}

type jsonOwner struct {
	Kind    finding.OwnerKind `json:"kind"`
	Names   []string          `json:"names,omitempty"`
	Because string            `json:"because,omitempty"`
	Trusted bool              `json:"trusted,omitempty"`
}

type jsonStep struct {
	Owner    *jsonOwner `json:"owner,omitempty"`
	Base     int        `json:"base,omitempty"`
	Do       string     `json:"do"`
	Findings int        `json:"findings"`
	Fixable  int        `json:"fixable"`
	Breaking int        `json:"breaking"`
}

type jsonAttributed struct {
	Package jsonPackage `json:"package"`
	Origin  *jsonOrigin `json:"origin,omitempty"`
}

type jsonExecutables struct {
	Total        int              `json:"total"`
	Unknown      int              `json:"unknown"`
	Unidentified []jsonExecutable `json:"unidentified"`
}

type jsonExecutable struct {
	Path  string `json:"path"`
	Size  int64  `json:"size"`
	Layer string `json:"layer,omitempty"`
}

func newJSONLineage(l finding.Lineage) jsonLineage {
	doc := jsonLineage{
		Known:      l.Known(),
		Bases:      make([]jsonBase, len(l.Bases)),
		Scratch:    l.Scratch,
		Squashed:   l.Squashed,
		Dockerfile: l.Dockerfile,
		Notes:      l.Notes,
	}
	for i, b := range l.Bases {
		doc.Bases[i] = newJSONBase(b)
	}
	for _, b := range l.Builders {
		doc.Builders = append(doc.Builders, jsonBuilder{b.Ref, b.Digest, b.Stage, newJSONLine(b.From)})
	}
	for _, h := range l.Hints {
		doc.Hints = append(doc.Hints, jsonHint(h))
	}
	return doc
}

func newJSONBase(b finding.Base) jsonBase {
	doc := jsonBase{
		Ref:         b.Ref,
		Aliases:     b.Aliases,
		Digest:      b.Digest,
		IndexDigest: b.IndexDigest,
		ID:          b.ID,
		Layers:      b.Layers,
		Confidence:  confidenceOf(b.Confidence),
		Evidence:    b.Evidence,
		From:        newJSONLine(b.From),
		Vendor:      b.Vendor,
		Owner:       newJSONOwner(b.Owner),
	}
	if b.Tag.State != finding.TagNotChecked {
		doc.Tag = new(jsonTag(b.Tag))
	}
	return doc
}

// confidenceOf is the confidence, in which nothing said means none.
func confidenceOf(c finding.Confidence) finding.Confidence {
	if c == "" {
		return finding.NoConfidence
	}
	return c
}

func newJSONLine(l finding.Line) *jsonLine {
	if l.File == "" {
		return nil
	}
	return new(jsonLine(l))
}

func newJSONInstruction(i finding.Instruction) *jsonInstruction {
	if i == (finding.Instruction{}) {
		return nil
	}
	return &jsonInstruction{
		Kind:       i.Kind,
		Line:       newJSONLine(i.Line),
		Stage:      i.Stage,
		Source:     i.Source,
		OnBuild:    i.OnBuild,
		Confidence: confidenceOf(i.Confidence),
	}
}

// newJSONOrigin is nil when nobody has looked for the origin.
func newJSONOrigin(o finding.Origin) *jsonOrigin {
	if o.Kind == "" {
		return nil
	}
	doc := &jsonOrigin{
		Kind:        o.Kind,
		Base:        o.Base,
		Confidence:  confidenceOf(o.Confidence),
		Estimate:    o.Estimate,
		Instruction: newJSONInstruction(o.Instruction),
		Asked:       o.Asked,
		Path:        o.Path,
		Builder:     o.Builder,
		Line:        newJSONLine(o.Line),
		Owner:       newJSONOwner(o.Owner),
		Shared:      o.Shared,
	}
	for _, m := range o.Manifests {
		doc.Manifests = append(doc.Manifests, jsonManifest{newJSONLine(m.Line), m.Role, confidenceOf(m.Confidence), m.Path, m.Dev})
	}
	return doc
}

// newJSONOwner is nil when nobody has looked for an owner.
func newJSONOwner(o finding.Owner) *jsonOwner {
	if o.Kind == "" {
		return nil
	}
	return new(jsonOwner(o))
}

func newJSONStep(s finding.Step) jsonStep {
	return jsonStep{newJSONOwner(s.Owner), s.Base, s.Do, s.Findings, s.Fixable, s.Breaking}
}

func newJSONExecutables(e finding.Executables) jsonExecutables {
	doc := jsonExecutables{Total: e.Total, Unknown: e.Unknown, Unidentified: make([]jsonExecutable, len(e.Unidentified))}
	for i, x := range e.Unidentified {
		doc.Unidentified[i] = jsonExecutable(x)
	}
	return doc
}
