package cvss

import (
	"testing"

	"github.com/org/imgscan-action/internal/finding"
)

// Whatever is read has a score on the scale, and is the same when what it prints is
// read again.
func FuzzParse(f *testing.F) {
	f.Add("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H/MAV:A/MA:L")
	f.Add("CVSS:3.0/S:C/AV:N/AC:L/PR:N/UI:N/C:H/I:H/A:H/E:X")
	f.Add("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/MSI:S/U:Red")
	f.Add("(AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:L)")
	f.Add("CVSS:3.1/AV:/")
	f.Fuzz(func(t *testing.T, s string) {
		v, err := Parse(s)
		if err != nil {
			if v != (Vector{}) {
				t.Errorf("%q is a vector and an error", s)
			}
			return
		}
		if v.Score() < 0 || v.Score() > 10 || v.BaseScore() < 0 || v.BaseScore() > 10 || v.Severity() == finding.Unknown {
			t.Errorf("%q scores %v", s, v.Score())
		}
		again, err := Parse(v.String())
		if err != nil || again != v {
			t.Errorf("%q reads back as %q: %v", s, again, err)
		}
		if len(Explain(v, again)) > 0 || v.Base().Score() != v.BaseScore() {
			t.Errorf("%q is not itself", s)
		}
	})
}

// Set changes what it was told to change or nothing.
func FuzzSet(f *testing.F) {
	f.Add("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", "MAV", "A")
	f.Add("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "U", "Red")
	f.Add("AV:N/AC:L/Au:N/C:C/I:C/A:C", "TD", "L")
	f.Fuzz(func(t *testing.T, vector, name, value string) {
		v, err := Parse(vector)
		if err != nil {
			return
		}
		w, err := v.Set(map[string]string{name: value})
		if err != nil {
			return
		}
		if w.Base() != v.Base() || w.Version() != v.Version() {
			t.Errorf("%s is about another vulnerability than %s", w, v)
		}
		for _, m := range w.Metrics() {
			if m.Name == name && m.Value == value {
				return
			}
		}
		if value != "X" {
			t.Errorf("%s has no %s:%s", w, name, value)
		}
	})
}
