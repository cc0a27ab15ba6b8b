package cvss

import (
	"fmt"
	"math"
)

// scores are those that a version computes from one vector.
type scores struct{ base, temporal, environmental float64 }

// scored is the vector with its scores. It fails only when go-cvss disagrees
// with our tables, which would be a defect and must not become a wrong score.
func (v Vector) scored() (Vector, error) {
	bare, err := v.spec.compute(v.Base().String())
	if err != nil {
		return Vector{}, err
	}
	all, err := v.spec.compute(v.String())
	if err != nil {
		return Vector{}, err
	}
	v.baseScore = bare.base
	switch {
	case v.defines(environmental):
		v.score = all.environmental
	case v.defines(temporal):
		v.score = all.temporal
	default:
		v.score = bare.base
	}
	return v, nil
}

func (s *spec) compute(vector string) (got scores, err error) {
	defer func() {
		if r := recover(); r != nil {
			got, err = scores{}, fmt.Errorf("computing the score: %v", r)
		}
	}()
	if got, err = s.calculate(vector); err != nil {
		return scores{}, fmt.Errorf("computing the score: %w", err)
	}
	for _, score := range []*float64{&got.base, &got.temporal, &got.environmental} {
		// Not (in range), so that NaN is caught too; and Max takes the sign off the
		// zero that version 2.0's formula gives to a vector without impact.
		if !(*score >= 0 && *score <= 10) {
			return scores{}, fmt.Errorf("computing the score: %v is not between 0 and 10", *score)
		}
		*score = math.Max(0, *score)
	}
	return got, nil
}
