package intel

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/org/imgscan-action/internal/finding"
)

// EPSS are FIRST's exploit prediction scores.
type EPSS struct{ scores table[finding.EPSS] }

// epssLimits: the file of 2026 has 300,000 rows, 11 MB unpacked and 2 MB as it is
// published.
var epssLimits = limits{stored: 256 << 20, unpacked: 256 << 20, rows: 4_000_000}

// ReadEPSS reads FIRST's file of all scores, as CSV or as the gzip file of it that
// FIRST publishes: comments that say the model and the date, a header, and the
// columns cve, epss and percentile. name is for messages.
func ReadEPSS(name string, r io.Reader) (*EPSS, finding.ContextSource, error) {
	epss, source, err := readEPSS(name, r)
	if err != nil {
		return nil, finding.ContextSource{}, fmt.Errorf("reading the EPSS scores: %w", err)
	}
	return epss, source, nil
}

func readEPSS(name string, r io.Reader) (*EPSS, finding.ContextSource, error) {
	in, err := newInput(name, r, epssLimits)
	if err != nil {
		return nil, finding.ContextSource{}, err
	}
	s, err := newSheet(in)
	if err != nil {
		return nil, finding.ContextSource{}, err
	}
	model, date, err := about(s)
	if err != nil {
		return nil, finding.ContextSource{}, err
	}
	scores, err := readScores(s)
	if err != nil {
		return nil, finding.ContextSource{}, err
	}
	source, err := in.source("epss", date)
	if err != nil {
		return nil, finding.ContextSource{}, err
	}
	if model != "" {
		// Scores of different models do not compare.
		source.Notes = append(source.Notes, "model "+plain(model))
	}
	return &EPSS{scores: scores}, source, nil
}

// about reads "#model_version:v2025.03.14,score_date:2026-11-23T12:00:00Z". Older
// files have no comment.
func about(s *sheet) (model string, date time.Time, err error) {
	for i, comment := range s.comments {
		for pair := range strings.SplitSeq(strings.TrimPrefix(comment, "#"), ",") {
			key, value, _ := strings.Cut(strings.TrimSpace(pair), ":")
			switch key {
			case "model_version":
				model = value
			case "score_date":
				if date, err = moment(value); err != nil {
					return "", time.Time{}, s.in.at(i+1, fmt.Errorf("score_date: %w", err))
				}
			}
		}
	}
	return model, date, nil
}

func readScores(s *sheet) (table[finding.EPSS], error) {
	at, err := s.columns("cve", "epss", "percentile")
	if err != nil {
		return nil, err
	}
	var scores table[finding.EPSS]
	for {
		more, err := s.next()
		if err != nil {
			return nil, err
		}
		if !more {
			break
		}
		id, ok := parseCVE(s.row[at[0]])
		if !ok {
			return nil, s.fail(fmt.Errorf("cve: %q is not a CVE identifier", s.row[at[0]]))
		}
		score, err := share(s.row[at[1]])
		if err != nil {
			return nil, s.fail(fmt.Errorf("epss: %w", err))
		}
		percentile, err := share(s.row[at[2]])
		if err != nil {
			return nil, s.fail(fmt.Errorf("percentile: %w", err))
		}
		scores = append(scores, row[finding.EPSS]{id, finding.EPSS{Score: score, Percentile: percentile}})
	}
	if len(scores) == 0 {
		return nil, s.in.at(0, errors.New("the file has no scores"))
	}
	scores, err = scores.sorted()
	if err != nil {
		return nil, s.in.at(0, err)
	}
	return scores, nil
}

// share reads a number from 0 to 1.
func share(s string) (float64, error) {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || !(n >= 0 && n <= 1) {
		return 0, fmt.Errorf("expected a number from 0 to 1, not %q", s)
	}
	return n, nil
}
