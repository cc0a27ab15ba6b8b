package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// WriteLayers shows a person at a terminal what the image is made of: the chain
// of bases as a tree, the image on top and each base below what stands on it,
// with the layers of each, the highest first, their sizes, the instructions that
// made them and their findings. Below the tree it says what the chain rests on.
func WriteLayers(w io.Writer, rep *finding.Report, opts Options) error {
	l := layering{table: table{Options: opts}, rep: rep}
	l.tree()
	l.bases()
	l.list("Built with", l.builders())
	l.list("What was said of the bases", l.hints())
	l.list("Not traced", l.notes())
	_, err := io.WriteString(w, l.b.String())
	return err
}

// layering is the layers of an image in the making.
type layering struct {
	table
	rep *finding.Report
}

// tree is a grid whose first column draws the tree. The numbers of the image and
// of a base include those of everything below it.
func (l *layering) tree() {
	severities := l.severities()
	g := grid{columns: []column{{title: "Layer", least: 16}, {title: "Size", right: true}, {title: "Findings", right: true}}}
	for _, s := range severities {
		g.columns = append(g.columns, column{title: s.String(), right: true})
	}
	g.columns = append(g.columns, column{title: "Made by", least: 10})

	add := func(name string, size int64, counts map[finding.Severity]int, made string, st style) {
		total := 0
		for _, n := range counts {
			total += n
		}
		cells := []cell{{name, st}, {text: sizeOrNot(size)}, {text: strconv.Itoa(total)}}
		for _, s := range severities {
			cells = append(cells, cell{text: strconv.Itoa(counts[s])})
		}
		g.rows = append(g.rows, append(cells, cell{made, faint}))
	}

	perLayer := l.perLayer()
	image, bases := l.rep.Image, l.rep.Lineage.Bases
	indent := ""
	for n := range len(bases) + 1 {
		name := plainInk.name(image.Ref)
		if n > 0 {
			name = indent[:max(0, len(indent)-3)] + "└─ " + l.baseTitle(bases[n-1])
		}
		size, made := l.size(n), ""
		if n > 0 {
			made = lineWords(bases[n-1].From, plainInk)
		}
		add(name, size, l.counts(n), made, bold)

		last := n == len(bases) && !l.rep.Lineage.Scratch
		below := l.layersOf(n)
		for i, layer := range below {
			branch := "├─ "
			if last && i == len(below)-1 {
				branch = "└─ "
			}
			made := madeBy(image.Layers[layer], plainInk)
			add(indent+branch+strconv.Itoa(layer+1), image.Layers[layer].Size, perLayer[layer], made, plain)
		}
		indent += "   "
	}
	if l.rep.Lineage.Scratch {
		add(indent[3:]+"└─ scratch", 0, nil, "", bold)
	}
	g.write(&l.b, l.Width, l.Color)
}

func (l *layering) baseTitle(b finding.Base) string {
	words := plainInk.name(b.Ref) + " (" + confidenceWords(b.Confidence)
	switch b.Tag.State {
	case finding.TagMoved:
		words += ", tag moved"
	case finding.TagGone:
		words += ", tag gone"
	}
	if b.Layers == 0 {
		words += ", layers not known"
	}
	return words + ")"
}

func sizeOrNot(n int64) string {
	if n == 0 {
		return "-"
	}
	return sizeWords(n)
}

// layersOf are the indexes of the layers that base n brought itself, those of
// the build for 0, the highest first. A layer of a base that is not in the chain
// belongs to the last one.
func (l *layering) layersOf(n int) []int {
	var list []int
	for i := len(l.rep.Image.Layers) - 1; i >= 0; i-- {
		if l.baseOf(i) == n {
			list = append(list, i)
		}
	}
	return list
}

func (l *layering) baseOf(layer int) int {
	return max(0, min(l.rep.Image.Layers[layer].Base, len(l.rep.Lineage.Bases)))
}

// size is what base n and everything below it take, in bytes; 0 when a size is
// not known.
func (l *layering) size(n int) int64 {
	var sum int64
	for i, layer := range l.rep.Image.Layers {
		if l.baseOf(i) < n {
			continue
		}
		if layer.Size == 0 {
			return 0
		}
		sum += layer.Size
	}
	return sum
}

// perLayer counts the findings of each layer.
func (l *layering) perLayer() []map[finding.Severity]int {
	counts := make([]map[finding.Severity]int, len(l.rep.Image.Layers))
	for i := range counts {
		counts[i] = make(map[finding.Severity]int)
	}
	for _, f := range l.rep.Findings {
		if i := layerOf(l.rep.Image, f.Package); i >= 0 {
			counts[i][f.Rating.Severity]++
		}
	}
	return counts
}

// counts is the findings that base n and everything below it brought; all of
// them for 0, also those that no layer is known for.
func (l *layering) counts(n int) map[finding.Severity]int {
	counts := make(map[finding.Severity]int)
	for _, f := range l.rep.Findings {
		base := broughtBy(f.Origin)
		if i := layerOf(l.rep.Image, f.Package); i >= 0 {
			base = l.baseOf(i)
		}
		if f.Origin.Kind == finding.OriginInherited { // by estimate when the layers do not tell
			base = max(base, f.Origin.Base)
		}
		if base >= n {
			counts[f.Rating.Severity]++
		}
	}
	return counts
}

// severities are those that occur, worst first.
func (l *layering) severities() []finding.Severity {
	counts := finding.Count(l.rep.Findings)
	var list []finding.Severity
	for _, s := range finding.Severities() {
		if counts[s] > 0 {
			list = append(list, s)
		}
	}
	return list
}

// bases says of each base what makes us believe in it.
func (l *layering) bases() {
	lineage := l.rep.Lineage
	if !lineage.Known() {
		l.facts(chainFacts(lineage, len(l.rep.Image.Layers), plainInk))
		return
	}
	if len(lineage.Bases) == 0 {
		return
	}
	l.title("Bases")
	for i, b := range lineage.Bases {
		wrap(&l.b, fmt.Sprintf("%3d. ", i+1), "     ", baseWords(b, len(l.rep.Image.Layers), plainInk), l.Width)
		for _, line := range l.baseDetails(b) {
			wrap(&l.b, "     ", "       ", line, l.Width)
		}
		owner := "built by " + strings.TrimPrefix(ownerWords(lineage, b.Owner, i+1, plainInk), "whoever builds ")
		if len(b.Owner.Names) > 0 {
			wrap(&l.b, "     ", "       ", owner+becauseWords(b.Owner), l.Width)
		}
	}
}

func (l *layering) baseDetails(b finding.Base) []string {
	var lines []string
	add := func(label, value string) {
		if value != "" {
			lines = append(lines, label+value)
		}
	}
	for _, evidence := range b.Evidence {
		add("because ", plainInk.text(cutBytes(evidence, maxSentence)))
	}
	if place := lineWords(b.From, plainInk); place != "" {
		add("named by ", place+" "+plainInk.words(b.From.Text))
	}
	add("digest ", plainInk.name(b.Digest))
	add("index ", plainInk.name(b.IndexDigest))
	if b.Tag.Digest != "" && b.Tag.State == finding.TagMoved {
		add("its tag leads to ", plainInk.name(b.Tag.Digest)+" now")
	}
	add("tag: ", plainInk.text(cutBytes(b.Tag.Detail, maxSentence)))
	add("also known as ", plainInk.text(cutBytes(strings.Join(b.Aliases, ", "), maxSentence)))
	add("published, it says, by ", plainInk.words(b.Vendor))
	return lines
}

func becauseWords(o finding.Owner) string {
	if o.Because == "" {
		return ""
	}
	return ", says " + plainInk.words(o.Because)
}

func (l *layering) builders() []string {
	var list []string
	for _, b := range l.rep.Lineage.Builders {
		words := plainInk.name(b.Ref)
		if b.Stage != "" {
			words += " for stage " + plainInk.words(b.Stage)
		}
		if place := lineWords(b.From, plainInk); place != "" {
			words += ", named by " + place
		}
		list = append(list, words)
	}
	return list
}

func (l *layering) hints() []string {
	var list []string
	for _, h := range l.rep.Lineage.Hints {
		verdict := "not used"
		if h.Used {
			verdict = "used"
		}
		said := h.Ref
		if said == "" {
			said = h.Digest
		}
		words := verdict + ": " + plainInk.words(h.Source) + " says " + plainInk.name(said)
		if h.Why != "" {
			words += ": " + plainInk.text(cutBytes(h.Why, maxSentence))
		}
		list = append(list, words)
	}
	return list
}

func (l *layering) notes() []string {
	var list []string
	for _, note := range l.rep.Lineage.Notes {
		list = append(list, plainInk.text(cutBytes(note, maxSentence)))
	}
	return list
}

func (l *layering) list(title string, items []string) {
	if len(items) == 0 {
		return
	}
	l.title(title)
	for _, item := range items {
		wrap(&l.b, "  - ", "    ", item, l.Width)
	}
}
