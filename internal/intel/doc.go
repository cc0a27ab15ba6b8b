// Package intel reads what is known of vulnerabilities beyond their ratings and
// puts it beside findings: CISA's catalog of known exploited vulnerabilities
// (KEV), FIRST's exploit prediction scores (EPSS), and the decision points that
// CISA's Vulnrichment publishes (SSVC).
//
// Each comes from a file, or from a download over https that is kept in a cache
// folder. What a source does not say stays nil in finding.Context: nobody may take
// a missing file for "not exploited".
//
// Files are hostile: their sizes, also unpacked, and their rows are capped, and the
// first thing that does not fit is an error with file and line. A file that is read
// halfway would leave vulnerabilities out that it lists.
package intel
