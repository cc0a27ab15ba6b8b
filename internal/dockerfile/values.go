package dockerfile

import "sort"

// values are the variables of a stage over time: what ENV and ARG have set, and
// since when. Remembering all of it makes the variables of any one instruction a
// number instead of a copy.
type values struct {
	settings map[string][]setting
	declared map[string]bool // by an ARG without a value, and so known to be empty
	now      int             // the number of settings so far
	complete bool            // nothing else is set: there is no base image with variables of its own
}

// setting is the value that a variable has from a point in time on; it is not
// known when it depends on a base image's variables.
type setting struct {
	since int
	value string
	known bool
}

func newValues(complete bool) *values {
	return &values{settings: map[string][]setting{}, declared: map[string]bool{}, complete: complete}
}

// set gives a variable a value from now on, which may be one that is not known.
func (v *values) set(name, value string, known bool) {
	v.now++
	v.settings[name] = append(v.settings[name], setting{v.now, value, known})
	if !known {
		delete(v.declared, name)
	}
}

// at returns the value that a variable had at a point in time.
func (v *values) at(name string, now int) (string, bool) {
	history := v.settings[name]
	i := sort.Search(len(history), func(i int) bool { return history[i].since > now })
	if i == 0 {
		return "", false
	}
	return history[i-1].value, history[i-1].known
}

func (v *values) get(name string) (string, bool) { return v.at(name, v.now) }

// knows says whether what is not set is known to be empty, rather than up to a
// base image.
func (v *values) knows(name string) bool { return v.complete || v.declared[name] }

// child returns a copy of the latest values, for a stage that is FROM this one,
// and its size.
func (v *values) child() (*values, int) {
	c, size := newValues(v.complete), 0
	for name, history := range v.settings {
		last := history[len(history)-1]
		c.settings[name] = []setting{{value: last.value, known: last.known}}
		size += len(name) + len(last.value)
	}
	for name := range v.declared {
		c.declared[name] = true
		size += len(name)
	}
	return c, size
}
