package gate

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/intel"
	"github.com/org/imgscan-action/internal/owner"
	"github.com/org/imgscan-action/internal/policy"
	"github.com/org/imgscan-action/internal/triage"
)

// Rules are what a project has decided: its policy, its exceptions, and whose
// statements it trusts.
type Rules struct {
	Policy     policy.Policy
	Exceptions []*exceptions.File

	// Triage need not have Now and Names, which the report has.
	Triage triage.Options

	// Claims are the statements of vendors. Run fills them in.
	Claims []triage.VendorClaim
}

// Decide lays decisions over a report and judges it. What an earlier call did is
// undone first, so the same report can be judged by other rules.
func Decide(rep *finding.Report, rules Rules) {
	rules.Triage.Now, rules.Triage.Names = rep.Now, rep.Image.Names
	triage.Apply(rep, rules.Exceptions, rules.Claims, rules.Triage)
	rep.Verdict = policy.Judge(rep, rules.Policy, rep.Now)
	rep.Forecast = policy.Forecast(rep, rules.Policy, rep.Now)
	rep.Plan = owner.Plan(rep)
}

const oneDay = 24 * time.Hour

// addContext puts beside the findings what is known of their vulnerabilities.
func (g *Gate) addContext(rep *finding.Report) {
	if g.Context != nil {
		g.Context.Apply(rep)
	}
	for i, source := range rep.Sources {
		if age := g.Now.Sub(source.Date); g.MaxContextAge > 0 && !source.Date.IsZero() && age > g.MaxContextAge {
			rep.Sources[i].Notes = append(source.Notes, fmt.Sprintf("it is %d days old, more than the %d that the configuration allows",
				int(age/oneDay), int(g.MaxContextAge/oneDay)))
		}
	}
	if !g.Rules.Policy.BOD2604 {
		return
	}
	exposed := true
	if g.Named != nil {
		_, exposed = g.Named(rep.Image)
	}
	for i := range rep.Findings {
		f := &rep.Findings[i]
		d := intel.BOD2604(f.Context, exposed, f.Rating.Vector)
		f.Context.Deadline = &finding.Deadline{Days: d.Days, Forensics: d.Forensics, Upgrade: d.Upgrade, Assumed: d.Assumed}
		if !d.Upgrade {
			f.Context.Deadline.Due = policy.Due(*f, d.Days)
		}
	}
}

// Pending says, in sentences without a full stop, what other rules would make of
// a report that has been decided: those that a pull request wants to introduce.
// None means that nothing would change.
func Pending(rep *finding.Report, rules Rules) []string {
	then := *rep
	then.Findings, then.Gaps = slices.Clone(rep.Findings), slices.Clone(rep.Gaps)
	Decide(&then, rules)

	var changes []string
	if rep.Verdict.Outcome != then.Verdict.Outcome {
		changes = append(changes, fmt.Sprintf("the verdict would be %s instead of %s", then.Verdict.Outcome, rep.Verdict.Outcome))
	}
	if was, is := rep.Verdict.Threshold, then.Verdict.Threshold; was != is {
		changes = append(changes, fmt.Sprintf("the policy would be %q instead of %q", is, was))
	}
	if was, is := rep.Verdict.Mode, then.Verdict.Mode; was != is {
		changes = append(changes, fmt.Sprintf("the mode would be %s instead of %s", is, was))
	}
	if was, is := rep.Verdict.Blocking, then.Verdict.Blocking; was != is {
		changes = append(changes, fmt.Sprintf("%s would stop the build instead of %d", findings(is), was))
	}
	before, after := counting(rep.Findings), counting(then.Findings)
	if spared := missingFrom(after, before); len(spared) > 0 {
		changes = append(changes, fmt.Sprintf("%s would no longer break the policy: %s", findings(len(spared)), few(spared)))
	}
	if broken := missingFrom(before, after); len(broken) > 0 {
		changes = append(changes, fmt.Sprintf("%s more would break the policy: %s", findings(len(broken)), few(broken)))
	}
	return changes
}

// counting names the findings that break the policy, each with its package.
func counting(all []finding.Finding) []string {
	var names []string
	for _, f := range all {
		if f.Judgement.Breaks {
			names = append(names, f.Package.Name+" "+f.ID)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// missingFrom are the sorted names that are not in list.
func missingFrom(list, names []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		_, found := slices.BinarySearch(list, name)
		return found
	})
}

// few is the first names, and how many there are besides.
func few(names []string) string {
	const shown = 5
	if len(names) <= shown {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:shown], ", "), len(names)-shown)
}

func findings(n int) string {
	if n == 1 {
		return "1 finding"
	}
	return fmt.Sprintf("%d findings", n)
}
