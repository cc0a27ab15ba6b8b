package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// WriteExplanation tells a person at a terminal everything that is known about
// the packages that query is about: how they came into the image, who can change
// them, and for each vulnerability how it is rated, what the policy makes of it
// and what to do. query is the name or package URL of a package, or the
// identifier or an alias of a vulnerability, in any case; packages without
// findings are among rep.Packages and rep.Asked. When nothing matches, the error
// is a *NoMatchError and nothing is written.
func WriteExplanation(w io.Writer, rep *finding.Report, query string, opts Options) error {
	list := stories(rep, query)
	if len(list) == 0 {
		return &NoMatchError{Query: query, Image: rep.Image.Ref, Similar: similar(rep, query)}
	}
	e := explanation{table: table{Options: opts}, rep: rep}
	for i, s := range list {
		if i > 0 {
			e.line("")
		}
		e.story(s)
	}
	_, err := io.WriteString(w, e.b.String())
	return err
}

// explanation is a text in the making.
type explanation struct {
	table
	rep *finding.Report
}

// entry writes a labelled value under what it belongs to; nothing for an empty
// value. Without a label it goes on with what the entry before says.
func (e *explanation) entry(indent int, label, value string) {
	if value == "" {
		return
	}
	margin := strings.Repeat(" ", indent)
	wrap(&e.b, fmt.Sprintf("%s%-11s", margin, label), margin+strings.Repeat(" ", 11), value, e.Width)
}

func (e *explanation) story(s story) {
	p := s.pkg
	words := []string{p.Type}
	if p.Arch != "" {
		words = append(words, p.Arch)
	}
	if p.SrcName != "" && p.SrcName != p.Name {
		words = append(words, "from source "+p.SrcName)
	}
	e.line(paint(cutBytes(clean(p.Name+" "+p.FullVersion()), maxSentence), bold, e.Color) + " (" + plainInk.words(strings.Join(words, ", ")) + ")")
	e.entry(2, "Package", plainInk.text(p.PURL))
	e.entry(2, "File", plainInk.name(p.Path))
	if s.removed {
		e.entry(2, "Origin", baseName(e.rep.Lineage, 1, plainInk)+" has it, you removed it")
	} else {
		e.layer(s)
		e.origin(s.origin)
	}
	if len(s.findings) == 0 {
		e.line("\n  No known vulnerability.")
	}
	for _, f := range s.findings {
		e.line("")
		e.finding(f, s.removed)
	}
}

func (e *explanation) layer(s story) {
	i := layerOf(e.rep.Image, s.pkg)
	if i < 0 {
		e.entry(2, "Layer", "not known")
		return
	}
	l := e.rep.Image.Layers[i]
	words := fmt.Sprintf("%d of %d, ", i+1, len(e.rep.Image.Layers))
	if l.Size > 0 {
		words += sizeWords(l.Size) + ", "
	}
	e.entry(2, "Layer", words+plainInk.name(l.DiffID))
	made := madeBy(l, plainInk)
	if l.Instruction.Line.File != "" && l.Base == 0 {
		made += " (" + confidenceWords(l.Instruction.Confidence) + ")"
		if source := l.Instruction.Source; source != "" {
			made += ", from " + plainInk.name(source)
		}
	}
	e.entry(2, "Made by", made)
}

func (e *explanation) origin(o finding.Origin) {
	l := e.rep.Lineage
	if o.Kind == "" {
		return
	}
	words := originName(l, o.Kind, o.Base, plainInk)
	if o.Kind != finding.OriginUnknown {
		words += " (" + confidenceWords(o.Confidence)
		if o.Estimate {
			words += ", by estimate"
		}
		words += ")"
	}
	e.entry(2, "Origin", words)
	if n := max(o.Base, 1); (broughtBy(o) > 0 || o.Kind == finding.OriginUpgraded) && n <= len(l.Bases) {
		e.base(l.Bases[n-1])
	}
	if line := o.Instruction.Line; line.File != "" && o.Kind == finding.OriginInherited {
		e.entry(2, "Named by", lineWords(line, plainInk)+" "+plainInk.words(line.Text))
	}
	if how := askedWords(o, plainInk); how != "" {
		if at := broughtAt(o); at != o.Instruction.Line {
			how += ", in " + lineWords(at, plainInk)
		}
		e.entry(2, "Pulled in", how)
	}
	if o.Builder != "" {
		e.entry(2, "Built on", plainInk.name(o.Builder))
	}
	for i, m := range o.Manifests {
		label := ""
		if i == 0 {
			label = "Manifest"
		}
		words := lineWords(m.Line, plainInk) + " " + manifestWords(m) + " (" + confidenceWords(m.Confidence) + ")"
		if m.Line.Text != "" {
			words += ": " + plainInk.words(m.Line.Text)
		}
		e.entry(2, label, words)
		if len(m.Path) > 1 {
			e.entry(2, "", "by "+strings.Join(pathSteps(m.Path, plainInk), " → "))
		}
	}
	if len(o.Shared) > 0 {
		e.entry(2, "Shared", "also brought by "+plainInk.text(cutBytes(strings.Join(o.Shared, ", "), maxSentence)))
	}
	if o.Owner.Kind != "" {
		owner := ownerWords(l, o.Owner, broughtBy(o), plainInk)
		if o.Owner.Because != "" {
			owner += ", says " + plainInk.words(o.Owner.Because)
		}
		e.entry(2, "Owner", owner)
	}
}

func (e *explanation) base(b finding.Base) {
	e.entry(2, "Base", baseWords(b, len(e.rep.Image.Layers), plainInk))
	for _, evidence := range b.Evidence {
		e.entry(2, "", "because "+plainInk.text(cutBytes(evidence, maxSentence)))
	}
}

func (e *explanation) finding(f finding.Finding, removed bool) {
	heading := plainInk.words(f.ID)
	if len(f.Aliases) > 0 {
		heading += ", also " + plainInk.text(cutBytes(strings.Join(f.Aliases, ", "), maxSentence))
	}
	e.line("  " + paint(heading, bold, e.Color))
	e.entry(4, "What", plainInk.text(cutBytes(f.Title, maxSentence)))
	e.entry(4, "Rating", ratingLine(f.Rating)+", which counts")
	if before := f.Disposition.Before; before != nil {
		e.entry(4, "", ratingLine(*before)+", before "+entryWords(f.Disposition, plainInk))
	}
	for _, r := range f.Beaten {
		e.entry(4, "", ratingLine(r)+", beaten")
	}
	e.entry(4, "Advisory", plainInk.words(f.Advisory.Name))
	e.entry(4, "Fixed in", plainInk.text(cutBytes(f.Fix(), maxSentence)))
	if removed {
		e.entry(4, "What to do", "Nothing: the image no longer has it.")
		return
	}
	e.entry(4, "Change", changeLine(f.Change, plainInk))
	e.context(f.Context)
	e.decision(f.Disposition)
	e.entry(4, "Policy", policyLine(f.Judgement))
	e.entry(4, "What to do", fixWords(e.rep.Lineage, f, plainInk))
}

// ratingLine is a rating with all that its source gave.
func ratingLine(r finding.Rating) string {
	words := r.Severity.String() + ", " + plainInk.words(ratingWords(r))
	if r.Vector != "" {
		words += ", " + plainInk.words(r.Vector)
	}
	return words
}

// policyLine is the policy's word on a finding.
func policyLine(j finding.Judgement) string {
	reason := plainInk.text(cutBytes(j.Reason, maxSentence))
	if !j.Counts.IsZero() {
		reason += "; it counts from " + day(j.Counts)
	}
	switch {
	case j.Breaks && j.Mode != "" && j.Mode != finding.Block:
		return "broken, in " + string(j.Mode) + " mode: " + reason
	case j.Breaks:
		return "broken: " + reason
	case j.Rule == "":
		return "no rule has looked at it"
	}
	return "kept: " + reason
}

// sizeWords is a size in decimal units, as image tools print it.
func sizeWords(n int64) string {
	const units = "kMGTPE"
	if n < 1000 {
		return strconv.FormatInt(n, 10) + " B"
	}
	size, unit := float64(n)/1000, 0
	for size >= 999.95 && unit < len(units)-1 {
		size /= 1000
		unit++
	}
	return strconv.FormatFloat(size, 'f', 1, 64) + " " + units[unit:unit+1] + "B"
}
