package strictyaml

import "github.com/agext/levenshtein"

// Nearest is the word that was probably meant; empty when none is close. The first
// wins of several that are equally close.
func Nearest(name string, valid []string) string {
	if len(name) > 64 {
		return "" // no word of ours is that long, and comparing takes time
	}
	// A third of the word may be wrong: more than that is a guess.
	best, limit := "", len(name)/3+1
	for _, w := range valid {
		if d := levenshtein.Distance(name, w, nil); d < limit {
			best, limit = w, d
		}
	}
	return best
}
