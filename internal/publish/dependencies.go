package publish

import (
	"cmp"
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/github"
)

// Dependencies submits the packages of the image to the dependency graph.
type Dependencies struct {
	// Submit completes the snapshot with the commit, and sends it.
	Submit func(github.Snapshot) error

	// Tool and URL name the tool; its version is in the report.
	Tool, URL string

	// Job is the workflow and the job, "ci/scan": what another one submits of the
	// same image is not replaced.
	Job string
}

var _ Publisher = Dependencies{}

func (Dependencies) String() string { return "the dependency graph" }

// Publish submits all packages, and none when there are none: that is what takes
// those of the image before out of the graph. Whatever GitHub says to that is no
// failure.
func (d Dependencies) Publish(rep *finding.Report) error {
	return unheard(d.Submit(d.snapshot(rep)))
}

// snapshot is all of the image in one manifest. Were there one for each file, under
// correlators of their own, those of a file that is gone would stay for ever.
func (d Dependencies) snapshot(rep *finding.Report) github.Snapshot {
	image := rep.Image.Name + " " + rep.Image.Platform
	return github.Snapshot{
		Correlator:   d.Job + " " + image,
		Tool:         d.Tool,
		ToolVersion:  cmp.Or(rep.Tool, "unknown"),
		ToolURL:      d.URL,
		Scanned:      rep.Now,
		Manifest:     image,
		Source:       rep.Lineage.Dockerfile,
		Dependencies: dependencies(rep),
	}
}

// dependencies are the packages that have a URL, each URL once and in their order.
func dependencies(rep *finding.Report) []github.Dependency {
	direct := make(map[string]bool)
	for _, f := range rep.Findings {
		direct[f.Package.PURL] = direct[f.Package.PURL] || chosen(f.Origin)
	}
	for _, a := range rep.Asked {
		direct[a.Package.PURL] = direct[a.Package.PURL] || chosen(a.Origin)
	}
	var all []github.Dependency
	for _, p := range rep.Packages {
		if p.PURL != "" {
			all = append(all, github.Dependency{PURL: p.PURL, Direct: direct[p.PURL]})
		}
	}
	slices.SortFunc(all, func(a, b github.Dependency) int { return strings.Compare(a.PURL, b.PURL) })
	return slices.Compact(all)
}

// chosen says whether the build asks for the package by its name. Only of packages
// with findings is that looked up; the others count as brought by something else.
func chosen(o finding.Origin) bool {
	if o.Kind == finding.OriginInherited {
		return false
	}
	if o.Asked != "" && len(o.Path) == 1 {
		return true
	}
	return slices.ContainsFunc(o.Manifests, func(m finding.Manifest) bool { return m.Role == "direct" })
}
