// Package compare tells what a change brought: it lays a report beside that of
// another image, the one that the base branch was built into.
//
// It is what a policy that only minds new findings rests on, so whatever cannot be
// told counts as introduced.
package compare

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/org/imgscan-action/internal/finding"
)

// Classify says of every finding of rep how it came about since before, and keeps
// in rep.Compared what it was compared with and what is resolved. What an earlier
// call did is undone first. It changes nothing else in rep, and nothing in before.
//
// before may have been scanned with the same database or with another one: only
// then can a finding be newly disclosed. The origins of rep's findings and the bases
// of both are what tells that the tag of a base has moved.
func Classify(rep, before *finding.Report) {
	rep.Compared = &finding.Compared{Ref: before.Image.Ref, Digest: before.Image.Identity()}
	for i := range rep.Findings {
		rep.Findings[i].Change = finding.Change{}
	}
	if is, was := hardware(rep.Image), hardware(before.Image); is != was && is != "" && was != "" {
		rep.Compared.Why = fmt.Sprintf("%s is for %s and this image for %s", before.Image.Ref, was, is)
		return
	}
	c := comparison{
		rep:      rep,
		before:   before,
		was:      indexOf(before),
		is:       indexOf(rep),
		otherDB:  !sameDatabase(rep.Database, before.Database),
		otherOS:  !sameRelease(rep.OS, before.OS),
		tagMoved: tagMoved(rep.Lineage, before.Lineage),
	}
	rep.Compared.From = c.from()
	for i, f := range rep.Findings {
		rep.Findings[i].Change = c.change(f)
	}
	rep.Compared.Resolved = c.resolved()
}

// comparison is two reports and what is known of the difference between them.
type comparison struct {
	rep, before *finding.Report
	is, was     index

	otherDB  bool // they were made with different databases
	otherOS  bool // the images have different operating systems or releases of one
	tagMoved bool // the tag of the nearest base leads to another image now
}

// from says how the other image's findings are known.
func (c *comparison) from() string {
	if !c.otherDB {
		return "scanned with the same database"
	}
	words := "as it was scanned"
	if !c.before.Now.IsZero() {
		words += " on " + c.before.Now.UTC().Format(time.DateOnly)
	}
	return words + " with " + c.database()
}

// database names the database of the other report.
func (c *comparison) database() string {
	if c.before.Database.Built.IsZero() {
		return "another database"
	}
	return "the database of " + c.before.Database.Built.UTC().Format(time.DateOnly)
}

// change says how one finding came about.
func (c *comparison) change(f finding.Finding) finding.Change {
	ref := cmp.Or(c.before.Image.Ref, "the other image")
	if there, ok := c.was.find(f); ok {
		why := ref + " has it too"
		if version := there.FullVersion(); version != f.Package.FullVersion() {
			why += ", in version " + version
		}
		return finding.Change{Kind: finding.ChangePreExisting, Why: why}
	}
	version, installed := c.was.version(f.Package)
	same := installed && version == f.Package.FullVersion()
	switch {
	case same && c.otherDB && !(c.otherOS && f.Package.Class == finding.ClassOS):
		return finding.Change{
			Kind: finding.ChangeNewlyDisclosed,
			Why:  fmt.Sprintf("%s has the same version, and %s did not list it", ref, c.database()),
		}
	case c.tagMoved && inherited(f):
		return finding.Change{
			Kind: finding.ChangeBaseTagMoved,
			Why:  fmt.Sprintf("%s is another image than it was below %s", c.rep.Lineage.Bases[0].Ref, ref),
		}
	case !installed:
		return finding.Change{Kind: finding.ChangeIntroduced, Why: ref + " does not have the package there"}
	case same:
		return finding.Change{Kind: finding.ChangeIntroduced, Why: ref + " has the same version, which is not affected in it"}
	}
	return finding.Change{Kind: finding.ChangeIntroduced, Why: fmt.Sprintf("%s has version %s, without it", ref, version)}
}

// resolved are the findings of the other image that this one no longer has. What
// could not be read here is not resolved, and neither is what another database no
// longer lists.
func (c *comparison) resolved() []finding.Finding {
	unread := make(map[string]bool)
	for _, g := range c.rep.Gaps {
		switch g.Kind {
		case finding.GapUnreadableLayer, finding.GapPackageDatabase:
			return nil
		case finding.GapUnreadableFile:
			unread[g.Where] = true
		}
	}
	var gone []finding.Finding
	for _, f := range c.before.Findings {
		if _, still := c.is.find(f); still || unread[f.Package.Path] {
			continue
		}
		if c.otherDB && c.is.has(f.Package) {
			continue
		}
		f.Judgement, f.Disposition, f.Change = finding.Judgement{}, finding.Disposition{}, finding.Change{}
		gone = append(gone, f)
	}
	finding.Sort(gone)
	return gone
}

// sameDatabase is false also when it is not known what one of them was: then the
// inventory of the other image decides, which does not depend on it.
func sameDatabase(a, b finding.Database) bool { return a.Digest != "" && a.Digest == b.Digest }

// hardware is an image's platform without the variant, which not every builder
// writes.
func hardware(img finding.Image) string {
	system, rest, _ := strings.Cut(img.Platform, "/")
	arch, _, _ := strings.Cut(rest, "/")
	return strings.TrimSuffix(system+"/"+arch, "/")
}
