package finding

import "time"

// Report is everything one scan found out. Every output is a rendering of one
// Report; none adds to it or judges again.
type Report struct {
	// Tool is imgscan's own version.
	Tool string

	// Now is the clock of the scan. The same image, database, configuration and
	// clock give the same bytes in every output.
	Now time.Time

	Image    Image
	Lineage  Lineage
	Database Database

	OS       OS
	Packages []Package
	Findings []Finding // in the order of Sort
	Gaps     []Gap     // in the order of SortGaps

	// Removed are findings of the nearest base that the image no longer has,
	// because its layers removed the package or moved it to a version without
	// them; in the order of Sort. They are not in Findings.
	Removed []Finding

	// Compared is what the findings were compared with; nil when nobody asked for
	// that.
	Compared *Compared

	// Owner is who builds the image. Its zero value means that nobody has looked.
	Owner Owner

	// Plan is what to do by owner, in the order in which they have to act.
	Plan []Step

	// Asked are the packages that somebody asked about, with findings or not.
	Asked []Attributed

	// Executables says how far the native code in the image was identified.
	Executables Executables

	// Triage is how the project's decisions fared, and Sources are the files that
	// the context of the findings came from.
	Triage  Triage
	Sources []ContextSource

	Verdict Verdict

	// Forecast is what the verdict will be from later dates on, in their order, if
	// nothing changes.
	Forecast []Forecast

	// Pending are sentences on what the changes of a pull request to its own policy
	// and decisions would change once merged; usually empty.
	Pending []string
}

// Database is the vulnerability database that the findings came from.
type Database struct {
	// Source is the folder or the OCI reference that it was read from.
	Source string

	// Digest is the digest of the OCI artifact, or of the database file when it
	// came from a folder ("sha256:…").
	Digest string

	// Built is when its publisher made it, NextUpdate when the publisher promised
	// a newer one; both UTC, and zero when the metadata does not say.
	Built      time.Time
	NextUpdate time.Time

	// Notes are sentences on what did not go as planned in getting it, such as an
	// update that failed and left an older one in use; usually empty.
	Notes []string
}

// Age is how long before now the database was built, never negative; 0 when the
// date is unknown.
func (d Database) Age(now time.Time) time.Duration {
	if d.Built.IsZero() || now.Before(d.Built) {
		return 0
	}
	return now.Sub(d.Built)
}

// Count is the number of findings of each severity.
func Count(findings []Finding) map[Severity]int {
	counts := make(map[Severity]int)
	for _, f := range findings {
		counts[f.Rating.Severity]++
	}
	return counts
}
