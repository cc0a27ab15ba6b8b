package history

import (
	"fmt"

	"github.com/org/imgscan-action/internal/dockerfile"
)

// How long a history may be to be aligned: entries, and bytes of all of them.
// Registries take configurations of 4 MiB at most.
const (
	maxEntries = 5000
	maxBytes   = 4 << 20
)

// Step is an entry above the base, and where it came from.
type Step struct {
	// Entry is the index of the entry.
	Entry int

	// Instruction wrote the entry; nil when that is not known, and nil for what the
	// base's ONBUILD added. When one layer holds what several instructions made, its
	// Kind is empty and its lines go from the first of them to the last.
	Instruction *dockerfile.Instruction

	// Stage is the stage of the instruction. For what the base's ONBUILD added it is
	// the stage whose FROM names the base. Nil when it is not known.
	Stage *dockerfile.Stage

	// OnBuild is set when an ONBUILD wrote the entry: that of an earlier stage, or
	// that of the base when Instruction is nil.
	OnBuild bool

	// Confidence is Proven or Declared; empty when it is not known who wrote the
	// entry.
	Confidence string
}

// How sure an alignment is. The words are those of package finding.
const (
	Proven   = "proven"   // every entry above the base is where its instruction is, and fits it
	Declared = "declared" // entries and instructions were matched by what they say
)

// Alignment is what was found out about a history.
type Alignment struct {
	// Steps are the entries above the base, one each, in order. Empty when it
	// failed.
	Steps []Step

	// Base is the number of entries that are the base's, as given or as found; -1
	// when neither.
	Base int

	// Confidence is that of the whole; empty when it failed.
	Confidence string

	// Why says, as a clause without a full stop, why it failed; empty otherwise.
	Why string

	// Builder is the builder of the entries above the base, as Tool names it.
	Builder string
}

// Align finds the instruction that wrote each entry of a history above its
// base. base is the number of entries that are the base's, -1 when that is not
// known, and onBuild are the instructions that the base has in its ONBUILD.
func Align(entries []Entry, base int, onBuild []string, b *dockerfile.Build) Alignment {
	a := Alignment{Base: max(base, -1)}
	switch {
	case b == nil:
		a.Why = "there is no Dockerfile"
	case len(entries) == 0:
		a.Why = "the image has no history"
	case len(entries) > maxEntries:
		a.Why = fmt.Sprintf("the history has %d entries, more than %d", len(entries), maxEntries)
	case size(entries) > maxBytes:
		a.Why = fmt.Sprintf("the history has more than %d bytes", maxBytes)
	case base > len(entries):
		a.Why = "the history of the base is longer than that of the image"
	}
	if a.Why != "" {
		return a
	}

	a.Builder = Tool(entries[max(base, 0):], nil)
	if !readsDockerfiles(a.Builder) {
		a.Why = fmt.Sprintf("%s built it, which reads no Dockerfile", a.Builder)
		return a
	}
	p := problem{
		said:     read(entries),
		wanted:   expect(b, a.Builder),
		last:     lastOf(b),
		triggers: triggers(onBuild, a.Builder),
		base:     a.Base,
		builder:  a.Builder,
	}
	for _, strategy := range []func(problem) (solution, bool){byPosition, asSnapshot, bySequence} {
		s, ok := strategy(p)
		if ok {
			a.Base, a.Confidence, a.Why = s.base, s.confidence, ""
			a.Steps = p.steps(s, b)
			return a
		}
		a.Why = s.why
	}
	return a
}

func size(entries []Entry) int {
	n := 0
	for _, e := range entries {
		n += len(e.CreatedBy)
	}
	return n
}
