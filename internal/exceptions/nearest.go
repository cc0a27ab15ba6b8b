package exceptions

import "strconv"

// nearest is the word that was probably meant; empty when none is close. The
// first wins of several that are equally close.
func nearest(word string, words []string) string {
	if len(word) > 64 {
		return "" // no word here is that long, and comparing takes time
	}
	// A third of the word may be wrong: more than that is a guess.
	best, limit := "", len(word)/3+1
	for _, w := range words {
		if d := distance(word, w); d < limit {
			best, limit = w, d
		}
	}
	return best
}

// distance is Levenshtein's: how many bytes to insert, delete or replace.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// didYouMean asks about the word that was probably meant; empty when none is
// close.
func didYouMean(word string, words []string) string {
	if near := nearest(word, words); near != "" {
		return "did you mean " + near + "? "
	}
	return ""
}

// quote is text from outside in quotes, cut to what fits into a message.
func quote(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return strconv.Quote(s)
}
