package finding

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Status is what the source of an advisory says about a fix.
type Status string

// The statuses, in trivy-db's words.
const (
	StatusUnknown            Status = "unknown"
	StatusAffected           Status = "affected"
	StatusFixed              Status = "fixed"
	StatusUnderInvestigation Status = "under_investigation"
	StatusWillNotFix         Status = "will_not_fix"
	StatusFixDeferred        Status = "fix_deferred"
	StatusEndOfLife          Status = "end_of_life"
	StatusNotAffected        Status = "not_affected"
)

// Finding is one vulnerability in one installed package.
type Finding struct {
	// ID is the vulnerability's identifier, the CVE where there is one.
	ID string

	// Aliases are other identifiers of the same vulnerability: GHSA, GO-, vendor
	// advisories. Sorted; may be empty.
	Aliases []string

	Package Package

	// FixedIn is the first version without the vulnerability, or several for the
	// maintained branches separated by ", "; empty when no fix is known.
	FixedIn string

	// Status says what is known of a fix; StatusFixed exactly when FixedIn is set.
	Status Status

	// Rating is the one that counts, after any decision that changed it, and Beaten
	// are the ratings that the database's won over, in order of precedence.
	Rating Rating
	Beaten []Rating

	Title       string
	Description string
	URL         string   // the page to read first; may be empty
	References  []string // further pages, as the source lists them
	CWEs        []string // "CWE-79"; may be empty

	// Published and Modified are the dates of the vulnerability record; zero when
	// the record has none.
	Published time.Time
	Modified  time.Time

	// Advisory names the source that says the package is affected.
	Advisory Source

	// Origin is who put the package there. Its zero value means that nobody has
	// looked yet.
	Origin Origin

	// Disposition is what people have decided about it, and Context what is known
	// of the vulnerability beyond its rating.
	Disposition Disposition
	Context     Context

	// Change is how it came about since the image that the report is compared with.
	Change Change

	// Judgement is the policy's word on this finding. Its zero value means that
	// no policy has looked yet.
	Judgement Judgement
}

// Source is where an advisory came from.
type Source struct {
	ID   string // "debian", "ghsa"
	Name string // "Debian Security Tracker"
	URL  string
}

// Fixable says whether a version without the vulnerability exists.
func (f Finding) Fixable() bool { return f.FixedIn != "" }

// Fix is what to tell a person about a fix: the version, or why there is none.
func (f Finding) Fix() string {
	if f.FixedIn != "" {
		return f.FixedIn
	}
	switch f.Status {
	case StatusWillNotFix:
		return "will not fix"
	case StatusEndOfLife:
		return "end of life"
	case StatusFixDeferred:
		return "fix deferred"
	case StatusUnderInvestigation:
		return "under investigation"
	}
	return "no fix yet"
}

// Fingerprint identifies the finding from build to build and from release to
// release: it is made of the image's logical name, the vulnerability, and the
// package's type, name and place, and of no version, tag, digest or line.
// It is 16 hexadecimal digits.
func (f Finding) Fingerprint(imageName string) string {
	h := sha256.New()
	for _, part := range []string{imageName, f.ID, f.Package.Type, f.Package.Name, f.Package.Place()} {
		// A length before each part keeps "a"+"bc" apart from "ab"+"c".
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// Sort orders findings as every output shows them: worst first, then by
// package, version, path and identifier, so that equal input gives equal bytes.
func Sort(findings []Finding) {
	slices.SortFunc(findings, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(b.Rating.Severity, a.Rating.Severity),
			cmp.Compare(b.Rating.Score, a.Rating.Score),
			strings.Compare(a.Package.Name, b.Package.Name),
			strings.Compare(a.Package.Type, b.Package.Type),
			strings.Compare(a.Package.FullVersion(), b.Package.FullVersion()),
			strings.Compare(a.Package.Path, b.Package.Path),
			strings.Compare(a.Package.Arch, b.Package.Arch),
			strings.Compare(a.ID, b.ID),
		)
	})
}

// SortPackages orders packages by Type, Name, FullVersion, Arch and Path.
func SortPackages(packages []Package) {
	slices.SortFunc(packages, func(a, b Package) int {
		return cmp.Or(
			strings.Compare(a.Type, b.Type),
			strings.Compare(a.Name, b.Name),
			strings.Compare(a.FullVersion(), b.FullVersion()),
			strings.Compare(a.Arch, b.Arch),
			strings.Compare(a.Path, b.Path),
		)
	})
}

// SortGaps orders gaps by Kind, Where and Detail.
func SortGaps(gaps []Gap) {
	slices.SortFunc(gaps, func(a, b Gap) int {
		return cmp.Or(
			strings.Compare(string(a.Kind), string(b.Kind)),
			strings.Compare(a.Where, b.Where),
			strings.Compare(a.Detail, b.Detail),
		)
	})
}

func fullVersion(epoch int, version, release string) string {
	if release != "" {
		version += "-" + release
	}
	if epoch != 0 {
		version = strconv.Itoa(epoch) + ":" + version
	}
	return version
}
