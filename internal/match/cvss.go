package match

import (
	"strings"

	gocvss20 "github.com/pandatix/go-cvss/20"
	gocvss30 "github.com/pandatix/go-cvss/30"
	gocvss31 "github.com/pandatix/go-cvss/31"
	gocvss40 "github.com/pandatix/go-cvss/40"

	"github.com/org/imgscan-action/internal/finding"
)

// vectorLimit is well above the longest vector that any version allows.
const vectorLimit = 512

// A score that disagrees with its vector loses: the base score is computed from
// the vector, which says why, and the stored number counts only where there is no
// vector that can be read. (Databases store numbers that include temporal or
// environmental metrics.)

func rateV3(vector string, stored float64) (finding.Rating, bool) {
	vector, score, ok := compute(vector, func(vector string) (float64, error) {
		if strings.HasPrefix(vector, "CVSS:3.0/") {
			v, err := gocvss30.ParseVector(vector)
			if err != nil {
				return 0, err
			}
			return v.BaseScore(), nil
		}
		v, err := gocvss31.ParseVector(vector)
		if err != nil {
			return 0, err
		}
		return v.BaseScore(), nil
	})
	if !ok {
		score, ok = stored, plausible(stored)
	}
	version := "3.1"
	if strings.HasPrefix(vector, "CVSS:3.0/") {
		version = "3.0"
	}
	return finding.Rating{Severity: finding.SeverityOf(score), Score: score, Vector: vector, Version: version}, ok
}

func rateV4(vector string, stored float64) (finding.Rating, bool) {
	vector, score, ok := compute(vector, func(vector string) (float64, error) {
		v, err := gocvss40.ParseVector(vector)
		if err != nil {
			return 0, err
		}
		return v.Score(), nil
	})
	if !ok {
		score, ok = stored, plausible(stored)
	}
	return finding.Rating{Severity: finding.SeverityOf(score), Score: score, Vector: vector, Version: "4.0"}, ok
}

func rateV2(vector string, stored float64) (finding.Rating, bool) {
	vector, score, ok := compute(strings.Trim(vector, "()"), func(vector string) (float64, error) {
		v, err := gocvss20.ParseVector(vector)
		if err != nil {
			return 0, err
		}
		return v.BaseScore(), nil
	})
	if !ok {
		score, ok = stored, plausible(stored)
	}
	return finding.Rating{Severity: finding.SeverityOfV2(score), Score: score, Vector: vector, Version: "2.0"}, ok
}

// compute reads a vector that may be anything. It returns the vector only when it
// could be read, so that no output shows an unread one.
func compute(vector string, parse func(string) (float64, error)) (kept string, score float64, ok bool) {
	defer func() {
		if recover() != nil {
			kept, score, ok = "", 0, false
		}
	}()
	vector = strings.TrimSuffix(strings.TrimSpace(vector), "/")
	if vector == "" || len(vector) > vectorLimit {
		return "", 0, false
	}
	score, err := parse(vector)
	if err != nil || score < 0 || score > 10 {
		return "", 0, false
	}
	return vector, score, true
}

// plausible is false for 0, which stands for "no score", and for NaN.
func plausible(score float64) bool { return score > 0 && score <= 10 }
