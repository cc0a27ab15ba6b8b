package lineage

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"

	"github.com/org/imgscan-action/internal/dockerfile"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/provenance"
)

// record is how the scanned image was built, as far as the repository and those
// who kept records of the build tell.
type record struct {
	metadata *claim  // of the metadata file; nil when it does not tell
	attested []claim // of the attestations

	file  *dockerfile.File  // the repository's Dockerfile; nil when there is none
	build *dockerfile.Build // the Dockerfile, or the one in the provenance, as it was built; nil when there is neither

	// name is the path of the Dockerfile, lines its text, and own is set when it is
	// the repository's.
	name  string
	lines []string
	own   bool

	// told is the provenance that has the lines of each layer in the same
	// Dockerfile; nil when none does.
	told *provenance.Provenance

	// from is what the Dockerfile says about the base; nil when there is none.
	from *hint

	// flat is set when from is an image whose files were copied as a whole.
	flat bool

	// uses are the images that the Dockerfile's target uses, its frontend included.
	uses []reference

	hints []*hint // on records that could not be used
	notes []string
}

// claim is one provenance and where it was read.
type claim struct {
	source string
	*provenance.Provenance
}

// newRecord reads what there is. Its errors are *InputError.
func newRecord(img Image, opts Options) (*record, error) {
	r := new(record)
	if err := r.readMetadata(img, opts); err != nil {
		return nil, err
	}
	r.readStatements(img)
	if err := r.readDockerfile(img, opts); err != nil {
		return nil, err
	}
	return r, nil
}

// readStatements reads the attestations.
func (r *record) readStatements(img Image) {
	if img.Unreadable != "" {
		r.notes = append(r.notes, "an attestation of the image could not be read: "+clean(img.Unreadable, maxText))
	}
	for _, s := range img.Statements {
		source := "provenance " + cmp.Or(clean(s.Source, maxText), "attestation")
		p, err := provenance.Parse(s.Raw)
		if err != nil {
			r.reject(source, "it cannot be read: "+clean(err.Error(), maxText))
			continue
		}
		r.attested = append(r.attested, claim{source, p})
	}
}

// claims are all provenances, those that the user gave first.
func (r *record) claims() []claim {
	if r.metadata == nil {
		return r.attested
	}
	return append([]claim{*r.metadata}, r.attested...)
}

// readDockerfile reads the Dockerfile with what the user says about the build,
// and with what the provenance says where the user does not.
func (r *record) readDockerfile(img Image, opts Options) error {
	source, from := opts.Dockerfile, ""
	r.name, r.own = cleanPath(opts.DockerfileName), true
	for _, c := range r.claims() {
		if source == nil && c.Source != nil {
			source, from = c.Source, c.source
			r.name, r.own = cleanPath(c.Dockerfile), false
		}
		if r.told == nil && len(c.LayerLines) > 0 && bytes.Equal(c.Source, source) {
			r.told = c.Provenance
		}
	}
	if source == nil {
		return nil
	}
	file, err := dockerfile.Parse(r.name, source)
	if err != nil {
		if !r.own {
			r.reject(from, "the Dockerfile in it cannot be read: "+clean(err.Error(), maxText))
			return nil
		}
		return &InputError{err} // it begins with the name
	}
	build, err := r.tryBuild(file, img, opts)
	if err != nil {
		if !r.own && opts.Target == "" {
			r.reject(from, "the Dockerfile in it cannot be read: "+clean(err.Error(), maxText))
			return nil
		}
		return &InputError{err} // it begins with the name
	}
	if r.own {
		r.file = file
	} else {
		r.notes = append(r.notes, fmt.Sprintf("the lines are those of the Dockerfile in the %s, because none was given", from))
	}
	r.build = build
	r.lines = strings.Split(string(source), "\n")
	uses := []string{file.Syntax}
	for _, image := range build.Images() {
		uses = append(uses, image.Ref)
	}
	for _, word := range uses {
		if ref, err := parseReference(word); err == nil {
			r.uses = append(r.uses, ref)
		}
	}
	r.from = r.readFrom()
	return nil
}

// tryBuild applies to a Dockerfile what is known of the build. What the image
// says about it - the target in its provenance, its platform - may be nonsense
// and is then left out; the error is about what the user says.
func (r *record) tryBuild(file *dockerfile.File, img Image, opts Options) (*dockerfile.Build, error) {
	build, err := file.Build(r.buildOptions(img, opts))
	if err == nil {
		return build, nil
	}
	own := dockerfile.Options{Target: opts.Target, Args: opts.Args, Contexts: opts.Contexts, Platform: img.Platform}
	build, ownErr := file.Build(own)
	if ownErr != nil {
		own.Platform = ""
		build, ownErr = file.Build(own)
	}
	if ownErr != nil {
		return nil, ownErr
	}
	r.notes = append(r.notes, fmt.Sprintf("what the image says about its build does not fit %s: %s", r.name, clean(err.Error(), maxText)))
	return build, nil
}

// buildOptions are the options of the build: the user's, completed from the
// first provenance that has any.
func (r *record) buildOptions(img Image, opts Options) dockerfile.Options {
	o := dockerfile.Options{
		Target:   opts.Target,
		Args:     make(map[string]string),
		Contexts: make(map[string]string),
		Platform: img.Platform,
	}
	for _, c := range r.claims() {
		o.Target = cmp.Or(o.Target, c.Target)
		addMissing(o.Args, c.Args)
		addMissing(o.Contexts, c.Contexts)
	}
	for k, v := range opts.Args {
		o.Args[k] = v
	}
	for k, v := range opts.Contexts {
		o.Contexts[k] = v
	}
	return o
}

func addMissing(to, from map[string]string) {
	for k, v := range from {
		if _, ok := to[k]; !ok {
			to[k] = v
		}
	}
}

// root is what the first stage below the target stands on; nil when there is no
// Dockerfile.
func (r *record) root() *dockerfile.Image {
	if r.build == nil {
		return nil
	}
	return &r.build.Chain()[0].From
}

// line is a place in the Dockerfile.
func (r *record) line(start, end int) finding.Line {
	l := finding.Line{File: r.name, Start: start, End: end}
	if 0 < start && start <= len(r.lines) {
		l.Text = clean(r.lines[start-1], maxText)
	}
	return l
}

func (r *record) reject(source, why string) {
	r.hints = append(r.hints, (&hint{Hint: finding.Hint{Source: source}}).reject(why))
}

// stageName is what a stage is called: its name, or else its number.
func stageName(s *dockerfile.Stage) string {
	if s == nil {
		return ""
	}
	return cmp.Or(clean(s.Name, maxLabel), fmt.Sprint(s.Index))
}
