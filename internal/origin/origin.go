// Package origin says of every package who put it into the image: which layer,
// which line of the Dockerfile, which base, which line of which manifest.
//
// Catalog knows the layer that a package belongs to. The rest follows from it: the
// layer's base, or else the instruction that made it, what that instruction asked
// for, and the manifests of the repository.
package origin

import (
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

// Attributor knows the origin of each package of one image. It remembers what it
// has worked out, so it is not for several goroutines.
type Attributor struct {
	in    Input
	chain finding.Lineage
	base  versions
	files map[string][]int // of languages: the packages that a file declares

	installs map[*dockerfile.Instruction][]dockerfile.Install
	trees    map[list]*tree
	ways     map[request]ways
}

// New prepares for the questions about one image. What is asked for is worked
// out when it is asked.
func New(in Input) *Attributor {
	a := &Attributor{
		in:       in,
		base:     versionsOf(in.Base),
		files:    make(map[string][]int),
		installs: make(map[*dockerfile.Instruction][]dockerfile.Install),
		trees:    make(map[list]*tree),
		ways:     make(map[request]ways),
	}
	if in.Lineage != nil {
		a.chain = in.Lineage.Lineage
	}
	for i := range in.Packages {
		if p := &in.Packages[i]; p.Class == finding.ClassLanguage {
			a.files[p.Path] = append(a.files[p.Path], i)
		}
	}
	return a
}

// Assign gives every finding its origin.
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
	if len(o.Manifests) > 0 {
		o.Line = o.Manifests[0].Line
	}
	return o
}

// siblings are the packages that help to recognise p.
func (a *Attributor) siblings(p finding.Package) []finding.Package {
	var all []finding.Package
	for _, path := range a.in.Manifests.Siblings(p) {
		for _, i := range a.files[path] {
			all = append(all, a.in.Packages[i])
		}
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
