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
	// Which of them is newest is for the package manager to say: versions of
	// different ecosystems compare differently.
	fixes []string

	// branches is set when an advisory names one version per maintained branch.
	branches bool

	places   []string // the files of a language package; empty for the OS
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
		for _, s := range []*[]string{&u.packages, &u.fixes, &u.places} {
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
	versions := strings.Split(f.FixedIn, ", ")
	u.fixes = append(u.fixes, versions...)
	u.branches = u.branches || len(versions) > 1
	if f.Judgement.Breaks {
		u.breaking++
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
		if len(u.places) > 0 {
			fmt.Fprintf(&b, " in %s", u.place(in))
		}
	}
	fmt.Fprintf(&b, ": fixes %s (%s)", plural(len(u.findings), "finding"), severityWords(u.findings))
	if u.breaking > 0 {
		fmt.Fprintf(&b, ", %d breaking the policy", u.breaking)
	}
	return b.String()
}

// goStandardLibrary is what no upgrade of a module moves: it comes with the
// compiler.
func (u *upgrade) goStandardLibrary() bool { return u.kind == "gobinary" && u.name == "stdlib" }

// target is the version to move to, as far as the advisories say.
func (u *upgrade) target(in ink) string {
	switch {
	case len(u.fixes) == 1:
		return in.code(u.fixes[0])
	case u.branches:
		return "the newest for your branch of " + joined(u.fixes, in)
	}
	return "the newest of " + joined(u.fixes, in)
}

// place is where the package is, when that is a file of its own.
func (u *upgrade) place(in ink) string {
	switch len(u.places) {
	case 0:
		return "the program"
	case 1:
		return in.code(u.places[0])
	}
	return fmt.Sprintf("%d places, such as %s", len(u.places), in.code(u.places[0]))
}

// fixWords is what to do about one finding alone.
func fixWords(f finding.Finding, in ink) string {
	if !f.Fixable() {
		return fmt.Sprintf("No upgrade helps: %s.", in.text(f.Fix()))
	}
	u := &upgrade{name: f.Package.Name, kind: f.Package.Type}
	u.add(f)
	if u.goStandardLibrary() {
		return fmt.Sprintf("Rebuild, moving Go to %s.", u.target(in))
	}
	return fmt.Sprintf("Upgrade %s to %s.", in.code(u.name), u.target(in))
}

// joined is values side by side.
func joined(values []string, in ink) string {
	inked := make([]string, len(values))
	for i, v := range values {
		inked[i] = in.code(v)
	}
	return strings.Join(inked, ", ")
}
