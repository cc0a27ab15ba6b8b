// Package baseline keeps what was wrong with images when a project began to use
// imgscan: the file .imgscan/baseline.json, whose findings the policy does not
// count. It is how a gate can be put in front of an old image on the first day.
//
// The file has one finding a line, sorted, so that it is reviewed and merged as
// text. It names findings by their fingerprints, which survive new versions and
// new builds.
package baseline

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/org/imgscan-action/internal/finding"
)

// Path is where the file is in a project.
const Path = ".imgscan/baseline.json"

// File is the content of a baseline file. Its zero value knows of nothing.
type File struct {
	// Created is the day, UTC, on which it was last written.
	Created time.Time

	// Tool is the version of imgscan that wrote it; may be empty.
	Tool string

	// Findings are sorted by every field in turn, without duplicates.
	Findings []Finding
}

// Finding is one finding of an image as the file names it. Together the fields
// are what a fingerprint is made of.
type Finding struct {
	Image         string // its name, without tag
	Vulnerability string
	Package       string
	Type          string // of the package
	Path          string // of the file that declares the package, without a version; may be empty
}

// Fingerprint is the one that the finding has in every report.
func (f Finding) Fingerprint() string {
	return finding.Finding{
		ID:      f.Vulnerability,
		Package: finding.Package{Name: f.Package, Type: f.Type, Path: f.Path},
	}.Fingerprint(f.Image)
}

// Of is the baseline of one image, whose report has been judged. It holds what
// counts, or would but for a baseline or a period of grace. It leaves out what
// does not count anyway, so that it is news when that changes, and what no baseline
// spares. In a report that was not judged, every finding counts.
func Of(rep *finding.Report, now time.Time) *File {
	file := &File{Created: now.UTC().Truncate(24 * time.Hour), Tool: rep.Tool}
	for _, f := range rep.Findings {
		if !belongs(f.Judgement) {
			continue
		}
		one := Finding{
			Image:         rep.Image.Name,
			Vulnerability: f.ID,
			Package:       f.Package.Name,
			Type:          f.Package.Type,
			Path:          f.Package.Place(),
		}
		// A name that is no text cannot be written down and read back as it is. The
		// finding counts then.
		if one.isText() {
			file.Findings = append(file.Findings, one)
		}
	}
	file.sort()
	return file
}

func (f Finding) isText() bool {
	for _, s := range []string{f.Image, f.Vulnerability, f.Package, f.Type, f.Path} {
		if !utf8.ValidString(s) {
			return false
		}
	}
	return true
}

func belongs(j finding.Judgement) bool {
	switch j.Rule {
	case "", "baseline", "grace":
		return true
	case "kev", "bod-26-04":
		return false
	}
	return j.Breaks
}

// Merge is one file for what is in any of several. Its date and tool are those of
// the newest.
func Merge(files ...*File) *File {
	merged := &File{}
	for _, f := range files {
		if !f.Created.Before(merged.Created) {
			merged.Created, merged.Tool = f.Created, f.Tool
		}
		merged.Findings = append(merged.Findings, f.Findings...)
	}
	merged.sort()
	return merged
}

// Without is the file without the findings of one image, which is how to write
// those anew.
func (f *File) Without(image string) *File {
	rest := *f
	rest.Findings = slices.DeleteFunc(slices.Clone(f.Findings), func(known Finding) bool { return known.Image == image })
	return &rest
}

// Known is the set of the fingerprints.
func (f *File) Known() map[string]bool {
	known := make(map[string]bool, len(f.Findings))
	for _, one := range f.Findings {
		known[one.Fingerprint()] = true
	}
	return known
}

func (f *File) sort() {
	slices.SortFunc(f.Findings, func(a, b Finding) int {
		return cmp.Or(
			strings.Compare(a.Image, b.Image),
			strings.Compare(a.Vulnerability, b.Vulnerability),
			strings.Compare(a.Package, b.Package),
			strings.Compare(a.Type, b.Type),
			strings.Compare(a.Path, b.Path),
		)
	})
	f.Findings = slices.Compact(f.Findings)
}
