package publish

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/report"
)

// scanned is a small report.
func scanned(change func(*finding.Report)) *finding.Report {
	rep := &finding.Report{
		Tool:     "1.2.3",
		Now:      time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		Image:    finding.Image{Ref: "ghcr.io/org/app:1", Name: "ghcr.io/org/app", ID: "sha256:" + strings.Repeat("a", 64), Platform: "linux/amd64"},
		Database: finding.Database{Digest: "sha256:" + strings.Repeat("d", 64), Built: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)},
		Verdict:  finding.Verdict{Outcome: finding.Pass},
	}
	if change != nil {
		change(rep)
	}
	return rep
}

// attach publishes a report and gives what was put.
func attach(t *testing.T, rep *finding.Report) (content []byte, annotations map[string]string) {
	t.Helper()
	err := Attach{Put: func(c []byte, a map[string]string) error {
		content, annotations = c, a
		return nil
	}}.Publish(rep)
	if err != nil {
		t.Fatal(err)
	}
	return content, annotations
}

// What is attached is what can be compared with, and its annotations say which it is.
func TestAttach(t *testing.T) {
	t.Parallel()
	content, annotations := attach(t, scanned(nil))
	rep, err := report.Read("attached", content)
	if err != nil || !rep.Now.Equal(scanned(nil).Now) || rep.Image.Ref != "ghcr.io/org/app:1" {
		t.Errorf("read %v, %v", rep, err)
	}
	digest := annotations["io.imgscan.report"]
	delete(annotations, "io.imgscan.report")
	want := map[string]string{"io.imgscan.database": "sha256:" + strings.Repeat("d", 64), "io.imgscan.verdict": "pass", "io.imgscan.version": "1.2.3"}
	if diff := cmp.Diff(want, annotations); diff != "" {
		t.Errorf("annotations (-want +got):\n%s", diff)
	}
	for name, tt := range map[string]struct {
		change func(*finding.Report)
		same   bool
	}{
		"a day later":      {func(r *finding.Report) { r.Now = r.Now.AddDate(0, 0, 1) }, true},
		"by another tag":   {func(r *finding.Report) { r.Image.Ref = "ghcr.io/org/app:latest" }, true},
		"another database": {func(r *finding.Report) { r.Database.Digest = "sha256:new" }, false},
		"another verdict":  {func(r *finding.Report) { r.Verdict.Outcome = finding.Fail }, false},
		"another finding":  {func(r *finding.Report) { r.Findings = []finding.Finding{{ID: "CVE-2026-1"}} }, false},
	} {
		if _, other := attach(t, scanned(tt.change)); (other["io.imgscan.report"] == digest) != tt.same {
			t.Errorf("%s: the same is %v, want %v", name, !tt.same, tt.same)
		}
	}
}

// A registry that does not want the report is a reason, and never a failure.
func TestAttachThatFails(t *testing.T) {
	t.Parallel()
	for _, failure := range []error{errBroken, Skip("there is no registry")} {
		err := Attach{Put: func([]byte, map[string]string) error { return failure }}.Publish(scanned(nil))
		var skip Skip
		if !errors.As(err, &skip) || !strings.Contains(string(skip), failure.Error()) {
			t.Errorf("%v, want a skip with %q", err, failure)
		}
	}
}
