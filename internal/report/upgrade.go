package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// upgrade is one thing to do: move a package to a version without the
// vulnerabilities found in it. Packages built from one source move together.
type upgrade struct {
	name      string   // the source package, or the language package
	kind      string   // the package's type
	packages  []string // the installed packages; for a language, name alone
	installed string

	// fixes are the fixed versions as the advisories give them, sorted as text.
	// Which of them is newest is for the package manager to say where they are more
	// than numbers: versions of different ecosystems compare differently.
	fixes []string

	// branches is set when an advisory names one version per maintained branch.
	branches bool

	places   []string // the files of a language package; empty for the OS
	lines    []string // the lines of manifests that choose the version, as "go.mod:7"
	through  bool     // a line asks for something that needs the package
	makers   []string // the lines that put it into the image; empty where lines are known
	asked    []string // the commands in those that asked for it
	findings []finding.Finding
	breaking int
}

// shownUpgrades is how many upgrades that the policy does not ask for are
// worth a person's time; those that it asks for are all shown.
const shownUpgrades = 10

// upgrades groups the fixable findings into things to do, the most pressing
// first: breaking the policy, then worst severity and score, then how many
// findings go away.
func upgrades(findings []finding.Finding) []*upgrade {
	type key struct{ kind, name, installed string }
	groups := make(map[key]*upgrade)
	var list []*upgrade
	for _, f := range findings {
		if !f.Fixable() {
			continue
		}
		p := f.Package
		k := key{p.Type, cmp.Or(p.SrcName, p.Name), p.FullVersion()}
		u := groups[k]
		if u == nil {
			u = &upgrade{name: k.name, kind: k.kind, installed: k.installed}
			groups[k] = u
			list = append(list, u)
		}
		u.add(f)
	}
	for _, u := range list {
		for _, s := range []*[]string{&u.packages, &u.fixes, &u.places, &u.lines, &u.makers, &u.asked} {
			slices.Sort(*s)
			*s = slices.Compact(*s)
		}
	}
	slices.SortStableFunc(list, func(a, b *upgrade) int {
		worstA, worstB := a.findings[0].Rating, b.findings[0].Rating
		return cmp.Or(
			cmp.Compare(min(b.breaking, 1), min(a.breaking, 1)),
			cmp.Compare(worstB.Severity, worstA.Severity),
			cmp.Compare(worstB.Score, worstA.Score),
			cmp.Compare(len(b.findings), len(a.findings)),
			strings.Compare(a.name, b.name),
			strings.Compare(a.kind, b.kind),
			strings.Compare(a.installed, b.installed),
		)
	})
	return list
}

func (u *upgrade) add(f finding.Finding) {
	u.findings = append(u.findings, f)
	u.packages = append(u.packages, f.Package.Name)
	if f.Package.Class == finding.ClassLanguage && f.Package.Path != "" {
		u.places = append(u.places, f.Package.Path)
	}
	u.trace(f.Origin)
	versions := strings.Split(f.FixedIn, ", ")
	u.fixes = append(u.fixes, versions...)
	u.branches = u.branches || len(versions) > 1
	if f.Judgement.Breaks {
		u.breaking++
	}
}

// trace notes the lines of the repository that the upgrade is made in.
func (u *upgrade) trace(o finding.Origin) {
	line := broughtAt(o)
	switch {
	case len(o.Manifests) > 0:
		u.lines = append(u.lines, linePlace(o.Manifests[0].Line))
		u.through = u.through || o.Manifests[0].Role == "parent"
	case line.File != "":
		u.makers = append(u.makers, linePlace(line))
		if o.Asked != "" {
			u.asked = append(u.asked, o.Asked)
		}
	}
}

// shown is the upgrades to print and how many are left to say in a word.
func shown(list []*upgrade) (show []*upgrade, rest int) {
	pressing := 0
	for _, u := range list {
		if u.breaking > 0 {
			pressing++
		}
	}
	n := min(len(list), max(pressing, shownUpgrades))
	return list[:n], len(list) - n
}

// restWords says what shown left out; empty when it left out nothing.
func restWords(rest int) string {
	if rest == 0 {
		return ""
	}
	return fmt.Sprintf("And %s that the policy does not ask for.", plural(rest, "more upgrade"))
}

// words is the upgrade as advice.
func (u *upgrade) words(in ink) string {
	var b strings.Builder
	if u.goStandardLibrary() {
		fmt.Fprintf(&b, "Rebuild %s, moving Go from %s to %s", u.place(in), in.code(u.installed), u.target(in))
	} else {
		fmt.Fprintf(&b, "Upgrade %s from %s to %s", in.code(u.name), in.code(u.installed), u.target(in))
		if len(u.packages) > 1 || u.packages[0] != u.name {
			fmt.Fprintf(&b, " (installed as %s)", joined(u.packages, in))
		}
		if len(u.places) > 0 && len(u.lines) == 0 {
			fmt.Fprintf(&b, " in %s", u.place(in))
		}
	}
	b.WriteString(u.source(in))
	return b.String() + ": " + u.worth(in)
}

// worth is what the upgrade is good for.
func (u *upgrade) worth(in ink) string {
	if len(u.findings) == 1 {
		f := u.findings[0]
		words := fmt.Sprintf("fixes %s (%s)", in.name(f.ID), f.Rating.Severity)
		if u.breaking > 0 {
			words += ", which breaks the policy"
		}
		return words
	}
	words := fmt.Sprintf("fixes %s (%s)", plural(len(u.findings), "finding"), severityWords(u.findings))
	if u.breaking > 0 {
		words += fmt.Sprintf(", %d breaking the policy", u.breaking)
	}
	return words
}

// goStandardLibrary is what no upgrade of a module moves: it comes with the
// compiler.
func (u *upgrade) goStandardLibrary() bool { return u.kind == "gobinary" && u.name == "stdlib" }

// target is the version to move to, as far as the advisories say.
func (u *upgrade) target(in ink) string {
	one := oneRelease(u.installed, u.findings)
	if one == "" && !u.branches {
		one = newest(u.findings[0].Package.PURL, u.fixes)
	}
	switch {
	case len(u.fixes) == 1:
		return in.code(u.fixes[0])
	case one != "":
		return in.code(one)
	case u.branches:
		return "the newest for your branch of " + joined(u.fixes, in)
	}
	return "the newest of " + joined(u.fixes, in)
}

// place is where the package is, when that is a file of its own.
func (u *upgrade) place(in ink) string {
	return oneOf(u.places, "the program", "places", in.code)
}

// source is where in the repository to change it, with its preposition; empty
// when no line is known.
func (u *upgrade) source(in ink) string {
	if len(u.lines) > 0 {
		preposition := " in "
		if u.through {
			preposition = " through "
		}
		return preposition + oneOf(u.lines, "", "lines", in.name)
	}
	if len(u.makers) == 0 {
		return ""
	}
	words := ", brought by " + oneOf(u.makers, "", "lines", in.name)
	if len(u.asked) > 0 {
		words += " (" + oneOf(u.asked, "", "commands", in.name) + ")"
	}
	return words
}

// oneOf is the only value, or how many there are and the first of them.
func oneOf(values []string, none, plural string, write func(string) string) string {
	switch len(values) {
	case 0:
		return none
	case 1:
		return write(values[0])
	}
	return fmt.Sprintf("%d %s, such as %s", len(values), plural, write(values[0]))
}

// fixWords is what to do about one finding alone, and by whom when that is not
// the reader. What brought the package is for originWords to say.
func fixWords(l finding.Lineage, f finding.Finding, in ink) string {
	if !f.Fixable() {
		return fmt.Sprintf("No upgrade helps: %s.", in.text(f.Fix()))
	}
	u := &upgrade{name: f.Package.Name, kind: f.Package.Type, installed: f.Package.FullVersion()}
	u.add(f)
	u.makers = nil
	base := broughtBy(f.Origin)
	switch {
	case base > 0:
		return fmt.Sprintf("The fix is %s, and %s has to bring it: %s.", u.target(in), baseName(l, base, in), firstWords(l, f.Origin, in))
	case u.goStandardLibrary():
		return fmt.Sprintf("Rebuild, moving Go to %s%s.", u.target(in), u.source(in))
	}
	return fmt.Sprintf("Upgrade %s to %s%s.", in.code(u.name), u.target(in), u.source(in))
}

// firstWords says who acts first on what a base brought: whoever stands on a base
// whose tag has moved can rebuild, and sees then whether that was enough.
func firstWords(l finding.Lineage, o finding.Origin, in ink) string {
	base := broughtBy(o)
	for n := 1; n <= min(base, len(l.Bases)); n++ {
		if l.Bases[n-1].Tag.State == finding.TagMoved {
			return "the tag of " + baseName(l, n, in) + " has moved since this build, so rebuild first"
		}
	}
	return ownerWords(l, o.Owner, base, in) + " first"
}

// joined is values side by side.
func joined(values []string, in ink) string {
	inked := make([]string, len(values))
	for i, v := range values {
		inked[i] = in.code(v)
	}
	return strings.Join(inked, ", ")
}
