package history

import (
	"regexp"
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/dockerfile"
)

// problem is what an alignment is made of.
type problem struct {
	said     []entry
	wanted   []wanted
	last     wanted // the last instruction of all; zero when there is none
	triggers []text // the base's ONBUILD
	base     int    // -1 when it is not known
	builder  string
}

// entry is a history entry as it can be compared.
type entry struct {
	text
	empty  bool
	squash bool // docker build --squash adds it: the layer of everything above the base
}

// wanted is an instruction that should have left an entry.
type wanted struct {
	*dockerfile.Instruction
	stage *dockerfile.Stage
	forms []text // as one builder or another writes it

	// open is set when a variable in it may have been expanded to anything.
	open bool
}

// squashComment is what the Docker daemon writes (daemon/images/image_squash.go).
var squashComment = regexp.MustCompile(`^(?:merge|create new from) sha256:`)

func read(entries []Entry) []entry {
	said := make([]entry, len(entries))
	for i, e := range entries {
		kind, raw := Labelled(e)
		if kind == "" {
			raw = cut(e.CreatedBy)
		}
		said[i] = entry{
			text:   newText(kind, raw),
			empty:  e.Empty,
			squash: kind == "" && !e.Empty && squashComment.MatchString(e.Comment),
		}
	}
	return said
}

// expect lists the instructions that leave an entry with a builder.
func expect(b *dockerfile.Build, builder string) []wanted {
	var all []wanted
	for _, stage := range b.Chain() {
		for _, in := range stage.Instructions {
			switch {
			case in.Kind == "ONBUILD" && builder != docker && builder != buildah:
			case builder == kaniko && !snapshotted(in.Kind):
			default:
				all = append(all, newWanted(in, stage))
			}
		}
	}
	return all
}

// snapshotted says whether kaniko looks for changed files after an instruction;
// of the others it leaves no entry (pkg/commands, MetadataOnly).
func snapshotted(kind string) bool {
	return slices.Contains([]string{"RUN", "COPY", "ADD", "WORKDIR"}, kind)
}

func newWanted(in *dockerfile.Instruction, stage *dockerfile.Stage) wanted {
	return wanted{
		Instruction: in,
		stage:       stage,
		forms:       forms(in.Created, in.Text),
		open:        in.Kind != "RUN" && strings.Contains(in.Text, "$"),
	}
}

// lastOf is the last instruction of the target; zero when it has none.
func lastOf(b *dockerfile.Build) wanted {
	if n := len(b.Target.Instructions); n > 0 {
		return newWanted(b.Target.Instructions[n-1], b.Target)
	}
	return wanted{}
}

// triggers are the instructions of an ONBUILD that leave an entry. One that
// cannot be read is an empty text, which fits any entry.
func triggers(onBuild []string, builder string) []text {
	var all []text
	for _, t := range onBuild {
		if first := append(forms(t), text{})[0]; builder != kaniko || snapshotted(first.kind) {
			all = append(all, first)
		}
	}
	return all
}

func forms(written ...string) []text {
	var all []text
	for _, w := range written {
		// A keyword may be in any case in a Dockerfile.
		if word, _, _ := strings.Cut(w, " "); word != "" {
			w = strings.ToUpper(word) + w[len(word):]
		}
		if kind, raw := Labelled(Entry{CreatedBy: w}); kind != "" {
			all = append(all, newText(kind, raw))
		}
	}
	return all
}

// How similar an entry has to be to its instruction.
const (
	alike   = 0.3 // to be its entry at all
	certain = 0.5 // to count for the Dockerfile being the one
)

// fit says how similar an entry and an instruction are, 0 to 1, and whether the
// one can be the other's at all.
func (w wanted) fit(e entry) (similarity float64, ok bool) {
	switch {
	case e.kind == w.Kind:
		for _, form := range w.forms {
			similarity = max(similarity, similar(form, e.text))
		}
		if w.open {
			similarity = max(similarity, certain)
		}
		return similarity, true
	case e.kind == "" && w.Kind == "RUN" && !e.squash:
		// Docker's old builder writes the exec form of RUN without any mark.
		for _, form := range w.forms {
			similarity = max(similarity, similar(form, e.text))
		}
		return similarity, similarity >= certain
	}
	return 0, false
}

// triggered says whether the entries from a place on can be the ONBUILD's.
func (p problem) triggered(from int) bool {
	if from < 0 || from+len(p.triggers) > len(p.said) {
		return false
	}
	for i, t := range p.triggers {
		if kind := p.said[from+i].kind; t.kind != "" && kind != t.kind && (kind != "" || t.kind != "RUN") {
			return false
		}
	}
	return true
}
