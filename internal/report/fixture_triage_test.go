package report

import (
	"slices"
	"time"

	"github.com/org/imgscan-action/internal/finding"
)

// debianApp in a project that decides: every decision, one that lapsed, vendors
// who are and are not believed, what CISA and FIRST know, and what comes next.

const (
	exceptionsFile = ".imgscan/exceptions.yaml"
	teamFile       = ".imgscan/exceptions.d/shop.yaml"
)

func november(day int) time.Time { return time.Date(2026, 11, day, 0, 0, 0, 0, time.UTC) }
func december(day int) time.Time { return time.Date(2026, 12, day, 0, 0, 0, 0, time.UTC) }

func exception(decision finding.Decision, entry string, line int, reason string) finding.Disposition {
	return finding.Disposition{
		Decision: decision, Entry: entry, At: finding.Line{File: exceptionsFile, Start: line, End: line + 9},
		Reason: reason, RequestedBy: "@kim", ApprovedBy: []string{"@sec-lead"}, ApprovedOn: november(10), Expires: december(10),
		Suppressed: !slices.Contains([]finding.Decision{finding.Rescored, finding.UnderInvestigation, finding.Affected}, decision),
	}
}

func triagedReport() *finding.Report {
	rep := debianApp()
	curl := debian("libcurl4", "curl", "7.88.1-10+deb12u5", layerDigest("2"))
	perl := debian("perl-base", "perl", "5.36.0-7+deb12u1", layerDigest("1"))
	rep.Findings = append(rep.Findings,
		with(fixed("CVE-2024-2398", curl, "7.88.1-10+deb12u6", nvd(finding.High, 8.6), "curl: HTTP/2 push headers memory-leak"), installedByCurl("curl", "libcurl4")),
		with(fixed("CVE-2024-9681", curl, "7.88.1-10+deb12u8", nvd(finding.Medium, 6.5), "curl: HSTS subdomain overwrites parent cache entry"), installedByCurl("curl", "libcurl4")),
		with(fixed("CVE-2026-20001", perl, "5.36.0-7+deb12u3", nvd(finding.High, 7.8), "perl: a flaw of this week"), inherited()),
	)
	for i := range rep.Findings {
		triage(&rep.Findings[i])
	}
	finding.Sort(rep.Findings)
	for i := range rep.Findings {
		f := &rep.Findings[i]
		if f.Disposition.Suppressed {
			f.Judgement = finding.Judgement{Rule: "decision", Reason: f.Disposition.Entry + " decides that it does not count"}
			if last := f.Disposition.Expires; !last.IsZero() {
				f.Judgement.Counts = last.AddDate(0, 0, 1)
			}
		}
	}

	date := time.Date(2026, 11, 20, 14, 2, 11, 0, time.UTC)
	rep.Sources = []finding.ContextSource{
		{Name: "kev", File: "known_exploited_vulnerabilities.json", SHA256: layerDigest("5")[len("sha256:"):], Date: date},
		{Name: "epss", File: "epss_scores-current.csv.gz", SHA256: layerDigest("6")[len("sha256:"):], Date: date.Add(24 * time.Hour), Notes: []string{"2 lines could not be read"}},
		{Name: "ssvc", File: "ssvc.csv", SHA256: layerDigest("7")[len("sha256:"):]},
	}
	rep.Triage = finding.Triage{
		Files: []string{exceptionsFile, teamFile}, From: "main at 1f3c5d7",
		Unused: []finding.Unused{
			{Entry: "EX-2026-011", At: finding.Line{File: exceptionsFile, Start: 101, End: 110}, Cause: "never matched", Detail: "CVE-2023-45853 is in zlib1g 1:1.2.13.dfsg-1, but version 1:1.2.12* ≠ 1:1.2.13.dfsg-1"},
			{Entry: "SHOP-3", At: finding.Line{File: teamFile, Start: 20, End: 29}, Cause: "resolved", Detail: "no package has CVE-2022-1304"},
		},
		Expiring: []finding.Expiring{{Entry: "EX-2026-004", At: finding.Line{File: exceptionsFile, Start: 31, End: 40}, Expires: november(30), Findings: 1}},
	}
	rep.Plan = []finding.Step{
		{Owner: shopTeam(), Base: 1, Do: "rebuild on debian:12: its tag has moved since this build", Findings: 2, Fixable: 2, Breaking: 1},
		{Owner: shopTeam(), Do: "upgrade 2 packages in go.mod, web/package.json; move to a newer compiler in go.mod:3", Findings: 3, Fixable: 3, Breaking: 2},
	}
	rep.Verdict.Breaking, rep.Verdict.Blocking = 3, 2
	rep.Verdict.Reasons = []string{"1 finding is exploited.", "2 findings are high or worse and have a fix, 1 of them only warned about."}
	rep.Forecast = []finding.Forecast{
		{From: november(29), Why: "the grace of 1 finding ends", Breaking: 4, Blocking: 3, Judged: finding.Fail, Outcome: finding.Fail},
		{From: time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC), Why: "the policy blocks what comes with a base", Breaking: 5, Blocking: 5, Judged: finding.Fail, Outcome: finding.Fail},
	}
	rep.Pending = []string{"EX-2026-012 (.imgscan/exceptions.yaml:120) would decide 1 finding: CVE-2021-23337 in lodash", "the threshold would be critical instead of high"}
	return rep
}

// triage decides about one finding of triagedReport.
func triage(f *finding.Finding) {
	f.Context = finding.Context{Exploited: new(false), EPSS: &finding.EPSS{Score: 0.00043, Percentile: 0.091}}
	f.Judgement.Mode = ""
	if f.Judgement.Breaks {
		f.Judgement.Mode = finding.Block
	}
	d := &f.Disposition
	switch f.ID {
	case "CVE-2023-24540":
		*d = exception(finding.UnderInvestigation, "EX-2026-007", 61, "Whether our templates hold such white space is being looked at.")
		f.Judgement.Rule, f.Judgement.Reason = "kev", "it is in CISA's catalog of exploited vulnerabilities"
		f.Context = finding.Context{
			Exploited: new(true),
			KEV:       &finding.KEV{Added: november(12), Due: december(1), Ransomware: true, Action: "Apply mitigations per vendor instructions or discontinue use."},
			EPSS:      &finding.EPSS{Score: 0.9437, Percentile: 0.9991},
			SSVC:      &finding.SSVC{Exploitation: "active", Automatable: "yes", TechnicalImpact: "total"},
			Deadline:  &finding.Deadline{Days: 3, Forensics: true, Due: november(26)},
		}
	case "CVE-2022-32149":
		*d = exception(finding.Rescored, "EX-2026-003", 24, "ParseAcceptLanguage cannot be reached from outside the mesh.")
		d.Cause, d.ApprovedBy, d.Ticket = "environment", []string{"@sec-lead", "@ciso"}, "SEC-1234"
		d.Evidence, d.Shadowed = []string{"docs/mesh.md", "https://wiki.example.com/mesh"}, []string{"SHOP-1"}
		d.Before = new(f.Rating)
		f.Rating.Severity, f.Rating.Score, f.Rating.Vector = finding.Medium, 4.3, f.Rating.Vector+"/MAV:A/MA:L"
		f.Judgement = finding.Judgement{Rule: "severity", Reason: "medium is below the threshold high"}
		f.Context.Deadline = &finding.Deadline{Upgrade: true, Assumed: []string{"automatable", "technical impact"}}
	case "CVE-2021-23337":
		d.Lapsed = []finding.Lapsed{
			{Entry: "EX-2026-001", At: finding.Line{File: exceptionsFile, Start: 3, End: 12}, Why: "expired 3 days ago", ApprovedBy: []string{"@sec-lead"}, Expires: november(20)},
			{Entry: "SHOP-2", At: finding.Line{File: teamFile, Start: 12, End: 19}, Why: "has no approver"},
		}
	case "CVE-2024-7264":
		*d = exception(finding.RiskAccepted, "EX-2026-004", 31, "No certificate of ours has such a date; moving curl breaks the mirror.")
		d.Expires, d.Review, d.Lapses = november(30), "a fix is available in 7.88.1-10+deb12u7", november(28)
	case "CVE-2024-28834":
		*d = exception(finding.NotInExecutePath, "EX-2026-005", 41, "curl is built against openssl here and loads gnutls for nothing.")
	case "CVE-2024-2398":
		*d = exception(finding.NotExploitable, "EX-2026-006", 51, "The mirror speaks HTTP/1.1 only.")
	case "CVE-2024-9681":
		*d = exception(finding.FalsePositive, "EX-2026-008", 71, "Debian's patch is in 7.88.1-10+deb12u5, under another name.")
		d.Cause = "fixed_by_backport"
	case "CVE-2024-5535":
		*d = exception(finding.Mitigated, "EX-2026-009", 81, "The list of protocols is checked before it is passed on.")
		d.Cause = "inline"
	case "CVE-2024-2961":
		*d = exception(finding.VendorDependency, "EX-2026-010", 91, "Debian has been asked for the fix in the base.")
	case "CVE-2024-37371":
		*d = exception(finding.Affected, "SHOP-4", 30, "We run the code that the vendor says nobody runs.")
		d.At.File = teamFile
		d.Claims = []finding.Claim{{
			Author: "Example Corp", Document: "vex/perl.openvex.json", Status: "not_affected", Justification: "vulnerable_code_not_in_execute_path",
			Statement: "Nothing calls it.", Timestamp: november(2), Why: "SHOP-4 rejects it",
		}}
		f.Judgement.Mode = finding.Warn
	case "CVE-2023-45853":
		*d = finding.Disposition{
			Decision: finding.FalsePositive, Cause: "vulnerable_code_not_present", Entry: "https://debian.example.org/vex/zlib.json", Vendor: true,
			Reason: "minizip is not built.", ApprovedBy: []string{"Debian Security Team"}, ApprovedOn: november(1), Suppressed: true,
			Claims: []finding.Claim{
				{Author: "Debian Security Team", Document: "https://debian.example.org/vex/zlib.json", Status: "not_affected", Justification: "vulnerable_code_not_present", Statement: "minizip is not built.", Timestamp: november(1), Acts: true, Why: "the policy trusts its author"},
				{Author: "Somebody Else", Document: "else.json", Status: "fixed", Why: "the policy does not trust its author"},
			},
		}
	case "CVE-2026-20001":
		f.Judgement = finding.Judgement{Rule: "grace", Reason: "published 2 days ago, within the grace of 7 days", Counts: november(29)}
		f.Context = finding.Context{Exploited: new(false)}
	}
}

// hostileTriage is hostileReport with harm in exceptions, VEX documents, context
// and what is said of a pull request.
func hostileTriage() *finding.Report {
	rep := hostileReport()
	text := hostile + " @team"
	line := finding.Line{File: "../../" + text, Start: 3, End: 1, Text: text}
	claim := finding.Claim{Author: text, Document: text, Status: "not_affected", Justification: text, Statement: text, Why: text}
	d := finding.Disposition{
		Decision: finding.RiskAccepted, Cause: text, Entry: text, At: line, Reason: text, Evidence: []string{text}, RequestedBy: text,
		ApprovedBy: []string{"@octocat", text}, ApprovedOn: november(1), Expires: december(1), Ticket: text, Suppressed: true,
		Review: text, Lapses: december(1), Shadowed: []string{text}, Claims: []finding.Claim{claim},
		Lapsed: []finding.Lapsed{{Entry: text, At: line, Why: text, ApprovedBy: []string{"@octocat", text}, Expires: november(1)}},
	}
	rep.Findings[0].Disposition = d
	rep.Findings[0].Judgement.Breaks = false
	d.Decision, d.Suppressed, d.Before = finding.Rescored, false, &finding.Rating{Severity: finding.High, Score: 7.5, Vector: text, Version: "3.1", Source: text}
	rep.Findings[1].Disposition = d
	rep.Findings[1].Judgement.Mode, rep.Findings[1].Judgement.Counts = finding.Warn, december(2)
	vendor := rep.Findings[1]
	vendor.ID, vendor.Disposition.Vendor, vendor.Disposition.Suppressed = "CVE-2020-0003", true, true
	rep.Findings = append(rep.Findings, vendor)
	for i := range rep.Findings {
		rep.Findings[i].Context = finding.Context{
			KEV:      &finding.KEV{Action: text, Due: november(1)},
			EPSS:     &finding.EPSS{Score: 1, Percentile: 1},
			SSVC:     &finding.SSVC{Exploitation: "none"},
			Deadline: &finding.Deadline{Days: 14, Forensics: true, Assumed: []string{text}},
		}
	}
	rep.Sources = []finding.ContextSource{{Name: "kev", File: text, SHA256: layerDigest("5"), Notes: []string{text}}}
	rep.Triage = finding.Triage{
		Files: []string{text}, From: text,
		Unused:   []finding.Unused{{Entry: text, At: line, Cause: "never matched", Detail: text}},
		Expiring: []finding.Expiring{{Entry: text, At: line, Expires: december(1), Findings: 1}},
	}
	rep.Forecast = []finding.Forecast{{From: december(1), Why: text, Judged: finding.Fail, Outcome: finding.Fail}}
	rep.Pending = []string{text}
	return rep
}
