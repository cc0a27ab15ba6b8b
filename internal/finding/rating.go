package finding

// Rating is one source's opinion of how bad a vulnerability is.
type Rating struct {
	Severity Severity

	// Score is the CVSS base score, 0.0 to 10.0; 0 with an empty Vector means
	// that the source gave a word and no score.
	Score float64

	// Vector is the CVSS vector string, with its prefix for v3 and v4; empty when
	// the source gave none.
	Vector string

	// Version is the CVSS version: "2.0", "3.0", "3.1" or "4.0"; empty when the
	// source gave only a word.
	Version string

	// Source is who said so, by trivy-db's identifier: "nvd", "ghsa", "debian".
	Source string
}
