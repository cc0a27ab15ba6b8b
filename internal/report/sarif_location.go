package report

import (
	"cmp"
	"path"
	"strings"

	"github.com/owenrumney/go-sarif/v2/sarif"

	"github.com/org/imgscan-action/internal/finding"
)

// maxRelated is how many further places of a result are worth a reader's time.
const maxRelated = 10

// newLocation is where GitHub shows the finding: the line of the repository that
// brought the package, where an alert stands beside code that exists, else a
// path made of the image's name and the file in it.
func newLocation(img finding.Image, f finding.Finding) *sarif.Location {
	p := f.Package
	logical := &sarif.LogicalLocation{Name: new(clean(p.Name)), Kind: new("package")}
	if p.PURL != "" {
		logical.FullyQualifiedName = new(clean(p.PURL))
	}
	return sarif.NewLocation().
		WithPhysicalLocation(place(location(img, f), f.Origin.Line)).
		WithLogicalLocations([]*sarif.LogicalLocation{logical})
}

// location is the path of a finding, percent-encoded. GitHub wants it relative
// and without a scheme; the file need not be in the repository. It is part of
// what identifies an alert, so it holds no tag, digest or line.
func location(img finding.Image, f finding.Finding) string {
	if file := f.Origin.Line.File; file != "" {
		return repositoryURI(file)
	}
	name := img.Name
	if host, rest, found := strings.Cut(name, "/"); found && (strings.ContainsAny(host, ".:") || host == "localhost") {
		name = rest
	}
	// Rooting the path before cleaning it keeps a hostile "../" inside the image.
	joined := path.Join("/", name, path.Clean("/"+f.Package.Path))
	return cmp.Or(percentPath(strings.TrimLeft(joined, "/")), "image")
}

// repositoryURI is a file of the repository as a relative reference.
func repositoryURI(file string) string {
	return cmp.Or(percentPath(repositoryPath(file)), "repository")
}

// place is a file and lines in it; without lines, its first.
func place(uri string, line finding.Line) *sarif.PhysicalLocation {
	start, end := 1, 1
	if line.File != "" {
		start = max(line.Start, 1)
		end = max(line.End, start)
	}
	return sarif.NewPhysicalLocation().
		WithArtifactLocation(sarif.NewSimpleArtifactLocation(uri)).
		WithRegion(sarif.NewRegion().WithStartLine(start).WithStartColumn(1).WithEndLine(end).WithEndColumn(1))
}

// relatedLocations are the lines that a finding is traced through besides the
// one that it is shown at: the manifests and the instruction.
func relatedLocations(o finding.Origin) []*sarif.Location {
	type related struct {
		line  finding.Line
		words string
	}
	var list []related
	for _, m := range o.Manifests {
		list = append(list, related{m.Line, manifestWords(m)})
	}
	if o.Instruction.Line.File != "" {
		words := "made the layer"
		if o.Kind == finding.OriginInherited {
			words = "names the base"
		}
		list = append(list, related{o.Instruction.Line, words})
	}
	seen := map[string]bool{linePlace(o.Line): true}
	var locations []*sarif.Location
	for _, r := range list {
		if at := linePlace(r.line); r.line.File == "" || seen[at] || len(locations) == maxRelated {
			continue
		}
		seen[linePlace(r.line)] = true
		locations = append(locations, sarif.NewLocation().
			WithId(len(locations)+1).
			WithPhysicalLocation(place(repositoryURI(r.line.File), r.line)).
			WithMessage(sarif.NewTextMessage(sarifInk.name(linePlace(r.line))+" "+r.words)))
	}
	return locations
}

// manifestWords says what a line of a manifest does to the version.
func manifestWords(m finding.Manifest) string {
	words := map[string]string{
		"direct":    "asks for it",
		"lock":      "locks it",
		"replace":   "replaces it",
		"toolchain": "chooses the compiler",
		"property":  "defines its version",
		"parent":    "asks for what needs it",
	}[m.Role]
	words = cmp.Or(words, "chooses it")
	if m.Dev {
		words += ", for development only"
	}
	return words
}
