// Package match finds out what is known to be wrong with an inventory: it runs
// Trivy's detectors over the vulnerability database that is open (see package
// vulndb), and rates what they find NVD-first on CVSS v3.
//
// What cannot be known becomes a [finding.Gap]: a distribution without
// advisories, a release past its end of life, a release or an ecosystem that the
// database holds nothing about.
//
// # Logging
//
// Trivy's detectors log through log/slog's default logger, which importing Trivy
// replaces by one that only collects. Match leaves it alone, as it belongs to
// the whole process: the program's main function decides what it is.
package match
