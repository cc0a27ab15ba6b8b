package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/org/imgscan-action/internal/finding"
)

// What a stored report may have at most. An image of ten thousand packages and as
// many findings has some tens of MiB.
const (
	maxStoredBytes    = 64 << 20
	maxStoredFindings = 200_000
	maxStoredPackages = 500_000
	maxStoredBases    = 1000
)

// Read reads a report that the json format wrote, as far as another report can be
// compared with it: the image, its bases, its packages, the findings with their
// ratings, the database and the clock. What was decided and judged is left out, for
// it was by other rules. The name is for messages.
//
// A report of another version, one that lacks the packages or the findings, and one
// whose findings do not say what they are about are errors: comparing with them
// would say things that are not so.
func Read(name string, src []byte) (*finding.Report, error) {
	if len(src) > maxStoredBytes {
		return nil, fmt.Errorf("reading report %q: it has more than %d MiB", name, maxStoredBytes>>20)
	}
	var head struct {
		SchemaVersion int      `json:"schemaVersion"`
		Tool          jsonTool `json:"tool"`
	}
	if err := json.Unmarshal(src, &head); err != nil {
		return nil, fmt.Errorf("reading report %q: expected what --format json writes: %w", name, err)
	}
	if head.Tool.Name != toolName {
		return nil, fmt.Errorf("reading report %q: it was not written by %s", name, toolName)
	}
	if head.SchemaVersion != schemaVersion {
		return nil, fmt.Errorf("reading report %q: it has version %d of the format: expected %d", name, head.SchemaVersion, schemaVersion)
	}
	var doc storedReport
	err := json.Unmarshal(src, &doc)
	if err == nil {
		err = doc.check()
	}
	if err != nil {
		return nil, fmt.Errorf("reading report %q: %w", name, err)
	}
	return doc.report(), nil
}

// storedReport is the part of the JSON report that is read back.
type storedReport struct {
	Tool      jsonTool     `json:"tool"`
	ScannedAt time.Time    `json:"scannedAt"`
	Image     storedImage  `json:"image"`
	OS        jsonOS       `json:"os"`
	Database  jsonDatabase `json:"database"`
	Lineage   struct {
		Bases storedBases `json:"bases"`
	} `json:"lineage"`
	Findings storedFindings `json:"findings"`
	Packages storedPackages `json:"packages"`
}

type storedImage struct {
	Ref         string `json:"ref"`
	Name        string `json:"name"`
	Source      string `json:"source"`
	Digest      string `json:"digest"`
	ID          string `json:"id"`
	IndexDigest string `json:"indexDigest"`
	Platform    string `json:"platform"`
}

type storedFinding struct {
	ID       string         `json:"id"`
	Aliases  []string       `json:"aliases"`
	Package  jsonPackage    `json:"package"`
	FixedIn  string         `json:"fixedIn"`
	Status   finding.Status `json:"status"`
	Rating   jsonRating     `json:"rating"`
	Title    string         `json:"title"`
	URL      string         `json:"url"`
	Advisory jsonAdvisory   `json:"advisory"`
}

// A list of these is bounded as it is read: an empty element takes a hundred times
// more memory than it has bytes.
type (
	storedBases    []jsonBase
	storedFindings []storedFinding
	storedPackages []jsonPackage
)

func (l *storedBases) UnmarshalJSON(src []byte) (err error) {
	*l, err = readList[jsonBase](src, maxStoredBases)
	return err
}

func (l *storedFindings) UnmarshalJSON(src []byte) (err error) {
	*l, err = readList[storedFinding](src, maxStoredFindings)
	return err
}

func (l *storedPackages) UnmarshalJSON(src []byte) (err error) {
	*l, err = readList[jsonPackage](src, maxStoredPackages)
	return err
}

// readList reads an array of at most so many elements; never nil without an error.
func readList[T any](src []byte, most int) ([]T, error) {
	dec := json.NewDecoder(bytes.NewReader(src))
	if open, err := dec.Token(); err != nil || open != json.Delim('[') {
		return nil, errors.New("expected a list")
	}
	list := []T{}
	for dec.More() {
		if len(list) == most {
			return nil, fmt.Errorf("a list has more than %d elements", most)
		}
		var element T
		if err := dec.Decode(&element); err != nil {
			return nil, err
		}
		list = append(list, element)
	}
	return list, nil
}

// check finds what the writer of a report never leaves out.
func (doc *storedReport) check() error {
	switch {
	case doc.Image.ID == "":
		return errors.New("it does not say which image it is about")
	case !digestOrNone(doc.Image.ID) || !digestOrNone(doc.Image.Digest):
		return errors.New("the digest of its image is not one")
	case doc.Findings == nil:
		return errors.New("it has no list of findings")
	case doc.Packages == nil:
		return errors.New("it has no list of packages")
	}
	for i, f := range doc.Findings {
		if err := f.check(); err != nil {
			return fmt.Errorf("finding %d: %w", i+1, err)
		}
	}
	for i, p := range doc.Packages {
		if err := checkPackage(p); err != nil {
			return fmt.Errorf("package %d: %w", i+1, err)
		}
	}
	return nil
}

// statuses are those that a report writes.
var statuses = []finding.Status{
	finding.StatusUnknown, finding.StatusAffected, finding.StatusFixed, finding.StatusUnderInvestigation,
	finding.StatusWillNotFix, finding.StatusFixDeferred, finding.StatusEndOfLife, finding.StatusNotAffected,
}

func (f *storedFinding) check() error {
	if f.ID == "" {
		return errors.New("it names no vulnerability")
	}
	if !slices.Contains(statuses, f.Status) {
		return fmt.Errorf("unknown status %.60q", string(f.Status))
	}
	if _, err := finding.ParseSeverity(f.Rating.Severity); err != nil {
		return fmt.Errorf("unknown severity %.60q", f.Rating.Severity)
	}
	return checkPackage(f.Package)
}

func checkPackage(p jsonPackage) error {
	switch {
	case p.Class != finding.ClassOS && p.Class != finding.ClassLanguage:
		return fmt.Errorf("unknown class of package %.60q", string(p.Class))
	case p.Type == "" || p.Name == "":
		return errors.New("a package has no type or no name")
	}
	return nil
}

// digestForm is the pattern of digests in the schema.
var digestForm = regexp.MustCompile(`^[a-z0-9]+([+._-][a-z0-9]+)*:[0-9a-fA-F]{32,}$`)

func digestOrNone(s string) bool { return s == "" || digestForm.MatchString(s) }

func (doc *storedReport) report() *finding.Report {
	rep := &finding.Report{
		Tool: doc.Tool.Version,
		Now:  utc(doc.ScannedAt),
		Image: finding.Image{
			Ref:         doc.Image.Ref,
			Name:        doc.Image.Name,
			Source:      doc.Image.Source,
			Digest:      doc.Image.Digest,
			ID:          doc.Image.ID,
			IndexDigest: doc.Image.IndexDigest,
			Platform:    doc.Image.Platform,
		},
		OS: finding.OS(doc.OS),
		Database: finding.Database{
			Source:     doc.Database.Source,
			Digest:     doc.Database.Digest,
			Built:      utc(doc.Database.Built),
			NextUpdate: utc(doc.Database.NextUpdate),
		},
	}
	for _, b := range doc.Lineage.Bases {
		rep.Lineage.Bases = append(rep.Lineage.Bases, readBase(b))
	}
	for _, p := range doc.Packages {
		rep.Packages = append(rep.Packages, readPackage(p))
	}
	for _, f := range doc.Findings {
		rep.Findings = append(rep.Findings, f.finding())
	}
	finding.SortPackages(rep.Packages)
	finding.Sort(rep.Findings)
	return rep
}

// utc is the moment in UTC; zero when that is in a year that no format can write.
func utc(t time.Time) time.Time {
	if t = t.UTC(); t.Year() < 0 || t.Year() > 9999 {
		return time.Time{}
	}
	return t
}

func readBase(doc jsonBase) finding.Base {
	b := finding.Base{
		Ref:         doc.Ref,
		Digest:      doc.Digest,
		IndexDigest: doc.IndexDigest,
		ID:          doc.ID,
		Layers:      doc.Layers,
		Confidence:  doc.Confidence,
	}
	if doc.From != nil {
		b.From = finding.Line(*doc.From)
	}
	if doc.Tag != nil {
		b.Tag = finding.Tag(*doc.Tag)
	}
	return b
}

// readPackage has the whole version in Version: what it was put together from does
// not show.
func readPackage(doc jsonPackage) finding.Package {
	return finding.Package{
		Class:      doc.Class,
		Type:       doc.Type,
		ID:         doc.ID,
		Name:       doc.Name,
		Version:    doc.Version,
		Arch:       doc.Arch,
		SrcName:    doc.SourceName,
		SrcVersion: doc.SourceVersion,
		Modularity: doc.Modularity,
		ThirdParty: doc.ThirdParty,
		Path:       doc.Path,
		PURL:       doc.PURL,
		Layer:      doc.Layer,
	}
}

func (f *storedFinding) finding() finding.Finding {
	severity, _ := finding.ParseSeverity(f.Rating.Severity) // checked
	rating := finding.Rating{Severity: severity, Vector: f.Rating.Vector, Version: f.Rating.Version, Source: f.Rating.Source}
	if f.Rating.Score != nil {
		rating.Score = *f.Rating.Score
	}
	return finding.Finding{
		ID:       f.ID,
		Aliases:  f.Aliases,
		Package:  readPackage(f.Package),
		FixedIn:  f.FixedIn,
		Status:   f.Status,
		Rating:   rating,
		Title:    f.Title,
		URL:      f.URL,
		Advisory: finding.Source(f.Advisory),
	}
}
