package triage

import (
	"slices"
	"strings"
)

// logicalPrefix begins a pattern that names an image as the configuration does.
const logicalPrefix = "name:"

// How exactly a pattern names an image, from not at all to the one image.
const (
	imageNot = iota
	imageAny
	imageGlob
	imageRepo
	imageTag
	imageDigest
)

// imagePattern is one item of an entry's images.
type imagePattern struct {
	wrote string
	reference
}

func newImagePattern(wrote string) imagePattern {
	if isDigest(wrote) {
		return imagePattern{wrote, reference{digest: wrote}}
	}
	return imagePattern{wrote, splitReference(wrote)}
}

// match says how exactly the pattern names the image. All that it names must hold,
// but for a tag beside a digest: the digest says which image the tag meant.
func (p imagePattern) match(id identity) int {
	logical, isLogical := strings.CutPrefix(p.wrote, logicalPrefix)
	switch {
	case p.wrote == "":
		return imageNot
	case p.wrote == "*":
		return imageAny
	case isLogical:
		return when(slices.Contains(id.logical, logical), imageRepo)
	case p.digest != "" || strings.Contains(p.wrote, "@"):
		holds := slices.Contains(id.digests, p.digest) && (p.repo == "" || slices.ContainsFunc(id.names, p.isRepo))
		return when(holds, imageDigest)
	case p.wrote == id.raw:
		return imageRepo
	case slices.ContainsFunc(id.names, func(name reference) bool { return p.isRepo(name) && p.isTag(name) }):
		switch {
		case isGlob(p.repo):
			return imageGlob
		case p.tag != "":
			return imageTag
		}
		return imageRepo
	}
	return imageNot
}

func when(holds bool, rank int) int {
	if holds {
		return rank
	}
	return imageNot
}

func (p imagePattern) isRepo(name reference) bool { return matchGlob(p.repo, name.repo) }

// isTag is false for an image whose tag is not known.
func (p imagePattern) isTag(name reference) bool {
	return !strings.HasSuffix(p.wrote, ":") && (p.tag == "" || name.tag != "" && matchGlob(p.tag, name.tag))
}
