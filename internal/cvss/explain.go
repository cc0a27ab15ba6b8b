package cvss

import "fmt"

// Explain says in one line for each metric what differs between two vectors:
// "MAV  Network → Adjacent", names padded to one width. A modified metric that is
// not defined has the value of the base metric that it would modify, so one that is
// set to that value is no difference. Vectors of different versions share no
// metrics: the only line is then "CVSS  3.1 → 4.0". No line means no difference.
func Explain(before, after Vector) []string {
	if before.spec != after.spec {
		return []string{line("CVSS", len("CVSS"), before.Version(), after.Version())}
	}
	if before.spec == nil {
		return nil
	}
	var changed []int
	width := 0
	for i, m := range before.spec.metrics {
		if before.values[i] != after.values[i] && before.inEffect(i).code != after.inEffect(i).code {
			changed = append(changed, i)
			width = max(width, len(m.name))
		}
	}
	var lines []string
	for _, i := range changed {
		lines = append(lines, line(before.spec.metrics[i].name, width, before.inEffect(i).words, after.inEffect(i).words))
	}
	return lines
}

func line(name string, width int, before, after string) string {
	return fmt.Sprintf("%-*s  %s → %s", width, name, before, after)
}

// inEffect is the value that counts for the metric at i.
func (v Vector) inEffect(i int) value {
	if of := v.spec.modifies(i); of >= 0 && v.values[i] == 0 {
		i = of
	}
	return v.spec.metrics[i].values[v.values[i]]
}
