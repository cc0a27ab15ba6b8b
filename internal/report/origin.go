package report

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// Where something comes from, in the words that every format shares.

// baseFacts is the chain of bases, one line for each, the nearest first. An
// image of which nothing is known takes one line.
func baseFacts(l finding.Lineage, layers int, in ink) []fact {
	list := chainFacts(l, layers, in)
	if l.Known() || len(l.Hints) > 0 { // somebody said something, so say what became of it
		for _, note := range l.Notes {
			list = append(list, fact{"", in.words(note)})
		}
	}
	return list
}

func chainFacts(l finding.Lineage, layers int, in ink) []fact {
	switch {
	case !l.Known():
		return []fact{{"Base", "not known: name it with --base, or give its Dockerfile"}}
	case len(l.Bases) == 0:
		return []fact{{"Base", "none: the image stands on nothing"}}
	}
	var list []fact
	for i, b := range l.Bases {
		f := fact{"", "on " + baseWords(b, layers, in)}
		if i == 0 {
			f = fact{"Base", baseWords(b, layers, in)}
			if l.Squashed {
				f.value += "; its layers cannot be told from yours, so what came with it is an estimate"
			}
		}
		list = append(list, f)
	}
	return list
}

// baseWords is one base: what it is, how sure that is, how much of the image is
// its, and what has become of its tag.
func baseWords(b finding.Base, layers int, in ink) string {
	words := in.name(b.Ref) + " (" + confidenceWords(b.Confidence)
	if b.Layers > 0 {
		words += fmt.Sprintf(", %d of %s", b.Layers, plural(layers, "layer"))
	}
	words += ")"
	if tag := tagWords(b.Tag.State); tag != "" {
		words += "; " + tag
	}
	return words
}

func confidenceWords(c finding.Confidence) string {
	switch c {
	case finding.Proven, finding.Declared, finding.Inferred:
		return string(c)
	}
	return "unconfirmed"
}

// tagWords says where a base's tag stands now; empty when nobody asked.
func tagWords(s finding.TagState) string {
	switch s {
	case finding.TagCurrent:
		return "its tag still leads to it"
	case finding.TagMoved:
		return "its tag has moved since this build"
	case finding.TagGone:
		return "its tag is gone"
	case finding.TagUnknown:
		return "where its tag stands now is not known"
	}
	return ""
}

// baseName is the reference of the base numbered n from 1, and "its base" for a
// number that no base has.
func baseName(l finding.Lineage, n int, in ink) string {
	if n < 1 || n > len(l.Bases) {
		return "its base"
	}
	return in.name(l.Bases[n-1].Ref)
}

// broughtBy is the number of the base that has to change for the finding to go; 0
// when the build itself can change. What a base's ONBUILD installs runs above all
// bases and is the nearest's choice.
func broughtBy(o finding.Origin) int {
	if o.Kind == finding.OriginInherited || o.Owner.Kind == finding.OwnerBase {
		return max(o.Base, 1)
	}
	return 0
}

// originName says in a few words how findings of the kind came into the image.
func originName(l finding.Lineage, kind finding.OriginKind, base int, in ink) string {
	switch kind {
	case finding.OriginIntroduced:
		return "new in your layers"
	case finding.OriginUpgraded:
		return "upgraded by you, still vulnerable"
	case finding.OriginInherited:
		return "inherited from " + baseName(l, base, in)
	}
	return "of unknown origin"
}

// originWords is the sentence on who put the package there; empty when nobody
// knows.
func originWords(l finding.Lineage, o finding.Origin, in ink) string {
	var b strings.Builder
	switch o.Kind {
	case finding.OriginIntroduced:
		b.WriteString("It is new in your layers")
	case finding.OriginUpgraded:
		fmt.Fprintf(&b, "You upgraded what %s had", baseName(l, max(o.Base, 1), in))
	case finding.OriginInherited:
		fmt.Fprintf(&b, "It is inherited from %s", baseName(l, o.Base, in))
	default:
		return ""
	}
	if o.Estimate {
		b.WriteString(", by estimate")
	}
	if place := lineWords(broughtAt(o), in); place != "" {
		b.WriteString(", by " + place)
	}
	if how := askedWords(o, in); how != "" {
		b.WriteString(" (" + how + ")")
	}
	return b.String() + "."
}

// broughtAt is the line that brought the package, as close as it is known: that
// of the command inside the instruction, else the instruction's. It is never a
// manifest's.
func broughtAt(o finding.Origin) finding.Line {
	if len(o.Manifests) == 0 && o.Line.File != "" {
		return o.Line
	}
	return o.Instruction.Line
}

// askedWords is how a package was pulled in: "apt-get install curl → curl →
// libcurl4 → libssl3". Empty when it is not known.
func askedWords(o finding.Origin, in ink) string {
	var steps []string
	if o.Asked != "" {
		steps = append(steps, in.name(o.Asked))
	}
	if len(o.Path) > 1 || o.Asked != "" {
		steps = append(steps, pathSteps(o.Path, in)...)
	}
	return strings.Join(steps, " → ")
}

// maxSteps bounds a dependency path: its ends say more than its middle.
const maxSteps = 8

func pathSteps(names []string, in ink) []string {
	var steps []string
	for i, name := range names {
		switch {
		case len(names) > maxSteps && i == maxSteps/2:
			steps = append(steps, "…")
		case len(names) > maxSteps && i > maxSteps/2 && i < len(names)-maxSteps/2:
		default:
			steps = append(steps, in.name(name))
		}
	}
	return steps
}

// lineWords is a place in the repository, "Dockerfile:13"; empty for nowhere.
func lineWords(l finding.Line, in ink) string {
	if l.File == "" {
		return ""
	}
	return in.name(linePlace(l))
}

func linePlace(l finding.Line) string {
	if l.Start < 1 {
		return repositoryPath(l.File)
	}
	return repositoryPath(l.File) + ":" + strconv.Itoa(l.Start)
}

// repositoryPath keeps a path inside the repository and to a length that systems
// have: it may come from a provenance that anybody wrote.
func repositoryPath(file string) string {
	const longest = 1024 // bytes
	return strings.TrimPrefix(path.Clean("/"+cutBytes(file, longest)), "/")
}

// ownerWords names the owner of a finding or a base, for prose. In Markdown it
// mentions nobody.
func ownerWords(l finding.Lineage, o finding.Owner, base int, in ink) string {
	return namedWords(l, o, base, in, in.words)
}

// actorWords is ownerWords where a trusted name may be a mention: once in a
// report, where it says who acts.
func actorWords(l finding.Lineage, o finding.Owner, base int, in ink) string {
	write := in.words
	if o.Trusted {
		write = in.mention
	}
	return namedWords(l, o, base, in, write)
}

// responsibleWords names who acts; empty when nobody has looked for an owner, or
// when the sentence on the fix has said it.
func responsibleWords(l finding.Lineage, o finding.Origin, in ink) string {
	if o.Owner.Kind == "" || broughtBy(o) > 0 && len(o.Owner.Names) == 0 {
		return ""
	}
	words := "Owner: " + ownerWords(l, o.Owner, broughtBy(o), in)
	if o.Owner.Because != "" {
		words += " (" + in.words(o.Owner.Because) + ")"
	}
	return words + "."
}

// maxNames bounds how many owners stand side by side.
const maxNames = 5

func namedWords(l finding.Lineage, o finding.Owner, base int, in ink, write func(string) string) string {
	var names []string
	for _, name := range o.Names {
		if name == "" || name == string(o.Kind) {
			continue // the kind's own word, which we say better
		}
		names = append(names, write(name))
	}
	if more := len(names) - maxNames; more > 0 {
		names = append(names[:maxNames], strconv.Itoa(more)+" more")
	}
	switch {
	case len(names) > 0:
		return strings.Join(names, ", ")
	case o.Kind == finding.OwnerBuilder:
		return "whoever builds what was copied in"
	case o.Kind == finding.OwnerBase, o.Kind == "" && base > 0:
		return "whoever builds " + baseName(l, base, in)
	}
	return "you"
}

// where says where to look for the package: the line of the repository, else
// the file of a language package, else the layer.
func where(img finding.Image, f finding.Finding, in ink) string {
	if place := lineWords(f.Origin.Line, in); place != "" {
		return place
	}
	if p := f.Package; p.Class != finding.ClassOS && p.Path != "" {
		return in.code(p.Path)
	}
	if i := layerOf(img, f.Package); i >= 0 {
		return fmt.Sprintf("layer %d of %d", i+1, len(img.Layers))
	}
	return in.code(f.Package.Path)
}

// layerOf is the index of the layer that holds the package, -1 when none does.
// Layers may repeat, so the package's own index counts where it fits.
func layerOf(img finding.Image, p finding.Package) int {
	if i := p.LayerIndex; i >= 0 && i < len(img.Layers) && img.Layers[i].DiffID == p.Layer {
		return i
	}
	return slices.IndexFunc(img.Layers, func(l finding.Layer) bool { return l.DiffID == p.Layer })
}

// madeBy is the instruction that made a layer of the build itself, or what the
// history says of a layer of a base.
func madeBy(l finding.Layer, in ink) string {
	if line := l.Instruction.Line; l.Base == 0 && line.File != "" {
		return lineWords(line, in) + " " + in.words(instructionText(l.Instruction))
	}
	return in.words(withoutArguments(l.CreatedBy))
}

// instructionText is the text of an instruction, or what is known instead.
func instructionText(i finding.Instruction) string {
	text := i.Line.Text
	if text == "" {
		text = i.Kind
	}
	if i.OnBuild {
		text += " (the base's ONBUILD)"
	}
	return text
}

// argumentList is how builders begin the history of a RUN that has build
// arguments: their number, then each with its value.
var argumentList = regexp.MustCompile(`^(RUN )?\|\d+ `)

// withoutArguments takes the build arguments out of a history entry. People pass
// secrets as build arguments, and a report is read by more people than an image.
func withoutArguments(createdBy string) string {
	prefix := argumentList.FindString(createdBy)
	if prefix == "" {
		return createdBy
	}
	const shell = "/bin/sh -c "
	if _, command, found := strings.Cut(createdBy, " "+shell); found {
		return "RUN " + shell + command
	}
	return "RUN (with build arguments)"
}
