package report

import (
	"crypto/sha1"
	"fmt"
	"strings"

	"github.com/owenrumney/go-sarif/v2/sarif"

	"github.com/org/imgscan-action/internal/finding"
)

// suppression is SARIF's, which the library writes with nulls where the schema
// wants none.
type suppression struct {
	GUID          string          `json:"guid"`
	Kind          string          `json:"kind"`
	Status        string          `json:"status"`
	Justification string          `json:"justification"`
	Location      *sarif.Location `json:"location,omitempty"`
}

// suppressions are the decisions about a finding that SARIF has a word for: those
// by which it does not count, and those that look into whether it does. Any other
// finding has an empty list: in a run, all results have one or none has.
func suppressions(f finding.Finding) []suppression {
	d := f.Disposition
	status := "accepted"
	switch {
	case d.Decision == finding.UnderInvestigation && !d.Suppressed:
		// Readers count a result with a suppression under review, and so do we.
		status = "underReview"
	case !d.Suppressed:
		return []suppression{}
	}
	s := suppression{
		GUID:          entryGUID(d.Entry),
		Kind:          "external",
		Status:        status,
		Justification: justification(d, sarifInk),
	}
	if d.At.File != "" {
		s.Location = sarif.NewLocation().WithPhysicalLocation(place(repositoryURI(d.At.File), d.At))
	}
	return []suppression{s}
}

// justification is who decided what and why: "EX-2026-003: reason (approved by
// @sec-lead, until 2026-12-10)".
func justification(d finding.Disposition, in ink) string {
	words := in.name(d.Entry)
	if d.Reason != "" {
		words += ": " + in.text(cutBytes(clean(d.Reason), maxSentence))
	}
	var who []string
	if by := approverWords(d, in); by != "" {
		who = append(who, by)
	}
	if until := untilWords(d); until != "" {
		who = append(who, "until "+until)
	}
	if len(who) > 0 {
		words += " (" + strings.Join(who, ", ") + ")"
	}
	return words
}

// entryGUID is the name-based identifier (RFC 9562, version 5) of an entry: the
// same entry has the same one in every run.
func entryGUID(entry string) string {
	const urls = "\x6b\xa7\xb8\x11\x9d\xad\x11\xd1\x80\xb4\x00\xc0\x4f\xd4\x30\xc8" // the RFC's name space of URLs
	sum := sha1.Sum([]byte(urls + toolURI + "/exceptions/" + entry))
	sum[6] = sum[6]&0x0f | 0x50
	sum[8] = sum[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// The log with suppressions. The library's own result leaves out an empty list of
// them, so its fields are laid over.
type suppressedLog struct {
	*sarif.Report
	Runs []suppressedRun `json:"runs"`
}

type suppressedRun struct {
	*sarif.Run
	Results []suppressedResult `json:"results"`
}

type suppressedResult struct {
	*sarif.Result
	Suppressions []suppression `json:"suppressions"`
}

// withSuppressions is the log with those of each result; runs has the findings of
// each run in the order of its results.
func withSuppressions(log *sarif.Report, runs [][]finding.Finding) suppressedLog {
	whole := suppressedLog{Report: log, Runs: make([]suppressedRun, len(log.Runs))}
	for i, run := range log.Runs {
		results := make([]suppressedResult, len(run.Results))
		for j, result := range run.Results {
			results[j] = suppressedResult{result, suppressions(runs[i][j])}
		}
		whole.Runs[i] = suppressedRun{run, results}
	}
	return whole
}
