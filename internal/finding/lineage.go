package finding

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Confidence says how sure a statement about where something comes from is.
type Confidence string

// The confidences, the surest first.
const (
	// Proven: content addresses say so. The layers of a base are the lowest layers
	// of the image, digest by digest.
	Proven Confidence = "proven"

	// Declared: whoever built the image says so - provenance, an annotation, the
	// Dockerfile - and its layers do not prove it.
	Declared Confidence = "declared"

	// Inferred: it looks like it.
	Inferred Confidence = "inferred"

	// NoConfidence: nothing says anything.
	NoConfidence Confidence = "none"
)

// Line is a place in the repository that the image was built from. The zero
// value is nowhere.
type Line struct {
	// File is the path from the root of the repository, with slashes and never
	// leading out of it.
	File string

	// Start and End are line numbers from 1, both inclusive.
	Start, End int

	// Text is the line at Start without the spaces around it, cut to a length that
	// fits a message; may be empty.
	Text string
}

// Lineage is what an image was built on. The zero value means that nothing is
// known of it.
type Lineage struct {
	// Bases are the images that this one stands on, the nearest first: an image,
	// its base, the base of that one.
	Bases []Base

	// Scratch is set when the last of the chain is known to stand on nothing.
	Scratch bool

	// Squashed is set when the image has a base whose layers cannot be told from
	// its own. What comes from the base is then an estimate.
	Squashed bool

	// Builders are the images that the build used and that are not below the
	// image: those of other stages and of COPY --from.
	Builders []Builder

	// Hints are what was said about bases, believed or not, in the order in which
	// it was looked at.
	Hints []Hint

	// Dockerfile is the path, from the root of the repository, of the Dockerfile
	// that the layers were traced to; empty when there is none or it does not fit.
	Dockerfile string

	// Notes are sentences, without a full stop, on what could not be traced and
	// why.
	Notes []string
}

// Known says whether it is known what the image stands on, be it nothing.
func (l Lineage) Known() bool { return len(l.Bases) > 0 || l.Scratch }

// Base is one image that another one stands on.
type Base struct {
	// Ref is the reference as Docker prints it: "debian:12", "ghcr.io/acme/base:3".
	// Without a tag when only a digest is known; never empty.
	Ref string

	// Aliases are other references to the same image; sorted, may be empty.
	Aliases []string

	// Digest is that of the image manifest as it was used, IndexDigest that of the
	// multi-platform index, ID that of the configuration; each empty when unknown.
	Digest      string
	IndexDigest string
	ID          string

	// Layers is how many of the lowest layers of the scanned image came with this
	// base, those of its own bases included; 0 when that is not known.
	Layers int

	Confidence Confidence

	// Evidence are the sentences that the confidence rests on, without full stops.
	Evidence []string

	// From is the line that names the base; zero for a base of a base.
	From Line

	// Tag is where the base's tag stands now.
	Tag Tag

	// Vendor is who publishes the base, by its own account; untrusted text, may be
	// empty.
	Vendor string

	// Owner is who can rebuild the base.
	Owner Owner
}

// TagState is what has become of the tag of a base since the build.
type TagState string

// The states of a tag.
const (
	TagNotChecked TagState = ""        // nobody asked, or there is no tag
	TagCurrent    TagState = "current" // the tag still leads to the image that was used
	TagMoved      TagState = "moved"   // the tag leads to another image now
	TagGone       TagState = "gone"    // the registry has the repository and not the tag
	TagUnknown    TagState = "unknown" // the registry did not answer, or it is not known what was used
)

// Tag is where a tag stands at the time of the scan.
type Tag struct {
	State TagState

	// Digest is what the tag leads to now; empty unless the registry said.
	Digest string

	// Detail is one sentence without a full stop; may be empty.
	Detail string
}

// Builder is an image that a build took something from.
type Builder struct {
	Ref    string // as Docker prints it
	Digest string // as it was used; empty when unknown
	Stage  string // the stage that stands on it; empty for COPY --from=IMAGE
	From   Line   // the line that names it; zero when no Dockerfile does
}

// Hint is one statement about a base.
type Hint struct {
	// Source says who makes it: "--base", "provenance attestation", "annotation
	// org.opencontainers.image.base.name", "Dockerfile:12".
	Source string

	// Ref and Digest are what it names; one of them may be empty.
	Ref    string
	Digest string

	// Used is set when the hint led to a base or confirmed one, and Why is one
	// sentence, without a full stop, on why it did or did not.
	Used bool
	Why  string
}

// Instruction is the line of a Dockerfile that made a layer. The zero value
// means that it is not known.
type Instruction struct {
	// Kind is the keyword in capitals: "RUN", "COPY". It is "FROM" for what came
	// with a base.
	Kind string

	Line Line

	// Stage is the name of the build stage, or its number from 0.
	Stage string

	// Source is the stage or image that a COPY --from takes from, as written.
	Source string

	// OnBuild is set when the base's ONBUILD made the layer; Line is then the FROM.
	OnBuild bool

	Confidence Confidence
}

// maxLineText is how much of a line is quoted, in characters.
const maxLineText = 200

// LineText is a line as Line.Text has it: without the spaces around it, control
// characters taken out, and cut.
func LineText(line string) string {
	line = strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == utf8.RuneError:
			return -1
		}
		return r
	}, strings.TrimSpace(line))
	if runes := []rune(line); len(runes) > maxLineText {
		return string(runes[:maxLineText-1]) + "…"
	}
	return line
}
