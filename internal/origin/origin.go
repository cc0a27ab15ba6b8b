// Package origin says of every package who put it into the image: which layer,
// which line of the Dockerfile, which base, which line of which manifest.
//
// A package belongs to the lowest layer from which it stayed, unchanged, to the
// top; catalog knows that layer. The rest follows from it: the layer's base, or
// else the instruction that made it, what that instruction asked for, and the
// manifests of the repository.
package origin

import (
	"slices"

	"github.com/org/imgscan-action/internal/dockerfile"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/lineage"
)

// Input is all that origins follow from. Only Packages is required.
type Input struct {
	// Packages are those of the image.
	Packages []finding.Package

	// Lineage is what the image stands on; nil when nothing is known.
	Lineage *lineage.Result

	// Base are the packages of the nearest base as it was used; nil when it is not
	// known what is in it.
	Base []finding.Package

	// Manifests are those of the repository; nil means that there is none.
	Manifests Manifests
}

// Manifests find the lines of a repository that choose a package's version.
type Manifests interface {
	// Siblings are the paths in the image whose packages help to recognise p.
	Siblings(p finding.Package) []string

	// Find returns the lines that choose p, those to edit first.
	Find(p finding.Package, siblings []finding.Package) []finding.Manifest
}

// Attributor knows the origin of each package of one image.
type Attributor struct {
	in    Input
	chain finding.Lineage
	base  versions
	tree  *tree
	files map[string][]finding.Package // of languages, by path

	installs map[*dockerfile.Instruction][]dockerfile.Install
}

// New prepares for the questions about one image. What is asked for is worked
// out when it is asked.
func New(in Input) *Attributor {
	a := &Attributor{
		in:       in,
		base:     versionsOf(in.Base),
		tree:     newTree(in.Packages),
		files:    make(map[string][]finding.Package),
		installs: make(map[*dockerfile.Instruction][]dockerfile.Install),
	}
	if in.Lineage != nil {
		a.chain = in.Lineage.Lineage
	}
	for _, p := range in.Packages {
		if p.Class == finding.ClassLanguage {
			a.files[p.Path] = append(a.files[p.Path], p)
		}
	}
	return a
}

// Assign gives every finding of the report its origin.
func (a *Attributor) Assign(findings []finding.Finding) {
	for i := range findings {
		findings[i].Origin = a.Of(findings[i].Package)
	}
}

// Of is the origin of one package of the image.
func (a *Attributor) Of(p finding.Package) finding.Origin {
	layer := a.layer(p.LayerIndex)
	o := finding.Origin{
		Kind:        finding.OriginUnknown,
		Base:        layer.Base,
		Confidence:  finding.NoConfidence,
		Instruction: layer.Instruction,
		Line:        layer.Instruction.Line,
	}
	if a.chain.Known() {
		a.classify(p, &o)
	}
	if o.Kind == finding.OriginInherited && !o.Instruction.OnBuild {
		return o
	}
	if a.in.Manifests != nil {
		o.Manifests = a.in.Manifests.Find(p, a.siblings(p))
	}
	if o.Kind == finding.OriginInherited {
		// The base's ONBUILD put it there. What it copied may be the build's own.
		if len(o.Manifests) == 0 {
			return o
		}
		o.Kind, o.Base = finding.OriginIntroduced, 0
	}
	a.trace(p, layer, &o)
	if line, ok := a.compilerLine(p, layer); ok {
		o.Manifests = append(o.Manifests, line)
	}
	if len(o.Manifests) > 0 {
		o.Line = o.Manifests[0].Line
	}
	return o
}

// siblings are the packages that help to recognise p.
func (a *Attributor) siblings(p finding.Package) []finding.Package {
	var all []finding.Package
	for _, path := range a.in.Manifests.Siblings(p) {
		all = append(all, a.files[path]...)
	}
	return all
}

// layer is what is known of the layer with an index; nothing when there is no
// lineage.
func (a *Attributor) layer(index int) lineage.Layer {
	if a.in.Lineage == nil || index < 0 || index >= len(a.in.Lineage.Layers) {
		return lineage.Layer{}
	}
	return a.in.Lineage.Layers[index]
}

// classify says on which side of the FROM line the package is. It needs a known
// lineage.
func (a *Attributor) classify(p finding.Package, o *finding.Origin) {
	if o.Base > 0 {
		o.Kind = finding.OriginInherited
		o.Confidence = a.chain.Bases[o.Base-1].Confidence
		return
	}
	if len(a.chain.Bases) == 0 { // FROM scratch
		o.Kind, o.Confidence = finding.OriginIntroduced, finding.Declared
		return
	}
	nearest := a.chain.Bases[0]
	known, same := a.base.has(p)
	if a.chain.Squashed {
		// The layers say nothing; the packages of the base are all there is to go by.
		o.Confidence = finding.Inferred
		switch {
		case a.in.Base == nil:
			o.Confidence = finding.NoConfidence
		case same:
			o.Kind, o.Base, o.Estimate = finding.OriginInherited, 1, true
			o.Instruction = finding.Instruction{Kind: "FROM", Line: nearest.From, Confidence: finding.Inferred}
			o.Line = nearest.From
		case known:
			o.Kind, o.Estimate = finding.OriginUpgraded, true
		default:
			o.Kind, o.Estimate = finding.OriginIntroduced, true
		}
		return
	}
	o.Kind, o.Confidence = finding.OriginIntroduced, nearest.Confidence
	if known {
		o.Kind = finding.OriginUpgraded
	}
}

// versions are the packages of a base by what stays the same when they are
// upgraded.
type versions map[packageKey][]string

type packageKey struct{ kind, name, arch, path string }

func keyOf(p finding.Package) packageKey {
	k := packageKey{kind: string(p.Class), name: p.Name, arch: p.Arch}
	if p.Class == finding.ClassLanguage {
		k.kind, k.path = p.Type, p.Path
	}
	return k
}

func versionsOf(packages []finding.Package) versions {
	all := make(versions, len(packages))
	for _, p := range packages {
		k := keyOf(p)
		all[k] = append(all[k], p.FullVersion())
	}
	return all
}

// has says whether the base has the package in any version, and in this one.
func (v versions) has(p finding.Package) (known, same bool) {
	there := v[keyOf(p)]
	return len(there) > 0, slices.Contains(there, p.FullVersion())
}

// compilerLine is the FROM of the stage that compiled a Go program, which is
// what chooses its standard library unless go.mod names a newer toolchain.
func (a *Attributor) compilerLine(p finding.Package, layer lineage.Layer) (finding.Manifest, bool) {
	if p.Type != "gobinary" || p.Name != "stdlib" || layer.Copied == nil || a.in.Lineage.Line == nil {
		return finding.Manifest{}, false
	}
	from := root(layer.Copied)
	if from == nil || from.Ref == "" || from.Start == 0 {
		return finding.Manifest{}, false
	}
	return finding.Manifest{
		Line:       a.in.Lineage.Line(from.Start, from.End),
		Role:       "toolchain",
		Confidence: finding.Declared,
	}, true
}

// root is the image that a stage stands on in the end; img itself when it is
// one.
func root(img *dockerfile.Image) *dockerfile.Image {
	for range maxStages {
		if img == nil || img.Stage == nil {
			return img
		}
		img = &img.Stage.From
	}
	return nil
}

// maxStages bounds a chain of stages; a stage can only stand on earlier ones, so
// it is never met.
const maxStages = 100_000
