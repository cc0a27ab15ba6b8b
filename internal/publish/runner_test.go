package publish

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/github"
)

// annotations are the lines that a runner gets for a report.
func annotations(t *testing.T, rep *finding.Report) []string {
	t.Helper()
	var log strings.Builder
	runner := github.NewRunner([]string{"GITHUB_ACTIONS=true"}, &log, &log)
	if err := (Annotation{Runner: runner}).Publish(rep); err != nil {
		t.Fatal(err)
	}
	if err := runner.Flush(); err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(log.String(), "\n"), "\n")
}

// brokenAt is a report with a finding that breaks the policy at each of the lines
// of a Dockerfile, in an image whose bases are known.
func brokenAt(lines ...int) *finding.Report {
	rep := &finding.Report{
		Now:     time.Date(2026, 11, 23, 13, 0, 0, 0, time.UTC),
		Image:   finding.Image{Name: "shop/api"},
		Lineage: finding.Lineage{Scratch: true},
		Verdict: finding.Verdict{Outcome: finding.Fail, Judged: finding.Fail, Mode: finding.Block, Reasons: []string{"It is broken.", "100% of it."}},
	}
	for i, line := range lines {
		at := finding.Line{File: "docker/Dockerfile", Start: line, End: line}
		name := string(rune('a' + i))
		rep.Findings = append(rep.Findings, finding.Finding{
			ID: "CVE-2026-1000", Status: finding.StatusFixed, FixedIn: "1.1",
			Package:   finding.Package{Type: "debian", Class: finding.ClassOS, Name: name, Version: "1.0"},
			Rating:    finding.Rating{Severity: finding.High, Score: 7},
			Judgement: finding.Judgement{Breaks: true},
			Origin:    finding.Origin{Kind: finding.OriginIntroduced, Instruction: finding.Instruction{Line: at}, Line: at},
		})
	}
	return rep
}

func TestAnnotation(t *testing.T) {
	t.Parallel()
	const verdict = "::error title=imgscan%3A shop/api%3A fail::It is broken.%0A100%25 of it."
	got := annotations(t, brokenAt(7, 3))
	want := []string{
		verdict,
		"::error file=docker/Dockerfile,line=7,title=imgscan%3A shop/api%3A what to do::Upgrade a from 1.0 to 1.1, brought by docker/Dockerfile:7: fixes CVE-2026-1000 (high), which breaks the policy",
		"::error file=docker/Dockerfile,line=3,title=imgscan%3A shop/api%3A what to do::Upgrade b from 1.0 to 1.1, brought by docker/Dockerfile:3: fixes CVE-2026-1000 (high), which breaks the policy",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	// A step shows ten of a level, and one is left for others.
	if got := annotations(t, brokenAt(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)); len(got) != 9 {
		t.Errorf("%d annotations: %q", len(got), got)
	}

	pass := brokenAt(1)
	pass.Verdict.Outcome, pass.Verdict.Judged = finding.Pass, finding.Pass
	if got := annotations(t, pass); !cmp.Equal(got, []string{""}) {
		t.Errorf("on a pass: %q", got)
	}
}

// TestAnnotationLevels holds that all annotations are as loud as the verdict.
func TestAnnotationLevels(t *testing.T) {
	t.Parallel()
	for mode, want := range map[finding.Mode]string{finding.Block: "::error ", finding.Warn: "::warning ", finding.Observe: "::notice "} {
		rep := brokenAt(7)
		if rep.Verdict.Mode = mode; mode != finding.Block {
			rep.Verdict.Outcome = finding.Pass
		}
		got := annotations(t, rep)
		if len(got) != 2 || !strings.HasPrefix(got[0], want) || !strings.HasPrefix(got[1], want) {
			t.Errorf("in %s mode: %q", mode, got)
		}
	}
}
