package publish

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/report"
)

var errBroken = errors.New("broken")

type place struct {
	name string
	err  error
	got  *[]string
}

func (p place) String() string { return p.name }

func (p place) Publish(*finding.Report) error {
	*p.got = append(*p.got, p.name)
	return p.err
}

// One broken place hides the report from no other.
func TestAll(t *testing.T) {
	var reached, skipped []string
	err := All(&finding.Report{}, []Publisher{
		place{"the log", nil, &reached},
		place{"the disk", errBroken, &reached},
		place{"the summary", Skip("there is no runner"), &reached},
		place{"the moon", errBroken, &reached},
		place{"the outputs", nil, &reached},
	}, func(place, reason string) { skipped = append(skipped, place+": "+reason) })

	if want := "the log, the disk, the summary, the moon, the outputs"; strings.Join(reached, ", ") != want {
		t.Errorf("reached %q, want %q", reached, want)
	}
	if want := "the summary: there is no runner"; strings.Join(skipped, ", ") != want {
		t.Errorf("skipped %q, want %q", skipped, want)
	}
	if want := "writing the disk: broken\nwriting the moon: broken"; err == nil || err.Error() != want {
		t.Errorf("error %q, want %q", err, want)
	}
	if !errors.Is(err, errBroken) {
		t.Error("the cause is lost")
	}
}

// A report that cannot be rendered to its end leaves the old file, and nothing
// else, behind.
func TestFileKeepsTheOldOne(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	half := report.Format{Name: "half", Write: func(w io.Writer, _ *finding.Report, _ report.Options) error {
		if _, err := io.WriteString(w, strings.Repeat("half of it", 1<<12)); err != nil {
			return err
		}
		return errBroken
	}}
	if err := (File{Format: half, Path: path}).Publish(&finding.Report{}); !errors.Is(err, errBroken) {
		t.Errorf("error %v, want %v", err, errBroken)
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != "old" {
		t.Errorf("the file holds %q (%v), want the old content", got, err)
	}
	if files, err := os.ReadDir(filepath.Dir(path)); err != nil || len(files) != 1 {
		t.Errorf("%d files (%v), want the old one alone", len(files), err)
	}
}
