package cvss

import (
	"math/rand/v2"
	"testing"
)

// badness orders the values of the metric at i by how bad they are. Not defined is as bad as the worst for the threat, and as high in version 4.0 or
// medium in 3.x for a requirement; for a modified metric it is the base value.
func (v Vector) badness(t *testing.T, i int) int {
	m := v.spec.metrics[i]
	value := v.inEffect(i)
	switch {
	case m.name == "CR", m.name == "IR", m.name == "AR":
		undefined := map[string]int{"3.0": 2, "3.1": 2, "4.0": 3}[v.Version()]
		return map[string]int{"X": undefined, "L": 1, "M": 2, "H": 3}[value.code]
	case m.group == temporal:
		// These lists begin with the worst value.
		return -max(m.place(value.code), 1)
	}
	order := map[string][]string{
		"MAV": {"P", "L", "A", "N"}, "MAC": {"H", "L"}, "MAT": {"P", "N"}, "MPR": {"H", "L", "N"}, "MS": {"U", "C"},
		"MUI": {"A", "P", "R", "N"},
	}[m.name]
	if order == nil {
		order = []string{"N", "L", "H", "S"} // the impacts
	}
	for rank, code := range order {
		if code == value.code {
			return rank
		}
	}
	t.Fatalf("no rank for %s:%s", m.name, value.code)
	return 0
}

func random(t *testing.T, s *spec, r *rand.Rand) Vector {
	t.Helper()
	v := Vector{spec: s}
	sparse := 1 + r.IntN(4)
	for i, m := range s.metrics {
		if !m.optional() || r.IntN(sparse) == 0 {
			v.values[i] = uint8(r.IntN(len(m.values)))
		}
	}
	return rated(t, v)
}

func rated(t *testing.T, v Vector) Vector {
	t.Helper()
	v, err := v.scored()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// scopeChanges says whether the vulnerability reaches beyond its component.
func (v Vector) scopeChanges() bool {
	i := v.spec.index("MS")
	return i >= 0 && v.inEffect(i).code == "C"
}

// A metric that lowers never raises the score, and one that says what is so anyway
// changes nothing. The exceptions are version 3's own, in vulnerabilities with a
// changed scope: 3.0's formula for the impact falls again near its end, which is why
// 3.1 has another; and that one is used for modified vectors only, where it may
// give 0.1 more for the same metrics.
func TestLoweringNeverRaises(t *testing.T) {
	r := rand.New(rand.NewPCG(31, 40))
	for _, s := range []*spec{&v30, &v31, &v40} {
		lower, same := 0, 0
		for range 3000 {
			v := random(t, s, r)
			for i, m := range s.metrics {
				if !m.optional() || m.group == supplemental {
					continue
				}
				w := v
				w.values[i] = uint8(r.IntN(len(m.values)))
				w = rated(t, w)
				if s == &v30 && (v.scopeChanges() || w.scopeChanges()) {
					continue
				}
				before, after := v.badness(t, i), w.badness(t, i)
				switch {
				case after < before:
					lower++
					if w.score > v.score {
						t.Errorf("%v for %s and %v for %s", v.score, v, w.score, w)
					}
				case after == before && s == &v31 && v.scopeChanges() && v.defines(environmental) != w.defines(environmental):
					if diff := w.score - v.score; diff > 0.11 || diff < -0.11 {
						t.Errorf("%v for %s and %v for %s", v.score, v, w.score, w)
					}
				case after == before:
					same++
					if w.score != v.score {
						t.Errorf("%v for %s and %v for %s", v.score, v, w.score, w)
					}
				}
			}
		}
		if lower < 5000 || same < 2500 {
			t.Errorf("CVSS %s: only %d metrics lowered and %d kept", s.version, lower, same)
		}
	}
}

// What is not defined changes nothing: neither when it is written out, nor when a
// supplemental metric is added.
func TestNotDefinedChangesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(20, 26))
	for _, s := range []*spec{&v30, &v31, &v40} {
		for range 300 {
			v := random(t, s, r)
			metrics := map[string]string{}
			for i, m := range s.metrics {
				if m.optional() && v.values[i] == 0 {
					metrics[m.name] = "X"
				}
			}
			if w, err := v.Set(metrics); err != nil || w != v {
				t.Fatalf("%s becomes %s, %v", v, w, err)
			}
			for i, m := range s.metrics {
				if m.group == supplemental {
					w := v
					w.values[i] = uint8(r.IntN(len(m.values)))
					if w = rated(t, w); w.score != v.score {
						t.Fatalf("%v for %s and %v for %s", v.score, v, w.score, w)
					}
				}
			}
		}
	}
}
