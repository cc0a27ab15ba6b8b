package cvss

import (
	"errors"
	"fmt"

	"github.com/org/imgscan-action/internal/finding"
)

// Rescore is a rating after an analysis of one's own, which is given as a whole
// vector or as metrics to set in the rating's; never both. The base metrics of a
// whole vector have to be those of the rating's vector, of the same version, so that
// an analysis stops counting when the vulnerability turns out to be another than
// was analysed. A rating without a vector takes a whole one as it is, for there
// is nothing that it could contradict. The source of the rating stays.
func Rescore(r finding.Rating, vector string, modified map[string]string) (finding.Rating, error) {
	v, err := rescored(r, vector, modified)
	if err != nil {
		return finding.Rating{}, fmt.Errorf("rescoring: %w", err)
	}
	return finding.Rating{
		Severity: v.Severity(),
		Score:    v.Score(),
		Vector:   v.String(),
		Version:  v.Version(),
		Source:   r.Source,
	}, nil
}

func rescored(r finding.Rating, vector string, modified map[string]string) (Vector, error) {
	switch {
	case vector != "" && len(modified) > 0:
		return Vector{}, errors.New("expected a whole vector or modified metrics, not both")
	case vector == "" && len(modified) == 0:
		return Vector{}, errors.New("expected a whole vector or modified metrics")
	case vector == "" && r.Vector == "":
		return Vector{}, errors.New("the rating has no vector to modify: expected a whole vector")
	case r.Vector == "":
		return Parse(vector)
	}
	rated, err := Parse(r.Vector)
	if err != nil {
		return Vector{}, err
	}
	if vector == "" {
		return rated.Set(modified)
	}
	whole, err := Parse(vector)
	if err != nil {
		return Vector{}, err
	}
	return whole, sameBase(rated, whole)
}

// sameBase fails when two vectors are not about the same vulnerability, naming the
// first metric that differs.
func sameBase(rated, whole Vector) error {
	if rated.spec != whole.spec {
		return fmt.Errorf("the vector is of CVSS %s and the rating of CVSS %s (%s)", whole.Version(), rated.Version(), rated)
	}
	for i, m := range rated.spec.metrics {
		if m.group == base && rated.values[i] != whole.values[i] {
			return fmt.Errorf("the base metric %s is %s in the vector and %s in the rating (%s)", m.name,
				m.values[whole.values[i]].words, m.values[rated.values[i]].words, rated)
		}
	}
	return nil
}
