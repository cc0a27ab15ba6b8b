package cvss

import "strings"

// group is the metric group of FIRST's specifications. Version 4.0 calls the
// temporal group "threat".
type group int

const (
	base group = iota
	temporal
	environmental
	supplemental // 4.0 only; no score depends on it
)

// spec is one version of CVSS.
type spec struct {
	version string
	prefix  string   // "CVSS:3.1/"; empty for 2.0, which has none
	metrics []metric // in the order in which a vector lists them

	// wholeGroups is set when a vector lists either all metrics of an optional
	// group or none: version 2.0.
	wholeGroups bool

	// readOnly is set when no metric may be set: version 2.0 has no modified
	// metrics, so what it can say of an environment is too little to judge by.
	readOnly bool

	calculate func(vector string) (scores, error)
}

// metric is one metric of a version. The first value of an optional metric is
// "not defined".
type metric struct {
	name   string // "MAV"
	group  group
	values []value
}

type value struct {
	code  string // "A"
	words string // "Adjacent"
}

// specs are the versions that can be read, the oldest first.
var specs = []*spec{&v20, &v30, &v31, &v40}

// index is the place of a metric; -1 when the version has none of that name.
func (s *spec) index(name string) int {
	for i, m := range s.metrics {
		if m.name == name {
			return i
		}
	}
	return -1
}

// modifies is the place of the base metric that the metric at i stands in for when
// it is defined; -1 when it is not a modified metric.
func (s *spec) modifies(i int) int {
	m := s.metrics[i]
	of, found := strings.CutPrefix(m.name, "M")
	if !found || m.group != environmental {
		return -1
	}
	return s.index(of)
}

// names lists the metrics for which keep holds.
func (s *spec) names(keep func(metric) bool) string {
	var names []string
	for _, m := range s.metrics {
		if keep(m) {
			names = append(names, m.name)
		}
	}
	return enumerate(names)
}

// place is the place of a value; -1 when the metric has no such value.
func (m metric) place(code string) int {
	for i, v := range m.values {
		if v.code == code {
			return i
		}
	}
	return -1
}

// choices is "X (Not Defined), N (Network) or L (Local)".
func (m metric) choices() string {
	var choices []string
	for _, v := range m.values {
		choices = append(choices, v.code+" ("+v.words+")")
	}
	return enumerate(choices)
}

func (m metric) optional() bool { return m.group != base }

// enumerate is "a, b or c".
func enumerate(list []string) string {
	last := len(list) - 1
	if last < 1 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:last], ", ") + " or " + list[last]
}

// orNotDefined puts "not defined" before the values of a metric.
func orNotDefined(values []value) []value {
	return append([]value{{"X", "Not Defined"}}, values...)
}
