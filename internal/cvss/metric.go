package cvss

// Metric is one metric of a vector and its value.
type Metric struct {
	Name  string // "MAV"
	Value string // "A"
	Words string // "Adjacent", as FIRST's specification has it
}

// String is "MAV: Adjacent".
func (m Metric) String() string { return m.Name + ": " + m.Words }

// Metrics are the metrics of the vector that are defined, in the order of the
// specification.
func (v Vector) Metrics() []Metric {
	if v.spec == nil {
		return nil
	}
	var metrics []Metric
	for i, m := range v.spec.metrics {
		if m.optional() && v.values[i] == 0 {
			continue
		}
		value := m.values[v.values[i]]
		metrics = append(metrics, Metric{Name: m.name, Value: value.code, Words: value.words})
	}
	return metrics
}
