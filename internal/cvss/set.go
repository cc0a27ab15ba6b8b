package cvss

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Set is the vector with metrics changed, by name and value: {"MAV": "A"}. "X" takes
// a metric back. Base metrics cannot be set, since they are not ours to change, and
// vectors of version 2.0 cannot be changed at all. The error names the metric and
// says which values it may have.
func (v Vector) Set(metrics map[string]string) (Vector, error) {
	switch {
	case v.spec == nil:
		return Vector{}, errors.New("setting metrics: there is no vector to set them in")
	case v.spec.readOnly:
		return Vector{}, fmt.Errorf("setting metrics: a vector of CVSS %s cannot be changed: expected one of 3.0, 3.1 or 4.0", v.spec.version)
	}
	for _, name := range slices.Sorted(maps.Keys(metrics)) {
		if err := v.set(name, metrics[name]); err != nil {
			return Vector{}, fmt.Errorf("setting metrics: %w", err)
		}
	}
	return v.scored()
}

func (v *Vector) set(name, code string) error {
	i := v.spec.index(name)
	if i < 0 {
		return fmt.Errorf("CVSS %s has no metric %q: expected %s", v.spec.version, name, v.spec.names(metric.optional))
	}
	if !v.spec.metrics[i].optional() {
		hint := ""
		if v.spec.index("M"+name) >= 0 {
			hint = ": set M" + name + " to say what it is in your environment"
		}
		return fmt.Errorf("%s is a base metric, which belongs to the vulnerability%s", name, hint)
	}
	return v.put(i, code)
}
