package bench

import (
	"testing"
	"time"
)

func TestMedian(t *testing.T) {
	for name, c := range map[string]struct {
		values []float64
		want   float64
	}{
		"nothing": {nil, 0},
		"one":     {[]float64{7}, 7},
		"odd":     {[]float64{9, 1, 5}, 5},
		"even":    {[]float64{9, 1, 5, 3}, 4},
		"outlier": {[]float64{1, 1, 1000}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			if got := median(c.values, func(v float64) float64 { return v }); got != c.want {
				t.Errorf("median of %v is %v, want %v", c.values, got, c.want)
			}
		})
	}
}

func TestMedianLeavesOrder(t *testing.T) {
	values := []float64{3, 1, 2}
	median(values, func(v float64) float64 { return v })
	if values[0] != 3 || values[1] != 1 {
		t.Errorf("median sorted its argument: %v", values)
	}
}

// A disturbance of two pairs slows both sides of them: the ratio must not see it.
func TestRatiosArePairwise(t *testing.T) {
	at := func(ours, theirs time.Duration) Pair {
		return Pair{Sample{Wall: ours, CPU: ours, Memory: 50}, Sample{Wall: theirs, CPU: 2 * theirs, Memory: 200}}
	}
	pairs := []Pair{at(1, 4), at(10, 40), at(2, 8), at(30, 120), at(3, 2)}
	got, want := medianRatios(pairs), Ratios{Wall: 0.25, CPU: 0.125, Memory: 0.25}
	if got != want {
		t.Errorf("ratios are %v, want %v", got, want)
	}
}

func TestRatioOfNothing(t *testing.T) {
	if got := ratio(3.0, 0); got != 0 {
		t.Errorf("3/0 is %v, want 0: it goes into a table", got)
	}
}
