package report

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/owenrumney/go-sarif/v2/sarif"

	"github.com/org/imgscan-action/internal/finding"
)

const (
	toolName = "imgscan"
	toolURI  = "https://github.com/org/imgscan-action"
)

// maxResults is how many results of a run GitHub keeps. We choose which, rather
// than let it choose: the worst, and those that break the policy before others.
// A run has no more rules than results, so GitHub's 25,000 rules are never met.
const maxResults = 5000

// writeSARIF renders the report as SARIF 2.1.0 for GitHub code scanning.
//
// What identifies an alert (rule, path, fingerprint, category) is made of no
// version, tag or digest: an alert lives until it is fixed, not until the next
// build. A report without findings has an empty list of results, which is what
// closes the alerts of the scan before.
func writeSARIF(w io.Writer, rep *finding.Report, _ Options) error {
	log, err := sarif.New(sarif.Version210)
	if err != nil {
		return err
	}
	log.AddRun(newRun(rep))

	var b bytes.Buffer
	if err := log.PrettyWrite(&b); err != nil {
		return err
	}
	_, err = w.Write(append(jsonForTerminals(b.Bytes()), '\n'))
	return err
}

func newRun(rep *finding.Report) *sarif.Run {
	findings, omitted := worst(rep.Findings, maxResults)
	rules, index := newRules(findings)

	run := sarif.NewRunWithInformationURI(toolName, toolURI)
	run.Tool.Driver.Version = new(cmp.Or(clean(rep.Tool), "unknown"))
	run.Tool.Driver.Rules = rules
	run.AutomationDetails = &sarif.RunAutomationDetails{ID: new(category(rep.Image))}
	run.ColumnKind = "utf16CodeUnits"
	run.Invocations = []*sarif.Invocation{newInvocation(rep, omitted)}
	run.Properties = runProperties(rep)
	for _, f := range findings {
		run.Results = append(run.Results, newResult(f, rep.Image, index[ruleID(f)]))
	}
	return run
}

// worst is at most limit findings, in the order given, and how many were left
// out. Findings that break the policy are kept before worse ones that do not.
func worst(findings []finding.Finding, limit int) (kept []finding.Finding, omitted int) {
	if len(findings) <= limit {
		return findings, 0
	}
	kept = slices.Clone(findings)
	slices.SortStableFunc(kept, func(a, b finding.Finding) int {
		switch {
		case a.Judgement.Breaks == b.Judgement.Breaks:
			return 0
		case a.Judgement.Breaks:
			return -1
		}
		return 1
	})
	return kept[:limit], len(kept) - limit
}

// category names this image and platform among the analyses of a commit:
// GitHub takes everything up to the last slash, and closes alerts within it.
func category(img finding.Image) string {
	return strings.Join([]string{toolName, categoryPart(img.Name), categoryPart(img.Platform), ""}, "/")
}

var notCategory = regexp.MustCompile(`[^A-Za-z0-9._/-]+`)

func categoryPart(s string) string {
	return cmp.Or(strings.Trim(notCategory.ReplaceAllString(s, "-"), "/"), "unknown")
}

// location is the path that GitHub shows for a finding: the image's name without
// its registry, then the file in the image. GitHub wants a path, relative and
// without a scheme; the file need not be in the repository.
func location(img finding.Image, p finding.Package) string {
	name := img.Name
	if host, rest, found := strings.Cut(name, "/"); found && (strings.ContainsAny(host, ".:") || host == "localhost") {
		name = rest
	}
	// Rooting the path before cleaning it keeps a hostile "../" inside the image.
	joined := path.Join("/", name, path.Clean("/"+p.Path))
	return cmp.Or(percentPath(strings.TrimLeft(joined, "/")), "image")
}

// level says what the policy decided; how bad the finding is, is for the rule's
// security-severity to say.
func level(f finding.Finding) string {
	switch {
	case f.Judgement.Breaks:
		return "error"
	case f.Rating.Severity >= finding.Medium, f.Rating.Severity == finding.Unknown:
		return "warning"
	}
	return "note"
}

func newResult(f finding.Finding, img finding.Image, rule int) *sarif.Result {
	p := f.Package
	logical := &sarif.LogicalLocation{
		Name: new(clean(p.Name)),
		Kind: new("package"),
	}
	if p.PURL != "" {
		logical.FullyQualifiedName = new(clean(p.PURL))
	}
	result := sarif.NewRuleResult(ruleID(f)).
		WithRuleIndex(rule).
		WithLevel(level(f)).
		WithMessage(sarif.NewTextMessage(resultMessage(f))).
		WithPartialFingerPrints(map[string]any{
			// GitHub matches alerts by this name alone. The count after the colon is
			// part of the format that it reads.
			"primaryLocationLineHash": f.Fingerprint(img.Name) + ":1",
		})
	result.AddLocation(sarif.NewLocation().
		WithPhysicalLocation(sarif.NewPhysicalLocation().
			WithArtifactLocation(sarif.NewSimpleArtifactLocation(location(img, p))).
			WithRegion(sarif.NewRegion().WithStartLine(1).WithStartColumn(1).WithEndLine(1).WithEndColumn(1))).
		WithLogicalLocations([]*sarif.LogicalLocation{logical}))
	result.Properties = resultProperties(f)
	return result
}

// resultMessage is what GitHub shows beside an alert, most of all its first
// sentence.
func resultMessage(f finding.Finding) string {
	in := sarifInk
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s has %s (%s, %s). %s",
		in.code(f.Package.Name), in.code(f.Package.FullVersion()), in.code(f.ID),
		f.Rating.Severity, in.text(ratingWords(f.Rating)), fixWords(f, in))
	if f.Judgement.Breaks {
		fmt.Fprintf(&b, " It breaks the policy: %s.", in.text(f.Judgement.Reason))
	}
	return b.String()
}

func resultProperties(f finding.Finding) sarif.Properties {
	ratings := []jsonRating{newJSONRating(f.Rating)}
	for _, r := range f.Beaten {
		ratings = append(ratings, newJSONRating(r))
	}
	return sarif.Properties{
		"vulnerability": f.ID,
		"severity":      f.Rating.Severity.String(),
		"ratings":       ratings, // the first one counts
		"package":       f.Package.Name,
		"type":          f.Package.Type,
		"installed":     f.Package.FullVersion(),
		"fixedIn":       f.FixedIn,
		"status":        f.Status,
		"layer":         f.Package.Layer,
		"judgement":     jsonJudgement(f.Judgement),
	}
}

// newInvocation says what the scan could not see: GitHub ignores it, and other
// readers of SARIF show it.
func newInvocation(rep *finding.Report, omitted int) *sarif.Invocation {
	inv := sarif.NewInvocation().
		WithExecutionSuccess(rep.Verdict.Judged != finding.Inconclusive).
		WithEndTimeUTC(rep.Now)
	for _, g := range rep.Gaps {
		level := "error"
		if g.Accepted {
			level = "note"
		}
		inv.AddTToolExecutionNotification(notification(level, gapWords(g, sarifInk)))
	}
	if omitted > 0 {
		inv.AddTToolExecutionNotification(notification("warning", fmt.Sprintf(
			"%s left out: GitHub keeps %d results of a run.", plural(omitted, "finding"), maxResults)))
	}
	return inv
}

func notification(level, text string) *sarif.Notification {
	return &sarif.Notification{Level: level, Message: sarif.NewTextMessage(text)}
}

func runProperties(rep *finding.Report) sarif.Properties {
	return sarif.Properties{
		"image":    newJSONImage(rep.Image),
		"os":       rep.OS.String(),
		"database": newJSONDatabase(rep.Database, rep.Now),
		"verdict":  newJSONVerdict(rep.Verdict),
		"counts":   newJSONCounts(rep),
	}
}
