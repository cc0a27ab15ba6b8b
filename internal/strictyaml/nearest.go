package strictyaml

// Nearest is the word that was probably meant; empty when none is close. The first
// wins of several that are equally close.
func Nearest(name string, valid []string) string {
	if len(name) > 64 {
		return "" // no word of ours is that long, and comparing takes time
	}
	// A third of the word may be wrong: more than that is a guess.
	best, limit := "", len(name)/3+1
	for _, w := range valid {
		if d := distance(name, w); d < limit {
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
