package origin_test

import (
	"strings"
	"testing"

	"github.com/org/imgscan-action/internal/dockerfile"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/lineage"
)

// built is the lineage of an image that a Dockerfile made on bases, the nearest
// first: their layers, and one for each instruction of the target that makes one.
func built(t testing.TB, source string, bases ...finding.Base) *lineage.Result {
	t.Helper()
	file, err := dockerfile.Parse("Dockerfile", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	build, err := file.Build(dockerfile.Options{})
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(source, "\n")
	r := &lineage.Result{
		Lineage: finding.Lineage{Bases: bases, Scratch: len(bases) == 0, Dockerfile: build.Name},
		Build:   build,
		Line: func(start, end int) finding.Line {
			return finding.Line{File: build.Name, Start: start, End: end, Text: finding.LineText(lines[start-1])}
		},
	}
	root := build.Chain()[0].From
	r.FromLine = r.Line(root.Start, root.End)
	if len(bases) > 0 {
		bases[0].From = r.FromLine
		for i := range bases[0].Layers {
			r.Layers = append(r.Layers, lineage.Layer{
				Base:        owner(bases, i),
				Instruction: finding.Instruction{Kind: "FROM", Line: r.FromLine, Confidence: finding.Proven},
			})
		}
	}
	for _, stage := range build.Chain() {
		for _, in := range stage.Instructions {
			if !in.Layer {
				continue
			}
			r.Layers = append(r.Layers, lineage.Layer{
				Instruction: finding.Instruction{Kind: in.Kind, Line: r.Line(in.Start, in.End), Stage: stage.Label(), OnBuild: in.OnBuild, Confidence: finding.Proven},
				Copied:      in.From,
				Step:        in,
			})
		}
	}
	return r
}

// owner is the lowest base that has a layer.
func owner(bases []finding.Base, layer int) int {
	lowest := 0
	for i, b := range bases {
		if layer < b.Layers {
			lowest = i + 1
		}
	}
	return lowest
}

// squashed is a lineage in which the base cannot be told from the rest.
func squashed(r *lineage.Result) *lineage.Result {
	r.Lineage.Squashed = true
	return r
}

func base(layers int) finding.Base {
	return finding.Base{Ref: "debian:12", Layers: layers, Confidence: finding.Proven}
}

// deb is a package of Debian: "curl@7.88" and what it needs.
func deb(layer int, id string, needs ...string) finding.Package {
	name, version, _ := strings.Cut(id, "@")
	return finding.Package{
		Class: finding.ClassOS, Type: "debian", ID: id, Name: name, Version: version, Arch: "amd64",
		DependsOn: needs, Path: "var/lib/dpkg/status", LayerIndex: layer,
	}
}

// lang is a package of a language in a file.
func lang(layer int, kind, path, id string, needs ...string) finding.Package {
	at := strings.LastIndex(id, "@")
	return finding.Package{
		Class: finding.ClassLanguage, Type: kind, ID: id, Name: id[:at], Version: id[at+1:],
		DependsOn: needs, Path: path, LayerIndex: layer,
	}
}

// repository has manifests with a line for some packages, by name.
type repository map[string]finding.Manifest

func (repository) Siblings(p finding.Package) []string { return []string{p.Path, "app/package.json"} }

func (r repository) Find(p finding.Package, siblings []finding.Package) []finding.Manifest {
	m, ok := r[p.Name]
	if !ok {
		return nil
	}
	for _, s := range siblings {
		m.Path = append(m.Path, s.Name)
	}
	return []finding.Manifest{m}
}
