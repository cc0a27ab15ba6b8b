package gate_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/gate"
	"github.com/org/imgscan-action/internal/image"
	"github.com/org/imgscan-action/internal/lineage"
	"github.com/org/imgscan-action/internal/vulndb"
)

// TestLayered: the base as it was used is read from the image's own layers, and
// nothing is opened for it.
func TestLayered(t *testing.T) {
	rep := scan(t, gate.Gate{
		OpenImage:    opens(t, imageText()),
		OpenDatabase: opensDatabase(t),
		Lineage:      tells(layered()),
		OpenBase: func(_ context.Context, base finding.Base) (*image.Image, error) {
			t.Errorf("%s was opened", base.Ref)
			return nil, errors.New("no")
		},
	})
	want := []string{
		"CVE-2099-0002 curl 2.0-1: upgraded, line 2",
		"CVE-2099-0005 requests 2.1: upgraded, line 2",
		"CVE-2099-0006 bash 5.2-1: inherited base 2, inferred, line 1",
	}
	if diff := cmp.Diff(want, origins(rep.Findings)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	// What is still there in another version has not been removed.
	want = []string{
		"CVE-2099-0001 curl 1.0-1: inherited base 2, inferred, line 1",
		"CVE-2099-0003 acme-old 1.0-1: inherited base 2, inferred, line 1",
		"CVE-2099-0004 requests 2.0: inherited base 1, proven, line 1",
	}
	if diff := cmp.Diff(want, origins(rep.Removed)); diff != "" {
		t.Errorf("removed (-want +got):\n%s", diff)
	}
	var layers []int
	for _, l := range rep.Image.Layers {
		layers = append(layers, l.Base, l.Instruction.Line.Start)
	}
	if diff := cmp.Diff([]int{2, 1, 1, 1, 0, 2}, layers); diff != "" {
		t.Errorf("bases and lines of the layers (-want +got):\n%s", diff)
	}
	if len(rep.Lineage.Bases) != 2 || rep.Asked != nil {
		t.Errorf("lineage %+v, asked %v", rep.Lineage, rep.Asked)
	}
}

// TestSquashed: a base whose layers cannot be told is opened to compare the
// packages, and a base that cannot be seen is a note.
func TestSquashed(t *testing.T) {
	database := opensDatabase(t)
	unknown := []string{"CVE-2099-0002 curl 2.0-1: unknown", "CVE-2099-0005 requests 2.1: unknown", "CVE-2099-0006 bash 5.2-1: unknown"}
	for _, test := range []struct {
		name     string
		open     func(context.Context, finding.Base) (*image.Image, error)
		findings []string
		removed  []string
		note     string
	}{
		{
			name: "base can be opened",
			open: func(ctx context.Context, base finding.Base) (*image.Image, error) {
				if base.Ref != "acme/base:1" {
					t.Errorf("opened %s", base.Ref)
				}
				return opens(t, baseText())(ctx)
			},
			findings: []string{
				"CVE-2099-0002 curl 2.0-1: upgraded, estimate",
				"CVE-2099-0005 requests 2.1: introduced, estimate", // the flat image has it elsewhere
				"CVE-2099-0006 bash 5.2-1: inherited base 1, inferred, estimate, line 1",
			},
			removed: []string{
				"CVE-2099-0001 curl 1.0-1: inherited base 1, declared, line 1",
				"CVE-2099-0003 acme-old 1.0-1: inherited base 1, declared, line 1",
				"CVE-2099-0004 requests 2.0: inherited base 1, declared, line 1",
				"CVE-2099-0005 requests 2.0: inherited base 1, declared, line 1",
			},
		},
		{name: "nobody opens bases", findings: unknown},
		{
			name:     "base cannot be opened",
			open:     func(context.Context, finding.Base) (*image.Image, error) { return nil, errors.New("no such host") },
			findings: unknown,
			note:     "acme/base:1 cannot be told from those of the image, and it could not be read to compare the packages: no such host",
		},
		{
			name: "base cannot be read",
			open: func(ctx context.Context, _ finding.Base) (*image.Image, error) {
				img, err := opens(t, baseText())(ctx)
				if err == nil {
					err = img.Close() // so that no layer can be
				}
				return img, err
			},
			findings: unknown,
			note:     "it could not be read to compare the packages: ",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			rep := scan(t, gate.Gate{OpenImage: opens(t, flat()), OpenDatabase: database, Lineage: tells(flattened()), OpenBase: test.open})
			if diff := cmp.Diff(test.findings, origins(rep.Findings)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.removed, origins(rep.Removed)); diff != "" {
				t.Errorf("removed (-want +got):\n%s", diff)
			}
			notes := strings.Join(rep.Lineage.Notes, "\n")
			if !strings.Contains(notes, test.note) || test.note == "" && notes != "" {
				t.Errorf("notes %q, want %q", notes, test.note)
			}
		})
	}
}

// TestNoLineage: without one everything is found all the same.
func TestNoLineage(t *testing.T) {
	rep := scan(t, gate.Gate{OpenImage: opens(t, imageText()), OpenDatabase: opensDatabase(t)})
	want := []string{"CVE-2099-0002 curl 2.0-1: unknown", "CVE-2099-0005 requests 2.1: unknown", "CVE-2099-0006 bash 5.2-1: unknown"}
	if diff := cmp.Diff(want, origins(rep.Findings)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if len(rep.Removed) > 0 {
		t.Errorf("removed %v", origins(rep.Removed))
	}
}

// TestAsked: the story of a package is told whether anything is wrong with it or
// not.
func TestAsked(t *testing.T) {
	rep := scan(t, gate.Gate{
		OpenImage:    opens(t, strings.ReplaceAll(imageText(), "bash", "dash")),
		OpenDatabase: opensDatabase(t),
		Lineage:      tells(layered()),
		Asked:        func(p finding.Package) bool { return p.Name == "dash" || p.Name == "curl" },
	})
	var got []string
	for _, a := range rep.Asked {
		got = append(got, a.Package.Name+" "+string(a.Origin.Kind))
	}
	if diff := cmp.Diff([]string{"curl upgraded", "dash inherited"}, got); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
}

// TestLineageError: the user's mistakes about the build come out as they are.
func TestLineageError(t *testing.T) {
	mistake := &lineage.InputError{Err: errors.New("expected a target among the stages build, got \"biuld\"")}
	g := gate.Gate{
		OpenImage: opens(t, imageText()),
		OpenDatabase: func(ctx context.Context) (*vulndb.DB, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		},
		Lineage: func(context.Context, *image.Image) (*lineage.Result, error) { return nil, mistake },
	}
	_, err := g.Run(t.Context())
	if input := (*lineage.InputError)(nil); !errors.As(err, &input) || input != mistake {
		t.Errorf("error %v, want %v", err, mistake)
	}
}

// TestBaseCancelled: a scan that is stopped while the base is opened is not one
// with a note.
func TestBaseCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	g := gate.Gate{
		OpenImage:    opens(t, flat()),
		OpenDatabase: opensDatabase(t),
		Lineage:      tells(flattened()),
		OpenBase: func(context.Context, finding.Base) (*image.Image, error) {
			cancel()
			return nil, errors.New("connection closed")
		},
		Now: now,
	}
	if _, err := g.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}
