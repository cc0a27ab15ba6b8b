package cvss

import (
	"errors"
	"fmt"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// maxVector is well above the longest vector that any version allows, in bytes.
const maxVector = 512

// maxMetrics is the number of metrics of version 4.0, which has the most.
const maxMetrics = 32

// Vector is a CVSS vector with its scores. It is a value that never changes, and
// two that are equal by == are of the same version and metrics. The zero value is
// no vector: its texts are empty and its scores 0.
type Vector struct {
	spec   *spec
	values [maxMetrics]uint8 // places in the values of spec.metrics

	baseScore float64
	score     float64
}

// Parse reads a vector of version 3.0, 3.1 or 4.0 with its prefix, or of version
// 2.0 without one, in parentheses or not. Metrics may come in any order; none may
// come twice, and no base metric may be missing. Spaces around the vector and a
// slash at its end are left out. The error says what was expected.
func Parse(s string) (Vector, error) {
	if len(s) > maxVector {
		return Vector{}, fmt.Errorf("reading a CVSS vector: it has %d characters, and the longest that there are have under %d", len(s), maxVector)
	}
	v, err := parse(strings.TrimSuffix(strings.TrimSpace(s), "/"))
	if err != nil {
		return Vector{}, fmt.Errorf("reading the CVSS vector %q: %w", s, err)
	}
	return v, nil
}

func parse(s string) (Vector, error) {
	spec, list, err := version(s)
	if err != nil {
		return Vector{}, err
	}
	v := Vector{spec: spec}
	seen := make([]bool, len(spec.metrics))
	for pair := range strings.SplitSeq(list, "/") {
		name, code, found := strings.Cut(pair, ":")
		if !found {
			return Vector{}, fmt.Errorf("%q is not a metric and its value: expected one such as %q", pair, "AV:N")
		}
		i := spec.index(name)
		if i < 0 {
			return Vector{}, fmt.Errorf("CVSS %s has no metric %q: expected %s", spec.version, name, spec.names(func(metric) bool { return true }))
		}
		if seen[i] {
			return Vector{}, fmt.Errorf("the metric %s is there twice", name)
		}
		seen[i] = true
		if err := v.put(i, code); err != nil {
			return Vector{}, err
		}
	}
	for i, m := range spec.metrics {
		if m.group == base && !seen[i] {
			return Vector{}, fmt.Errorf("the metric %s is missing: a vector of CVSS %s needs %s, each once",
				m.name, spec.version, strings.Replace(spec.names(func(m metric) bool { return m.group == base }), " or ", " and ", 1))
		}
	}
	return v.scored()
}

// version finds the version of a vector, and what follows its prefix.
func version(s string) (*spec, string, error) {
	for _, spec := range specs {
		if list, found := strings.CutPrefix(s, spec.prefix); found && spec.prefix != "" {
			return spec, list, nil
		}
	}
	inner, open := strings.CutPrefix(s, "(")
	inner, closed := strings.CutSuffix(inner, ")")
	if open != closed {
		return nil, "", errors.New("one of its two parentheses is missing")
	}
	if s == "" || strings.HasPrefix(s, "CVSS") || !strings.Contains(s, ":") {
		return nil, "", fmt.Errorf("expected it to begin with %q, %q or %q, or with a metric of version 2.0 such as %q", v31.prefix, v30.prefix, v40.prefix, "AV:N")
	}
	return &v20, inner, nil
}

// put gives the metric at i a value.
func (v *Vector) put(i int, code string) error {
	m := v.spec.metrics[i]
	place := m.place(code)
	if place < 0 {
		return fmt.Errorf("%s:%s: expected %s of CVSS %s to be %s", m.name, code, m.name, v.spec.version, m.choices())
	}
	v.values[i] = uint8(place)
	return nil
}

// Version is "2.0", "3.0", "3.1" or "4.0".
func (v Vector) Version() string {
	if v.spec == nil {
		return ""
	}
	return v.spec.version
}

// String is the vector in its canonical form: metrics in the order of the
// specification, without those that are not defined, and version 2.0 without
// parentheses.
func (v Vector) String() string {
	if v.spec == nil {
		return ""
	}
	var b strings.Builder
	b.WriteString(v.spec.prefix)
	first := true
	for i, m := range v.spec.metrics {
		listed := !m.optional() || v.values[i] != 0 || v.spec.wholeGroups && v.defines(m.group)
		if !listed {
			continue
		}
		if !first {
			b.WriteByte('/')
		}
		first = false
		b.WriteString(m.name)
		b.WriteByte(':')
		b.WriteString(m.values[v.values[i]].code)
	}
	return b.String()
}

// defines says whether any metric of an optional group is defined.
func (v Vector) defines(g group) bool {
	for i, m := range v.spec.metrics {
		if m.group == g && v.values[i] != 0 {
			return true
		}
	}
	return false
}

// Base is the vector without all that is not a fact about the vulnerability:
// temporal (threat), environmental and supplemental metrics.
func (v Vector) Base() Vector {
	if v.spec == nil {
		return Vector{}
	}
	for i, m := range v.spec.metrics {
		if m.optional() {
			v.values[i] = 0
		}
	}
	v.score = v.baseScore
	return v
}

// BaseScore is the score of the base metrics, 0.0 to 10.0.
func (v Vector) BaseScore() float64 { return v.baseScore }

// Score is the score with every metric that is defined, 0.0 to 10.0: the
// environmental one when a metric of that group is defined, else the temporal one
// when one of that group is, else the base score.
func (v Vector) Score() float64 { return v.score }

// Severity is the severity of Score. Version 2.0 has no critical.
func (v Vector) Severity() finding.Severity {
	switch v.spec {
	case nil:
		return finding.Unknown
	case &v20:
		return finding.SeverityOfV2(v.score)
	}
	return finding.SeverityOf(v.score)
}
