package report

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The key of each finding is what a reader of the SARIF sees of its result.
func TestByAlert(t *testing.T) {
	t.Parallel()
	for name, rep := range fixtures() {
		var out bytes.Buffer
		if err := writeSARIF(&out, rep, Options{SuppressedInSARIF: IncludeSuppressed}); err != nil {
			t.Fatal(err)
		}
		var log struct {
			Runs []struct {
				AutomationDetails struct{ ID string }
				Results           []struct {
					RuleID    string
					Locations []struct {
						PhysicalLocation struct {
							ArtifactLocation struct{ URI string }
						}
					}
				}
			}
		}
		if err := json.Unmarshal(out.Bytes(), &log); err != nil {
			t.Fatal(err)
		}
		want := make(map[AlertKey]int)
		for _, run := range log.Runs {
			for _, r := range run.Results {
				path := r.Locations[0].PhysicalLocation.ArtifactLocation.URI
				want[NewAlertKey(r.RuleID, run.AutomationDetails.ID, path)]++
			}
		}
		got := make(map[AlertKey]int)
		for key, findings := range ByAlert(rep) {
			got[key] = len(findings)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestNewAlertKey(t *testing.T) {
	t.Parallel()
	want := AlertKey{Rule: "CVE-1-npm-a", Category: "imgscan/api/linux/amd64/app", Path: "shop/a b"}
	for _, path := range []string{"shop/a b", "shop/a%20b"} {
		for _, slash := range []string{"", "/"} {
			if got := NewAlertKey(want.Rule, want.Category+slash, path); got != want {
				t.Errorf("%+v, want %+v", got, want)
			}
		}
	}
	if got := NewAlertKey("r", "c", "100%").Path; got != "100%" {
		t.Errorf("a path that is not encoded is %q", got)
	}
}
