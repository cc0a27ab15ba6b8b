package history

import "fmt"

// maxCells is how large the table of a comparison may be.
const maxCells = 1_000_000

// The prices of a comparison: a pair is worth 1 and up to 2 more, and to leave
// an entry or an instruction alone costs a bit.
const (
	pairing = 1.0
	wording = 2.0
	leaving = -0.5
)

// bySequence finds the order-keeping pairs of entries and instructions that are
// worth most together (Needleman and Wunsch, 1970). Without a known base the
// entries below the first pair cost nothing: they are the base's.
func bySequence(p problem) (solution, bool) {
	from := max(p.base, 0)
	rows, columns := len(p.said)-from, len(p.wanted)
	switch {
	case columns == 0:
		return solution{why: "the Dockerfile has no instructions and the history tells of some"}, false
	case rows*columns > maxCells:
		return solution{why: fmt.Sprintf("%d entries and %d instructions are too many to compare", rows, columns)}, false
	}
	s := solution{base: p.base, confidence: Declared, at: p.pairs(from, rows, columns)}
	if p.base < 0 && !p.findBase(&s) {
		s.why = "the history does not show where the base ends"
		if ok, _, why := p.judge(solution{at: s.at}); !ok {
			s.why = why
		}
		return s, false
	}
	if p.triggered(s.base) && len(p.triggers) > 0 && free(s.at, len(p.triggers)) {
		for i := range p.triggers {
			s.at[i] = trigger
		}
	}
	ok, _, why := p.judge(s)
	s.why = why
	return s, ok
}

// pairs fills the table and walks back through it.
func (p problem) pairs(from, rows, columns int) []int {
	const (
		pair = iota
		skipEntry
		skipInstruction
	)
	width := columns + 1
	score := make([]float64, (rows+1)*width)
	move := make([]uint8, len(score))
	for i := range rows + 1 {
		for j := range width {
			at := i*width + j
			best, how := 0.0, uint8(skipEntry)
			if i > 0 {
				best = score[at-width]
				if j > 0 || p.base >= 0 {
					best += leaving
				}
			}
			if j > 0 {
				if value := score[at-1] + leaving; i == 0 || value > best {
					best, how = value, skipInstruction
				}
			}
			if i > 0 && j > 0 {
				similarity, ok := p.wanted[j-1].fit(p.said[from+i-1])
				if value := score[at-width-1] + pairing + wording*similarity; ok && similarity >= alike && value >= best {
					best, how = value, pair
				}
			}
			score[at], move[at] = best, how
		}
	}

	at := make([]int, rows)
	for i, j := rows, columns; i > 0; {
		switch move[i*width+j] {
		case pair:
			i, j = i-1, j-1
			at[i] = j
		case skipEntry:
			i--
			at[i] = unknown
		default:
			j--
		}
	}
	return at
}

// findBase ends the base at the entry of the first instruction, and at the
// base's ONBUILD before it.
func (p problem) findBase(s *solution) bool {
	for i, w := range s.at {
		if w < 0 {
			continue
		}
		for _, before := range p.wanted[:w] {
			if p.builder != kaniko || p.makes(before) {
				return false // it should be there, and nobody knows which entry it is
			}
		}
		s.base = i
		if n := len(p.triggers); n > 0 && p.triggered(i-n) {
			s.base = i - n
		}
		s.at = s.at[s.base:]
		return true
	}
	return false
}

// free says whether none of the first n entries has an instruction.
func free(at []int, n int) bool {
	for _, w := range at[:min(n, len(at))] {
		if w >= 0 {
			return false
		}
	}
	return true
}
