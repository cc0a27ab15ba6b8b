package foreign

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
)

// rule is what one rule of a file says, in our words.
type rule struct {
	place         string   // "FILE:LINE"
	vulnerability string   // empty for all those of packages
	images        []string // empty for all
	packages      []exceptions.Package
	decision      finding.Decision
	reason        string    // as the file has it; may be empty
	end           time.Time // the first moment at which it no longer holds; zero when it has no end
	reviewWhen    []string
	evidence      string // empty for the place
	requestedBy   string // empty for the file
}

// importer gathers what comes out of one file.
type importer struct {
	tool string
	file string // fit for a message and for evidence
	opts ImportOptions

	// firstWins is set for tools in which a rule hides later ones about the same,
	// even after its end.
	firstWins bool

	entries  []exceptions.Entry
	lost     []string
	packages int               // of all rules
	places   map[string]string // where the rule with an identifier is
}

func newImporter(tool, file string, opts ImportOptions) *importer {
	if opts.Expires <= 0 {
		opts.Expires = defaultExpires
	}
	return &importer{tool: tool, file: plain(file, maxFile), opts: opts, places: make(map[string]string)}
}

func (im *importer) line(n int) string { return fmt.Sprintf("%s:%d", im.file, n) }

// at is the place of a value: for a mapping its first key.
func (im *importer) at(n *node) string { return im.line(n.Head().Line) }

func (im *importer) lose(place, format string, args ...any) {
	im.lost = append(im.lost, place+": "+fmt.Sprintf(format, args...))
}

// leaveOut says why there is no entry for a rule about something.
func (im *importer) leaveOut(place, about, format string, args ...any) {
	im.lose(place, "%s is left out: %s", about, fmt.Sprintf(format, args...))
}

// add makes the entry of a rule, or says why there is none.
func (im *importer) add(r rule) {
	// A short rule may stand for many packages.
	if im.packages += len(r.packages); im.packages > maxPackages {
		return
	}
	name := quote(r.vulnerability)
	switch {
	case r.vulnerability == "" && len(r.packages) > 0:
		r.vulnerability, name = "*", "every vulnerability of a package"
	case !identifier.MatchString(r.vulnerability):
		im.lose(r.place, "%s is no identifier of a vulnerability that an entry can have", name)
		return
	}
	id := im.id(r)
	first, twice := im.places[id]
	if !twice && im.firstWins {
		im.places[id] = r.place
	}
	ended := !r.end.IsZero() && !im.opts.Now.Before(r.end)
	switch {
	case twice:
		im.lose(r.place, "the rule for %s is about the same as that in %s, which is taken", name, first)
		return
	case ended:
		im.lose(r.place, "the rule for %s ended on %s, and is left out", name, r.end.UTC().Format(time.DateOnly))
		return
	}
	expires := lastDay(r.end)
	if r.end.IsZero() {
		expires = day(im.opts.Now.Add(im.opts.Expires))
	}
	if expires.Before(day(im.opts.Now)) {
		im.lose(r.place, "the rule for %s ends during this day, and is left out", name)
		return
	}
	im.places[id] = r.place
	im.entries = append(im.entries, exceptions.Entry{
		ID:              id,
		Vulnerabilities: []string{r.vulnerability},
		Images:          orOne(r.images, "*"),
		Packages:        r.packages,
		Decision:        r.decision,
		Reason:          reasonOf(r),
		Evidence:        []string{cmp.Or(r.evidence, r.place)},
		RequestedBy:     cmp.Or(r.requestedBy, "imported from "+im.file),
		Expires:         expires,
		ReviewWhen:      r.reviewWhen,
	})
}

// id names the entry by what it is about, so that importing a file again, or after
// lines have moved, gives the same.
func (im *importer) id(r rule) string {
	h := sha256.New()
	for _, part := range append([]string{im.tool, strings.ToLower(r.vulnerability), string(r.decision)}, r.reviewWhen...) {
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	for _, p := range r.packages {
		fmt.Fprintf(h, "%q", p)
	}
	for _, image := range r.images {
		fmt.Fprintf(h, "%q", image)
	}
	hash := hex.EncodeToString(h.Sum(nil))[:8]
	name := r.vulnerability
	if name == "*" {
		name = "ALL"
	}
	id := "IMPORT-" + im.tool + "-"
	const most = 64 // as long as identifiers of entries may be
	name = notInID.ReplaceAllString(name, "-")
	return id + name[:min(len(name), most-len(id)-len(hash)-1)] + "-" + hash
}

var (
	notInID = regexp.MustCompile(`[^A-Za-z0-9._-]`)

	// identifier is the form that exceptions have for identifiers of vulnerabilities.
	identifier = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*-[A-Za-z0-9._:-]{1,200}$`)
)

// isVulnerability tells the identifier of a vulnerability from those of
// misconfigurations, secrets and licenses, as far as it can be told.
func isVulnerability(id string) bool {
	return identifier.MatchString(id) && strings.ContainsAny(id, "0123456789") && !strings.HasPrefix(id, "AVD-")
}

const (
	minReason = 10 // characters, as exceptions demand
	maxReason = 2000
	maxFile   = 300
)

func reasonOf(r rule) string {
	if reason := plain(r.reason, maxReason); utf8.RuneCountInString(reason) >= minReason {
		return reason
	} else if reason != "" {
		return reason + " (imported from " + r.place + ")"
	}
	return "imported from " + r.place + " without a reason"
}

// plain is text from outside on one line, cut to so many characters.
func plain(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.IsControl(r):
			return ' '
		case r == utf8.RuneError, unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

// quote is text from outside in a sentence.
func quote(s string) string { return fmt.Sprintf("%q", plain(s, 100)) }
