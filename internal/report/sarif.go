package report

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
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
// version, tag, line or digest: an alert lives until it is fixed, not until the
// next build. There are always two runs, what the bases brought and the rest, so
// that an alert closes when it is fixed and also when it turns out to be the
// other's: a run without findings closes those of the run before it.
//
// Findings that were decided not to count are left out, or there with SARIF's
// suppressions, as opts say. The severity is the one that the policy judged, after
// any decision that changed it.
func writeSARIF(w io.Writer, rep *finding.Report, opts Options) error {
	how := cmp.Or(opts.SuppressedInSARIF, OmitSuppressed)
	if how != OmitSuppressed && how != IncludeSuppressed {
		return fmt.Errorf("unknown way to write suppressed findings %q: expected %s or %s", how, OmitSuppressed, IncludeSuppressed)
	}
	log, err := sarif.New(sarif.Version210)
	if err != nil {
		return err
	}
	var runs [][]finding.Finding
	for _, s := range sides(rep) {
		run, findings := newRun(rep, s, how)
		log.AddRun(run)
		runs = append(runs, findings)
	}
	var whole any = log
	if how == IncludeSuppressed {
		whole = withSuppressions(log, runs)
	}
	doc, err := json.MarshalIndent(whole, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(jsonForTerminals(doc), '\n'))
	return err
}

// side is one side of the FROM line: what one run of the log is about.
type side struct {
	name     string // the last part of the category
	findings []finding.Finding
	gaps     []finding.Gap
}

// sides are the build's own side, with whatever is of unknown origin, and the
// bases'.
func sides(rep *finding.Report) [2]side {
	app, base := side{name: "app"}, side{name: "base"}
	for _, f := range rep.Findings {
		s := &app
		if f.Origin.Kind == finding.OriginInherited {
			s = &base
		}
		s.findings = append(s.findings, f)
	}
	ofBase := make(map[string]bool)
	for _, l := range rep.Image.Layers {
		ofBase[l.DiffID] = l.Base > 0
	}
	for _, g := range rep.Gaps {
		s := &app
		if ofBase[g.Layer] {
			s = &base
		}
		s.gaps = append(s.gaps, g)
	}
	return [2]side{app, base}
}

// newRun is the run of one side, and the findings that its results are about.
func newRun(rep *finding.Report, s side, how Suppressed) (*sarif.Run, []finding.Finding) {
	shown, notices := s.findings, []*sarif.Notification(nil)
	if how == OmitSuppressed {
		var decided []finding.Finding
		shown, decided = divide(s.findings)
		if len(decided) > 0 {
			notices = append(notices, notification("note", decidedWords(decided)+". They are left out: code scanning would show them as open."))
		}
	}
	findings, omitted := worst(shown, maxResults)
	if omitted > 0 {
		notices = append(notices, notification("warning", fmt.Sprintf(
			"%s left out: GitHub keeps %d results of a run.", plural(omitted, "finding"), maxResults)))
	}
	rules, index := newRules(rep.Lineage, findings)

	run := sarif.NewRunWithInformationURI(toolName, toolURI)
	run.Tool.Driver.Version = new(cmp.Or(clean(rep.Tool), "unknown"))
	run.Tool.Driver.Rules = rules
	run.AutomationDetails = &sarif.RunAutomationDetails{ID: new(category(rep.Image, s.name))}
	run.ColumnKind = "utf16CodeUnits"
	run.Invocations = []*sarif.Invocation{newInvocation(rep, s.gaps, notices)}
	run.Properties = runProperties(rep, s)
	decidedOn, lookedUp := decidedOn(rep), lookedUp(rep)
	for _, f := range findings {
		result := newResult(rep, f, index[ruleID(f)])
		if decidedOn {
			result.Properties["disposition"] = newJSONDisposition(f.Disposition)
		}
		if lookedUp {
			result.Properties["context"] = newJSONContext(f.Context)
		}
		run.Results = append(run.Results, result)
	}
	return run, findings
}

// worst is at most limit findings, in the order given, and how many were left
// out. Findings that break the policy are kept before worse ones that do not, and
// those that do not count go first.
func worst(findings []finding.Finding, limit int) (kept []finding.Finding, omitted int) {
	if len(findings) <= limit {
		return findings, 0
	}
	rank := func(f finding.Finding) int {
		switch {
		case f.Judgement.Breaks:
			return 0
		case !f.Disposition.Suppressed:
			return 1
		}
		return 2
	}
	kept = slices.Clone(findings)
	slices.SortStableFunc(kept, func(a, b finding.Finding) int { return cmp.Compare(rank(a), rank(b)) })
	return kept[:limit], len(kept) - limit
}

// category names this image, platform and side among the analyses of a commit:
// GitHub takes everything up to the last slash, and closes alerts within it. It
// refuses a file in which two runs have the same.
func category(img finding.Image, side string) string {
	return strings.Join([]string{toolName, categoryPart(img.Name), categoryPart(img.Platform), side, ""}, "/")
}

var notCategory = regexp.MustCompile(`[^A-Za-z0-9._/-]+`)

func categoryPart(s string) string {
	return cmp.Or(strings.Trim(notCategory.ReplaceAllString(s, "-"), "/"), "unknown")
}

// level says what the policy decided; how bad the finding is, is for the rule's
// security-severity to say.
func level(f finding.Finding) string {
	switch {
	case f.Judgement.Breaks:
		return "error"
	case f.Disposition.Suppressed:
		return "note"
	case f.Rating.Severity >= finding.Medium, f.Rating.Severity == finding.Unknown:
		return "warning"
	}
	return "note"
}

func newResult(rep *finding.Report, f finding.Finding, rule int) *sarif.Result {
	result := sarif.NewRuleResult(ruleID(f)).
		WithRuleIndex(rule).
		WithLevel(level(f)).
		WithMessage(sarif.NewTextMessage(resultMessage(rep, f))).
		WithPartialFingerPrints(map[string]any{
			// GitHub matches alerts by this name alone. The count after the colon is
			// part of the format that it reads.
			"primaryLocationLineHash": f.Fingerprint(rep.Image.Name) + ":1",
		})
	result.AddLocation(newLocation(rep.Image, f))
	result.RelatedLocations = relatedLocations(f.Origin)
	result.Properties = resultProperties(f)
	return result
}

// resultMessage is what GitHub shows beside an alert, most of all its first
// sentence.
func resultMessage(rep *finding.Report, f finding.Finding) string {
	l, in := rep.Lineage, sarifInk
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s has %s (%s, %s).",
		in.code(f.Package.Name), in.code(f.Package.FullVersion()), in.code(f.ID),
		f.Rating.Severity, in.text(ratingWords(f.Rating)))
	for _, sentence := range []string{
		originWords(l, f.Origin, in),
		fixWords(l, f, in),
		responsibleWords(l, f.Origin, in),
	} {
		if sentence != "" {
			b.WriteString(" " + sentence)
		}
	}
	if f.Judgement.Breaks {
		fmt.Fprintf(&b, " It breaks the policy: %s.", in.text(f.Judgement.Reason))
	}
	if d := f.Disposition; d.Suppressed {
		fmt.Fprintf(&b, " It does not count: %s, %s.", decisionWords(d.Decision), justification(d, in))
	}
	for _, words := range remarks(rep, f, in) {
		fmt.Fprintf(&b, " Note: %s.", words)
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
		"judgement":     newJSONJudgement(f.Judgement),
		"origin":        cmp.Or(f.Origin.Kind, finding.OriginUnknown),
		"confidence":    confidenceOf(f.Origin.Confidence),
		"owner":         newJSONOwner(f.Origin.Owner),
	}
}

// newInvocation says what the scan could not see and what is not in the results:
// GitHub ignores it, and other readers of SARIF show it.
func newInvocation(rep *finding.Report, gaps []finding.Gap, notices []*sarif.Notification) *sarif.Invocation {
	inv := sarif.NewInvocation().
		WithExecutionSuccess(rep.Verdict.Judged != finding.Inconclusive).
		WithEndTimeUTC(rep.Now)
	for _, g := range gaps {
		level := "error"
		if g.Accepted {
			level = "note"
		}
		inv.AddTToolExecutionNotification(notification(level, gapWords(g, sarifInk)))
	}
	for _, notice := range notices {
		inv.AddTToolExecutionNotification(notice)
	}
	return inv
}

func notification(level, text string) *sarif.Notification {
	return &sarif.Notification{Level: level, Message: sarif.NewTextMessage(text)}
}

func runProperties(rep *finding.Report, s side) sarif.Properties {
	properties := sarif.Properties{
		"side":     s.name,
		"image":    newJSONImage(rep.Image),
		"os":       rep.OS.String(),
		"database": newJSONDatabase(rep.Database, rep.Now),
		"verdict":  newJSONVerdict(rep.Verdict),
		"counts":   newJSONFindingCounts(s.findings),
	}
	if decidedOn(rep) {
		properties["triage"] = newJSONTriage(rep)
	}
	return properties
}
