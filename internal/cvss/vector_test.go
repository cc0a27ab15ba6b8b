package cvss

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
)

// The scores that FIRST and NVD publish: the examples documents of versions 3.1 and
// 4.0, and the three worked examples of the guide to version 2.0.
func TestScore(t *testing.T) {
	for _, tt := range []struct {
		vector   string
		base     float64
		score    float64
		severity finding.Severity
	}{
		{"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8, 9.8, finding.Critical},           // CVE-2014-6271
		{"CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1, 6.1, finding.Medium},             // CVE-2013-1937
		{"CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 6.4, 6.4, finding.Medium},             // CVE-2013-0375
		{"CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", 3.1, 3.1, finding.Low},                // CVE-2014-3566
		{"CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H", 9.9, 9.9, finding.Critical},           // CVE-2012-1516
		{"CVSS:3.1/AV:L/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:L", 4.2, 4.2, finding.Medium},             // CVE-2009-0783
		{"CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 8.8, 8.8, finding.High},               // CVE-2012-0384
		{"CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 6.8, 6.8, finding.Medium},             // CVE-2014-2005
		{"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 7.5, 7.5, finding.High},               // CVE-2014-0160
		{"CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:C/C:N/I:H/A:N", 6.8, 6.8, finding.Medium},             // CVE-2008-1447
		{"CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10, 10, finding.Critical},             // CVE-2017-5638
		{"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0, 0, finding.None},                   // no impact
		{"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/MAV:L", 9.8, 8.4, finding.High},         // environmental
		{"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/MAV:L/MPR:H", 9.8, 6.7, finding.Medium}, // environmental
		{"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H/MAV:A/MA:L", 7.5, 4.3, finding.Medium},  // environmental
		{"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:U/RL:O/RC:U", 9.8, 7.8, finding.High}, // temporal

		{"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 9.3, 9.3, finding.Critical},
		{"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/MAV:L", 9.3, 8.6, finding.High},
		{"CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.3, 7.3, finding.High},                                 // CVE-2022-41741
		{"CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.7, 7.7, finding.High},                                 // CVE-2020-3549
		{"CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U", 7.7, 5.2, finding.Medium},                           // CVE-2020-3549, threat
		{"CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N", 8.3, 8.3, finding.High},                                 // CVE-2023-3089
		{"CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N/CR:H/IR:L/AR:L/MAV:N/MAC:H", 8.3, 8.1, finding.High},      // CVE-2023-3089, environmental
		{"CVSS:4.0/AV:L/AC:L/AT:N/PR:N/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N", 4.6, 4.6, finding.Medium},                               // CVE-2021-44714
		{"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:A/VC:N/VI:N/VA:N/SC:L/SI:L/SA:N", 5.1, 5.1, finding.Medium},                               // CVE-2022-21830
		{"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:L/VA:N/SC:N/SI:N/SA:N", 6.9, 6.9, finding.Medium},                               // CVE-2022-22186
		{"CVSS:4.0/AV:L/AC:L/AT:N/PR:H/UI:N/VC:N/VI:N/VA:N/SC:H/SI:N/SA:N", 5.9, 5.9, finding.Medium},                               // CVE-2023-21989
		{"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N", 8.7, 8.7, finding.High},                                 // CVE-2014-0160
		{"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", 10, 10, finding.Critical},                               // CVE-2021-44228
		{"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/S:P/AU:Y/R:I/V:C/RE:H/U:Red", 9.3, 9.3, finding.Critical}, // supplemental
		{"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N", 0, 0, finding.None},                                     // no impact
		{"AV:N/AC:L/Au:N/C:N/I:N/A:C", 7.8, 7.8, finding.High},                                                                      // CVE-2002-0392
		{"AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C", 7.8, 6.4, finding.Medium},                                                     // CVE-2002-0392, temporal
		{"AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H", 7.8, 9.2, finding.High},                             // CVE-2002-0392, environmental
		{"(AV:N/AC:L/Au:N/C:C/I:C/A:C)", 10, 10, finding.High},                                                                      // CVE-2003-0818: no critical
		{"(AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C)", 10, 8.3, finding.High},                                                      // CVE-2003-0818, temporal
		{"(AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:L)", 10, 9, finding.High},                              // CVE-2003-0818, environmental
		{"AV:L/AC:H/Au:N/C:C/I:C/A:C/E:POC/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:M", 6.2, 7.5, finding.High},                           // CVE-2003-0062
		{"AV:L/AC:H/Au:M/C:N/I:N/A:N", 0, 0, finding.Low},                                                                           // no impact, and version 2.0 has no "none"
	} {
		v, err := Parse(tt.vector)
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		if v.BaseScore() != tt.base || v.Score() != tt.score || v.Severity() != tt.severity {
			t.Errorf("%s: base %v, score %v, %v, want %v, %v, %v", tt.vector,
				v.BaseScore(), v.Score(), v.Severity(), tt.base, tt.score, tt.severity)
		}
		if b := v.Base(); b.Score() != tt.base || b.BaseScore() != tt.base {
			t.Errorf("%s: its base %s scores %v", tt.vector, b, b.Score())
		}
	}
}

func TestString(t *testing.T) {
	for _, tt := range []struct{ vector, want, base string }{
		{
			"CVSS:3.1/S:U/MA:L/MAV:A/C:N/I:N/A:H/AV:N/AC:L/PR:N/UI:N/E:X",
			"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H/MAV:A/MA:L",
			"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H",
		},
		{
			" (AV:N/AC:L/Au:N/C:N/I:N/A:C/TD:L) ",
			"AV:N/AC:L/Au:N/C:N/I:N/A:C/CDP:ND/TD:L/CR:ND/IR:ND/AR:ND",
			"AV:N/AC:L/Au:N/C:N/I:N/A:C",
		},
		{
			"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/U:Red/MSI:S/E:A/",
			"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:A/MSI:S/U:Red",
			"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
		},
	} {
		v := parsed(t, tt.vector)
		if v.String() != tt.want || v.Base().String() != tt.base {
			t.Errorf("%s reads back as %s with base %s", tt.vector, v, v.Base())
		}
		if again := parsed(t, v.String()); again != v {
			t.Errorf("%s is another vector when it is read again", v)
		}
	}
}

func TestParseErrors(t *testing.T) {
	const all = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
	for _, tt := range []struct{ vector, want string }{
		{"", `expected it to begin with "CVSS:3.1/", "CVSS:3.0/" or "CVSS:4.0/", or with a metric of version 2.0 such as "AV:N"`},
		{"high", `expected it to begin with`},
		{"CVSS:3.2/AV:N", `expected it to begin with`},
		{all + "/AV:N", `the metric AV is there twice`},
		{all + "/MAV:A/MAV:L", `the metric MAV is there twice`},
		{all + "/MAV", `"MAV" is not a metric and its value: expected one such as "AV:N"`},
		{all + "//", `"" is not a metric and its value`},
		{all + "/MAV:Z", `MAV:Z: expected MAV of CVSS 3.1 to be X (Not Defined), N (Network), A (Adjacent), L (Local) or P (Physical)`},
		{all + "/MAV:a", `MAV:a: expected`},
		{all + "/MVC:H", `CVSS 3.1 has no metric "MVC": expected AV, AC, PR,`},
		{strings.Replace(all, "/UI:N", "", 1), `the metric UI is missing: a vector of CVSS 3.1 needs AV, AC, PR, UI, S, C, I and A, each once`},
		{strings.Replace(all, "AV:N", "AV:X", 1), `AV:X: expected AV of CVSS 3.1 to be N (Network), A (Adjacent), L (Local) or P (Physical)`},
		{"(AV:N/AC:L/Au:N/C:N/I:N/A:C", `one of its two parentheses is missing`},
		{"AV:N/AC:L/AU:N/C:N/I:N/A:C", `CVSS 2.0 has no metric "AU"`},
		{strings.Repeat("A", 600), `it has 600 characters`},
	} {
		_, err := Parse(tt.vector)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("Parse(%q): %v, want %s", tt.vector, err, tt.want)
		}
	}
}

// The zero vector is nothing, and asking it does no harm.
func TestZero(t *testing.T) {
	var v Vector
	if v.String() != "" || v.Version() != "" || v.Score() != 0 || v.Severity() != finding.Unknown || v.Metrics() != nil || v.Base() != v {
		t.Errorf("the zero vector says %+v", v)
	}
	if _, err := v.Set(map[string]string{"MAV": "A"}); err == nil {
		t.Error("a metric was set in no vector")
	}
}

func TestMetrics(t *testing.T) {
	v := parsed(t, "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:N/I:N/A:H/E:P/MAV:A/CR:X")
	var got []string
	for _, m := range v.Metrics() {
		got = append(got, m.String())
	}
	want := []string{"AV: Network", "AC: Low", "PR: None", "UI: Required", "S: Unchanged", "C: None", "I: None", "A: High", "E: Proof-of-Concept", "MAV: Adjacent"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if last := v.Metrics()[9]; last != (Metric{Name: "MAV", Value: "A", Words: "Adjacent"}) {
		t.Errorf("%+v", last)
	}
}

func TestExplain(t *testing.T) {
	const all = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"
	for _, tt := range []struct {
		before, after string
		want          []string
	}{
		{all, all + "/MAV:A/MA:L", []string{"MAV  Network → Adjacent", "MA   High → Low"}},
		{all + "/E:F", all + "/MAV:N", []string{"E  Functional → Not Defined"}},
		{all + "/MAV:L", all + "/MAV:P", []string{"MAV  Local → Physical"}},
		{all, strings.Replace(all, "AV:N", "AV:L", 1), []string{"AV  Network → Local"}},
		{all, all, nil},
		{all, strings.Replace(all, "3.1", "3.0", 1), []string{"CVSS  3.1 → 3.0"}},
		{
			"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
			"CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/MSC:N/MSI:S",
			[]string{"MSI  None → Safety"},
		},
	} {
		if diff := cmp.Diff(tt.want, Explain(parsed(t, tt.before), parsed(t, tt.after))); diff != "" {
			t.Errorf("%s and %s:\n%s", tt.before, tt.after, diff)
		}
	}
	if got := Explain(Vector{}, Vector{}); got != nil {
		t.Errorf("two zero vectors differ: %q", got)
	}
}

// Every metric of every version has values with words, and no two alike.
func TestSpecs(t *testing.T) {
	for _, s := range specs {
		if len(s.metrics) > maxMetrics {
			t.Errorf("CVSS %s has %d metrics", s.version, len(s.metrics))
		}
		for i, m := range s.metrics {
			if s.index(m.name) != i {
				t.Errorf("CVSS %s has %s twice", s.version, m.name)
			}
			var codes, words []string
			for _, v := range m.values {
				codes, words = append(codes, v.code), append(words, v.words)
			}
			slices.Sort(codes)
			slices.Sort(words)
			if len(slices.Compact(codes)) != len(m.values) || len(slices.Compact(words)) != len(m.values) {
				t.Errorf("CVSS %s: two values of %s are alike: %q %q", s.version, m.name, codes, words)
			}
			if m.optional() && m.values[0].words != "Not Defined" {
				t.Errorf("CVSS %s: the first value of %s is %q", s.version, m.name, m.values[0].words)
			}
			// A modified metric uses the values of the base metric.
			if of := s.modifies(i); of >= 0 {
				for _, v := range s.metrics[of].values {
					if m.place(v.code) < 0 {
						t.Errorf("CVSS %s: %s cannot be %s", s.version, m.name, v.code)
					}
				}
			}
		}
	}
}

func parsed(t *testing.T, s string) Vector {
	t.Helper()
	v, err := Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
