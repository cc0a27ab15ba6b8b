package gate_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/gate"
	"github.com/org/imgscan-action/internal/image"
	"github.com/org/imgscan-action/internal/policy"
)

// changes are findings with how they came about, a line each, sorted.
func changes(all []finding.Finding) []string {
	var lines []string
	for _, f := range all {
		lines = append(lines, fmt.Sprintf("%s %s: %s", f.ID, f.Package.Name, f.Change.Kind))
	}
	slices.Sort(lines)
	return lines
}

func cannotOpen(context.Context) (*image.Image, error) { return nil, errors.New("no such image") }

// reads gives a stored report; nil when there is none.
func reads(stored *finding.Report) func(context.Context) (*finding.Report, error) {
	if stored == nil {
		return nil
	}
	return func(context.Context) (*finding.Report, error) { return stored, nil }
}

// TestCompareWithNothing: why there is neither an image nor a report is told, both.
func TestCompareWithNothing(t *testing.T) {
	rep := scan(t, gate.Gate{
		OpenImage: opens(t, imageText()), OpenDatabase: opensDatabase(t), OpenBefore: cannotOpen,
		ReadBefore: func(context.Context) (*finding.Report, error) { return nil, errors.New("main has stored none yet") },
	})
	const want = "the image to compare with could not be scanned: no such image; there is no stored report to compare with: main has stored none yet"
	if rep.Compared == nil || rep.Compared.Why != want {
		t.Errorf("compared %+v, want the reason %q", rep.Compared, want)
	}
}

// TestCompare: what the image of the base branch has too is not of the change, and
// does not count in a policy that only minds what is.
func TestCompare(t *testing.T) {
	database := opensDatabase(t)
	older := &finding.Report{
		Now:      now.AddDate(0, 0, -7),
		Image:    finding.Image{Ref: "acme/app:main", ID: "sha256:main", Platform: "linux/amd64"},
		OS:       finding.OS{Family: "debian", Version: "12.5"},
		Packages: []finding.Package{{Class: finding.ClassOS, Type: "debian", Name: "bash", Version: "5.2-1"}},
		Database: finding.Database{Digest: "sha256:older", Built: now.AddDate(0, 0, -8)},
	}
	only := policy.Default()
	only.OnlyIntroduced = true
	for _, test := range []struct {
		name     string
		open     func(context.Context) (*image.Image, error)
		stored   *finding.Report
		changes  []string
		resolved []string
		why      string
		notes    int
		breaking int
	}{
		{
			name:     "nobody asked",
			changes:  []string{"CVE-2099-0002 curl: ", "CVE-2099-0005 requests: ", "CVE-2099-0006 bash: "},
			breaking: 3,
		},
		{
			name:     "image",
			open:     opens(t, system+status("system", "acme-old=1.0-1", "bash=5.1-1", "curl=1.0-1")),
			stored:   older,
			changes:  []string{"CVE-2099-0002 curl: pre-existing", "CVE-2099-0005 requests: introduced", "CVE-2099-0006 bash: pre-existing"},
			resolved: []string{"CVE-2099-0001 curl: ", "CVE-2099-0003 acme-old: "},
			breaking: 1,
		},
		{
			name:     "stored report",
			stored:   older,
			changes:  []string{"CVE-2099-0002 curl: introduced", "CVE-2099-0005 requests: introduced", "CVE-2099-0006 bash: newly-disclosed"},
			breaking: 2,
		},
		{
			name:     "no image, but a stored report",
			open:     cannotOpen,
			stored:   older,
			changes:  []string{"CVE-2099-0002 curl: introduced", "CVE-2099-0005 requests: introduced", "CVE-2099-0006 bash: newly-disclosed"},
			notes:    1,
			breaking: 2,
		},
		{
			name:     "no image",
			open:     cannotOpen,
			changes:  []string{"CVE-2099-0002 curl: ", "CVE-2099-0005 requests: ", "CVE-2099-0006 bash: "},
			why:      "the image to compare with could not be scanned: no such image",
			breaking: 3,
		},
		{
			name: "an image that cannot be read",
			open: func(ctx context.Context) (*image.Image, error) {
				img, err := opens(t, baseText())(ctx)
				if err == nil {
					err = img.Close() // so that no layer can be
				}
				return img, err
			},
			changes:  []string{"CVE-2099-0002 curl: ", "CVE-2099-0005 requests: ", "CVE-2099-0006 bash: "},
			why:      "the image to compare with could not be scanned: ",
			breaking: 3,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			rep := scan(t, gate.Gate{
				OpenImage: opens(t, imageText()), OpenDatabase: database,
				OpenBefore: test.open, ReadBefore: reads(test.stored), Rules: gate.Rules{Policy: only},
			})
			if diff := cmp.Diff(test.changes, changes(rep.Findings)); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
			if rep.Verdict.Breaking != test.breaking {
				t.Errorf("%d findings break the policy, want %d", rep.Verdict.Breaking, test.breaking)
			}
			if test.open == nil && test.stored == nil {
				if rep.Compared != nil {
					t.Errorf("compared with %+v", rep.Compared)
				}
				return
			}
			if diff := cmp.Diff(test.resolved, changes(rep.Compared.Resolved)); diff != "" {
				t.Errorf("resolved (-want +got):\n%s", diff)
			}
			if why := rep.Compared.Why; !strings.HasPrefix(why, test.why) || (why != "") != (test.why != "") {
				t.Errorf("why %q, want %q", why, test.why)
			}
			if len(rep.Compared.Notes) != test.notes {
				t.Errorf("notes %q", rep.Compared.Notes)
			}
		})
	}
}

// TestCompareTagMoved: the bases of both images tell that a tag has moved.
func TestCompareTagMoved(t *testing.T) {
	is, was := layered(), layered()
	is.Lineage.Bases[0].Digest, was.Lineage.Bases[0].Digest = "sha256:new", "sha256:old"
	is.Lineage.Bases[0].Tag.State = finding.TagCurrent
	lineages := tells(is)
	g := gate.Gate{
		OpenImage:    opens(t, imageText()),
		OpenDatabase: opensDatabase(t),
		Lineage:      lineages,
		ReadBefore:   reads(&finding.Report{Image: finding.Image{Ref: "acme/app:main"}, Lineage: was.Lineage}),
	}
	want := []string{"CVE-2099-0002 curl: introduced", "CVE-2099-0005 requests: introduced", "CVE-2099-0006 bash: base-tag-moved"}
	if diff := cmp.Diff(want, changes(scan(t, g).Findings)); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

// TestCompareCancelled: a scan that is stopped while the other image is opened is
// not one without a comparison.
func TestCompareCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	g := gate.Gate{
		OpenImage:    opens(t, imageText()),
		OpenDatabase: opensDatabase(t),
		OpenBefore: func(context.Context) (*image.Image, error) {
			cancel()
			return nil, errors.New("connection closed")
		},
		Now: now,
	}
	if _, err := g.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}
