package cvss

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
)

const rapidReset = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"

func TestRescore(t *testing.T) {
	nvd := finding.Rating{Severity: finding.High, Score: 7.5, Vector: rapidReset, Version: "3.1", Source: "nvd"}
	rescored := finding.Rating{Severity: finding.Medium, Score: 4.3, Vector: rapidReset + "/MAV:A/MA:L", Version: "3.1", Source: "nvd"}
	word := finding.Rating{Severity: finding.High, Source: "debian"}
	for _, tt := range []struct {
		name     string
		rating   finding.Rating
		vector   string
		modified map[string]string
		want     finding.Rating
		wantErr  string
	}{
		{name: "modified", rating: nvd, modified: map[string]string{"MA": "L", "MAV": "A"}, want: rescored},
		{name: "a whole vector", rating: nvd, vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H/MA:L/MAV:A", want: rescored},
		{name: "a word and a whole vector", rating: word, vector: rapidReset, want: finding.Rating{Severity: finding.High, Score: 7.5, Vector: rapidReset, Version: "3.1", Source: "debian"}},
		{
			name:   "version 2.0 keeps its scale",
			rating: finding.Rating{Severity: finding.High, Score: 10, Vector: "(AV:N/AC:L/Au:N/C:C/I:C/A:C)", Version: "2.0", Source: "nvd"},
			vector: "AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:L",
			want:   finding.Rating{Severity: finding.High, Score: 9, Vector: "AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:L", Version: "2.0", Source: "nvd"},
		},
		{
			name:   "version 4.0",
			rating: finding.Rating{Vector: "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", Version: "4.0"}, modified: map[string]string{"MAV": "L"},
			want: finding.Rating{Severity: finding.High, Score: 8.6, Vector: "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/MAV:L", Version: "4.0"},
		},
		{name: "nothing", rating: nvd, wantErr: "expected a whole vector or modified metrics"},
		{name: "both", rating: nvd, vector: rapidReset, modified: map[string]string{"MA": "L"}, wantErr: "not both"},
		{name: "a word and modified", rating: word, modified: map[string]string{"MA": "L"}, wantErr: "the rating has no vector to modify"},
		{name: "another base", rating: nvd, vector: "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:N/I:N/A:L/MAV:A", wantErr: "the base metric PR is Low in the vector and None in the rating (" + rapidReset + ")"},
		{name: "another version", rating: nvd, vector: strings.Replace(rapidReset, "3.1", "3.0", 1), wantErr: "the vector is of CVSS 3.0 and the rating of CVSS 3.1"},
		{name: "a base metric", rating: nvd, modified: map[string]string{"A": "L"}, wantErr: "A is a base metric, which belongs to the vulnerability: set MA to say what it is in your environment"},
		{name: "a bad metric", rating: nvd, modified: map[string]string{"MVC": "L"}, wantErr: `CVSS 3.1 has no metric "MVC": expected E, RL, RC, CR, IR, AR, MAV, MAC, MPR, MUI, MS, MC, MI or MA`},
		{name: "a bad value", rating: nvd, modified: map[string]string{"MA": "M", "MAV": "A"}, wantErr: "MA:M: expected MA of CVSS 3.1 to be X (Not Defined), H (High), L (Low) or N (None)"},
		{name: "a bad vector", rating: nvd, vector: "CVSS:3.1/AV:N", wantErr: "the metric AC is missing"},
		{name: "a bad rating", rating: finding.Rating{Vector: "?"}, modified: map[string]string{"MA": "L"}, wantErr: `reading the CVSS vector "?"`},
		{name: "version 2.0 modified", rating: finding.Rating{Vector: "AV:N/AC:L/Au:N/C:C/I:C/A:C"}, modified: map[string]string{"TD": "L"}, wantErr: "a vector of CVSS 2.0 cannot be changed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Rescore(tt.rating, tt.vector, tt.modified)
			if tt.wantErr != "" {
				if err == nil || !strings.Contains(err.Error(), tt.wantErr) {
					t.Fatalf("%v, want %s", err, tt.wantErr)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A vector is a value: what is set in one is not set in another.
func TestSetLeavesTheVector(t *testing.T) {
	v := parsed(t, rapidReset)
	w, err := v.Set(map[string]string{"MAV": "P", "E": "U"})
	if err != nil {
		t.Fatal(err)
	}
	if v.String() != rapidReset || v.Score() != 7.5 {
		t.Errorf("it became %s", v)
	}
	back, err := w.Set(map[string]string{"MAV": "X", "E": "X"})
	if err != nil || back != v {
		t.Errorf("taking the metrics back gives %s, %v", back, err)
	}
}
