package bench

import (
	"cmp"
	"slices"
	"time"
)

// Sample is what one run of a program took.
type Sample struct {
	Wall time.Duration `json:"wall"`

	// CPU is the time of all threads, user and system.
	CPU time.Duration `json:"cpu"`

	// Memory is the peak of the resident set, in bytes. Pages of a mapped database
	// that were looked at are in it.
	Memory int64 `json:"memory"`
}

// Pair is a run of imgscan and the run of Trivy right after it.
type Pair struct {
	Imgscan Sample `json:"imgscan"`
	Trivy   Sample `json:"trivy"`
}

// Ratios are imgscan's cost over Trivy's: lower is better, 1 is the same.
type Ratios struct{ Wall, CPU, Memory float64 }

// medianSample is the median of each quantity by itself.
func medianSample(samples []Sample) Sample {
	return Sample{
		Wall:   median(samples, func(s Sample) time.Duration { return s.Wall }),
		CPU:    median(samples, func(s Sample) time.Duration { return s.CPU }),
		Memory: median(samples, func(s Sample) int64 { return s.Memory }),
	}
}

// medianRatios are the medians of the ratios of the pairs, not the ratios of the
// medians: what disturbed the machine for a while disturbed both of a pair.
func medianRatios(pairs []Pair) Ratios {
	return Ratios{
		Wall:   median(pairs, func(p Pair) float64 { return ratio(p.Imgscan.Wall, p.Trivy.Wall) }),
		CPU:    median(pairs, func(p Pair) float64 { return ratio(p.Imgscan.CPU, p.Trivy.CPU) }),
		Memory: median(pairs, func(p Pair) float64 { return ratio(p.Imgscan.Memory, p.Trivy.Memory) }),
	}
}

func imgscanSide(pairs []Pair) []Sample {
	var side []Sample
	for _, p := range pairs {
		side = append(side, p.Imgscan)
	}
	return side
}

func trivySide(pairs []Pair) []Sample {
	var side []Sample
	for _, p := range pairs {
		side = append(side, p.Trivy)
	}
	return side
}

// number is what a median can be taken of.
type number interface {
	~int64 | ~float64
	cmp.Ordered
}

// median is the middle value, or the mean of the two in the middle; 0 of nothing.
func median[T any, N number](all []T, value func(T) N) N {
	if len(all) == 0 {
		return 0
	}
	values := make([]N, len(all))
	for i, one := range all {
		values[i] = value(one)
	}
	slices.Sort(values)
	middle := len(values) / 2
	if len(values)%2 == 1 {
		return values[middle]
	}
	return (values[middle-1] + values[middle]) / 2
}

// ratio is a / b; 0 when b is 0, which nothing that ran is.
func ratio[N number](a, b N) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}
