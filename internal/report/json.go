package report

import (
	_ "embed"
	"encoding/json"
	"io"
	"slices"
	"time"

	"github.com/org/imgscan-action/internal/finding"
)

// schemaVersion is the version of the JSON report. A field may be added within
// a version; a field that changes its meaning or goes away makes a new one.
const schemaVersion = 1

//go:embed report.schema.json
var schema []byte

// Schema is the JSON Schema (draft 2020-12) of the json format.
func Schema() []byte { return slices.Clone(schema) }

// writeJSON renders everything in the report for programs. Optional values that
// are unknown are absent; lists are there and empty. Its shape is described by
// Schema.
func writeJSON(w io.Writer, rep *finding.Report, _ Options) error {
	doc, err := json.MarshalIndent(newJSONReport(rep), "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(jsonForTerminals(doc), '\n'))
	return err
}

type jsonReport struct {
	SchemaVersion int              `json:"schemaVersion"`
	Tool          jsonTool         `json:"tool"`
	ScannedAt     time.Time        `json:"scannedAt"`
	Verdict       jsonVerdict      `json:"verdict"`
	Image         jsonImage        `json:"image"`
	Lineage       jsonLineage      `json:"lineage"`
	OS            *jsonOS          `json:"os,omitempty"`
	Database      jsonDatabase     `json:"database"`
	Counts        jsonCounts       `json:"counts"`
	Owner         *jsonOwner       `json:"owner,omitempty"`
	Plan          []jsonStep       `json:"plan"`
	Findings      []jsonFinding    `json:"findings"`
	Removed       []jsonFinding    `json:"removed"`
	Compared      *jsonCompared    `json:"compared,omitempty"`
	Gaps          []jsonGap        `json:"gaps"`
	Packages      []jsonPackage    `json:"packages"`
	Executables   jsonExecutables  `json:"executables"`
	Asked         []jsonAttributed `json:"asked"`
	Triage        *jsonTriage      `json:"triage,omitempty"`
	Sources       []jsonSource     `json:"sources,omitempty"`
	Forecast      []jsonForecast   `json:"forecast,omitempty"`
	Pending       []string         `json:"pending,omitempty"`
}

type jsonTool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type jsonVerdict struct {
	Outcome     finding.Outcome `json:"outcome"`
	Judged      finding.Outcome `json:"judged"`
	Mode        finding.Mode    `json:"mode"`
	EnforceFrom time.Time       `json:"enforceFrom,omitzero"`
	Breaking    int             `json:"breaking"`
	Blocking    int             `json:"blocking,omitempty"`
	OpenGaps    int             `json:"openGaps"`
	Reasons     []string        `json:"reasons"`
	Threshold   string          `json:"threshold"`
}

type jsonImage struct {
	Ref         string      `json:"ref"`
	Name        string      `json:"name"`
	Source      string      `json:"source"`
	Digest      string      `json:"digest,omitempty"`
	ID          string      `json:"id"`
	IndexDigest string      `json:"indexDigest,omitempty"`
	Platform    string      `json:"platform"`
	Created     time.Time   `json:"created,omitzero"`
	Layers      []jsonLayer `json:"layers"`
}

type jsonLayer struct {
	DiffID      string           `json:"diffId"`
	Digest      string           `json:"digest,omitempty"`
	Size        int64            `json:"size,omitempty"`
	CreatedBy   string           `json:"createdBy,omitempty"`
	Base        int              `json:"base,omitempty"`
	Instruction *jsonInstruction `json:"instruction,omitempty"`
}

type jsonOS struct {
	Family            string `json:"family"`
	Version           string `json:"version,omitempty"`
	Extended          bool   `json:"extended,omitempty"`
	RepositoryFamily  string `json:"repositoryFamily,omitempty"`
	RepositoryRelease string `json:"repositoryRelease,omitempty"`
}

type jsonDatabase struct {
	Source     string    `json:"source"`
	Digest     string    `json:"digest,omitempty"`
	Built      time.Time `json:"built,omitzero"`
	NextUpdate time.Time `json:"nextUpdate,omitzero"`
	AgeSeconds *int64    `json:"ageSeconds,omitempty"`
	Notes      []string  `json:"notes,omitempty"`
}

type jsonCounts struct {
	jsonFindingCounts
	ByOrigin []jsonShare `json:"byOrigin"`
	Packages int         `json:"packages"`
	ByType   []jsonType  `json:"byType"`
}

type jsonFindingCounts struct {
	Findings   jsonTally   `json:"findings"`
	BySeverity []jsonTally `json:"bySeverity"`
}

type jsonShare struct {
	Origin  finding.OriginKind `json:"origin"`
	Base    int                `json:"base,omitempty"`
	Removed bool               `json:"removed,omitempty"`
	jsonFindingCounts
}

type jsonTally struct {
	Severity   string `json:"severity,omitempty"`
	Total      int    `json:"total"`
	Fixable    int    `json:"fixable"`
	Breaking   int    `json:"breaking"`
	Suppressed int    `json:"suppressed,omitempty"`
}

type jsonType struct {
	Type  string `json:"type"`
	Total int    `json:"total"`
}

type jsonFinding struct {
	ID          string           `json:"id"`
	Aliases     []string         `json:"aliases,omitempty"`
	Fingerprint string           `json:"fingerprint"`
	Package     jsonPackage      `json:"package"`
	FixedIn     string           `json:"fixedIn,omitempty"`
	Status      finding.Status   `json:"status"`
	Severity    string           `json:"severity"`
	Rating      jsonRating       `json:"rating"`
	Beaten      []jsonRating     `json:"beatenRatings"`
	Judgement   jsonJudgement    `json:"judgement"`
	Disposition *jsonDisposition `json:"disposition,omitempty"`
	Context     *jsonContext     `json:"context,omitempty"`
	Origin      *jsonOrigin      `json:"origin,omitempty"`
	Change      *jsonChange      `json:"change,omitempty"`
	Title       string           `json:"title,omitempty"`
	Description string           `json:"description,omitempty"`
	URL         string           `json:"url,omitempty"`
	References  []string         `json:"references,omitempty"`
	CWEs        []string         `json:"cwes,omitempty"`
	Published   time.Time        `json:"published,omitzero"`
	Modified    time.Time        `json:"modified,omitzero"`
	Advisory    jsonAdvisory     `json:"advisory"`
}

type jsonRating struct {
	Severity string   `json:"severity"`
	Score    *float64 `json:"score,omitempty"`
	Vector   string   `json:"vector,omitempty"`
	Version  string   `json:"version,omitempty"`
	Source   string   `json:"source,omitempty"`
}

type jsonJudgement struct {
	Breaks bool         `json:"breaks"`
	Rule   string       `json:"rule,omitempty"`
	Reason string       `json:"reason,omitempty"`
	Mode   finding.Mode `json:"mode,omitempty"`
	Counts jsonDay      `json:"counts,omitzero"`
}

type jsonAdvisory struct {
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"`
	URL  string `json:"url,omitempty"`
}

type jsonGap struct {
	Kind     finding.GapKind `json:"kind"`
	Where    string          `json:"where,omitempty"`
	Detail   string          `json:"detail"`
	Layer    string          `json:"layer,omitempty"`
	Accepted bool            `json:"accepted"`
}

type jsonPackage struct {
	Class         finding.Class `json:"class"`
	Type          string        `json:"type"`
	ID            string        `json:"id,omitempty"`
	Name          string        `json:"name"`
	Version       string        `json:"version"`
	Arch          string        `json:"arch,omitempty"`
	SourceName    string        `json:"sourceName,omitempty"`
	SourceVersion string        `json:"sourceVersion,omitempty"`
	Modularity    string        `json:"modularity,omitempty"`
	ThirdParty    bool          `json:"thirdParty,omitempty"`
	Licenses      []string      `json:"licenses,omitempty"`
	Maintainer    string        `json:"maintainer,omitempty"`
	DependsOn     []string      `json:"dependsOn,omitempty"`
	Path          string        `json:"path,omitempty"`
	PURL          string        `json:"purl,omitempty"`
	Layer         string        `json:"layer,omitempty"`
}

func newJSONReport(rep *finding.Report) jsonReport {
	doc := jsonReport{
		SchemaVersion: schemaVersion,
		Tool:          jsonTool{Name: toolName, Version: rep.Tool},
		ScannedAt:     rep.Now.UTC(),
		Verdict:       newJSONVerdict(rep.Verdict),
		Image:         newJSONImage(rep.Image),
		Lineage:       newJSONLineage(rep.Lineage),
		Database:      newJSONDatabase(rep.Database, rep.Now),
		Counts:        newJSONCounts(rep),
		Owner:         newJSONOwner(rep.Owner),
		Plan:          make([]jsonStep, len(rep.Plan)),
		Findings:      newJSONFindings(rep.Findings, rep.Image.Name),
		Removed:       newJSONFindings(rep.Removed, rep.Image.Name),
		Compared:      newJSONCompared(rep),
		Gaps:          make([]jsonGap, len(rep.Gaps)),
		Packages:      make([]jsonPackage, len(rep.Packages)),
		Executables:   newJSONExecutables(rep.Executables),
		Asked:         make([]jsonAttributed, len(rep.Asked)),
	}
	if rep.OS.Family != "" {
		doc.OS = new(jsonOS(rep.OS))
	}
	for i, s := range rep.Plan {
		doc.Plan[i] = newJSONStep(s)
	}
	for i, g := range rep.Gaps {
		doc.Gaps[i] = jsonGap(g)
	}
	for i, p := range rep.Packages {
		doc.Packages[i] = newJSONPackage(p)
	}
	for i, a := range rep.Asked {
		doc.Asked[i] = jsonAttributed{newJSONPackage(a.Package), newJSONOrigin(a.Origin)}
	}
	doc.addTriage(rep)
	return doc
}

func newJSONVerdict(v finding.Verdict) jsonVerdict {
	doc := jsonVerdict{
		Outcome:     v.Outcome,
		Judged:      v.Judged,
		Mode:        v.Mode,
		EnforceFrom: v.EnforceFrom.UTC(),
		Breaking:    v.Breaking,
		Blocking:    v.Blocking,
		OpenGaps:    v.OpenGaps,
		Reasons:     v.Reasons,
		Threshold:   v.Threshold,
	}
	if doc.Reasons == nil {
		doc.Reasons = []string{}
	}
	return doc
}

func newJSONImage(img finding.Image) jsonImage {
	layers := make([]jsonLayer, len(img.Layers))
	for i, l := range img.Layers {
		layers[i] = jsonLayer{
			DiffID:      l.DiffID,
			Digest:      l.Digest,
			Size:        l.Size,
			CreatedBy:   withoutArguments(l.CreatedBy),
			Base:        l.Base,
			Instruction: newJSONInstruction(l.Instruction),
		}
	}
	return jsonImage{
		Ref:         img.Ref,
		Name:        img.Name,
		Source:      img.Source,
		Digest:      img.Digest,
		ID:          img.ID,
		IndexDigest: img.IndexDigest,
		Platform:    img.Platform,
		Created:     img.Created.UTC(),
		Layers:      layers,
	}
}

func newJSONDatabase(db finding.Database, now time.Time) jsonDatabase {
	doc := jsonDatabase{
		Source:     db.Source,
		Digest:     db.Digest,
		Built:      db.Built.UTC(),
		NextUpdate: db.NextUpdate.UTC(),
		Notes:      db.Notes,
	}
	if !db.Built.IsZero() {
		doc.AgeSeconds = new(int64(db.Age(now) / time.Second))
	}
	return doc
}

func newJSONCounts(rep *finding.Report) jsonCounts {
	types, parts := countTypes(rep.Packages), shares(rep)
	doc := jsonCounts{
		jsonFindingCounts: newJSONFindingCounts(rep.Findings),
		ByOrigin:          make([]jsonShare, len(parts)),
		Packages:          len(rep.Packages),
		ByType:            make([]jsonType, len(types)),
	}
	for i, s := range parts {
		doc.ByOrigin[i] = jsonShare{s.kind, s.base, s.removed, newJSONFindingCounts(s.findings)}
	}
	for i, t := range types {
		doc.ByType[i] = jsonType{Type: t.name, Total: t.count}
	}
	return doc
}

func newJSONFindingCounts(findings []finding.Finding) jsonFindingCounts {
	perSeverity, all := tallies(findings)
	all.name = "" // not a severity
	doc := jsonFindingCounts{
		Findings:   newJSONTally(all),
		BySeverity: make([]jsonTally, len(perSeverity)),
	}
	for i, t := range perSeverity {
		doc.BySeverity[i] = newJSONTally(t)
	}
	return doc
}

func newJSONTally(t tally) jsonTally {
	return jsonTally{t.name, t.total, t.fixable, t.breaking, t.suppressed}
}

func newJSONFindings(findings []finding.Finding, imageName string) []jsonFinding {
	list := make([]jsonFinding, len(findings))
	for i, f := range findings {
		list[i] = newJSONFinding(f, imageName)
	}
	return list
}

func newJSONFinding(f finding.Finding, imageName string) jsonFinding {
	beaten := make([]jsonRating, len(f.Beaten))
	for i, r := range f.Beaten {
		beaten[i] = newJSONRating(r)
	}
	return jsonFinding{
		ID:          f.ID,
		Aliases:     f.Aliases,
		Fingerprint: f.Fingerprint(imageName),
		Package:     newJSONPackage(f.Package),
		FixedIn:     f.FixedIn,
		Status:      f.Status,
		Severity:    f.Rating.Severity.String(),
		Rating:      newJSONRating(f.Rating),
		Beaten:      beaten,
		Judgement:   newJSONJudgement(f.Judgement),
		Origin:      newJSONOrigin(f.Origin),
		Change:      newJSONChange(f.Change),
		Title:       f.Title,
		Description: f.Description,
		URL:         f.URL,
		References:  f.References,
		CWEs:        f.CWEs,
		Published:   f.Published.UTC(),
		Modified:    f.Modified.UTC(),
		Advisory:    jsonAdvisory(f.Advisory),
	}
}

func newJSONJudgement(j finding.Judgement) jsonJudgement {
	return jsonJudgement{j.Breaks, j.Rule, j.Reason, j.Mode, jsonDay(j.Counts)}
}

func newJSONRating(r finding.Rating) jsonRating {
	doc := jsonRating{
		Severity: r.Severity.String(),
		Vector:   r.Vector,
		Version:  r.Version,
		Source:   r.Source,
	}
	if r.Score != 0 || r.Vector != "" {
		doc.Score = new(r.Score)
	}
	return doc
}

func newJSONPackage(p finding.Package) jsonPackage {
	return jsonPackage{
		Class:         p.Class,
		Type:          p.Type,
		ID:            p.ID,
		Name:          p.Name,
		Version:       p.FullVersion(),
		Arch:          p.Arch,
		SourceName:    p.SrcName,
		SourceVersion: p.FullSrcVersion(),
		Modularity:    p.Modularity,
		ThirdParty:    p.ThirdParty,
		Licenses:      p.Licenses,
		Maintainer:    p.Maintainer,
		DependsOn:     p.DependsOn,
		Path:          p.Path,
		PURL:          p.PURL,
		Layer:         p.Layer,
	}
}
