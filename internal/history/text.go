package history

import (
	"hash/fnv"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// maxWords is how many different words of a text are compared.
const maxWords = 256

// text is an instruction as it can be compared.
type text struct {
	kind string
	raw  string   // without the keyword
	bag  []uint64 // its different words, hashed and sorted
	dest string   // where COPY and ADD put things; empty when it is not told
	sums bool     // COPY and ADD have checksums in place of their sources
}

// summed is a COPY or ADD of the builders before BuildKit, "file:<checksum> in /dest".
var summed = regexp.MustCompile(`(?:file|dir|multi):[0-9a-f]+(?:,\S*)?\s+in\s+(\S.*)$`)

func newText(kind, raw string) text {
	t := text{kind: kind, raw: raw}
	switch kind {
	case "COPY", "ADD":
		if m := summed.FindStringSubmatch(raw); m != nil {
			t.sums, t.dest = true, clean(m[1])
		} else if fields := strings.FieldsFunc(raw, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`",[]`, r) }); len(fields) > 0 {
			t.dest = clean(fields[len(fields)-1])
		}
	case "ARG":
		// The value is another one in every build.
		raw = names(raw)
	}
	t.bag = bag(raw)
	return t
}

// names keeps what stands before "=" in each word.
func names(raw string) string {
	fields := strings.Fields(raw)
	for i, f := range fields {
		fields[i], _, _ = strings.Cut(f, "=")
	}
	return strings.Join(fields, " ")
}

// clean is a destination without what builders write differently.
func clean(dest string) string {
	return strings.TrimPrefix(path.Clean("/"+strings.Trim(strings.TrimSpace(dest), `"'`)), "/")
}

// bag are the words of a text, whatever stands between them: builders quote and
// separate in their own ways.
func bag(raw string) []uint64 {
	var words []uint64
	for word := range strings.FieldsFuncSeq(raw, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' }) {
		h := fnv.New64a()
		h.Write([]byte(word))
		words = append(words, h.Sum64())
		if len(words) == 4*maxWords {
			break
		}
	}
	slices.Sort(words)
	words = slices.Compact(words)
	return words[:min(len(words), maxWords)]
}

// similar is how many words two texts have in common, of all that they have: 0 to 1.
func similar(a, b text) float64 {
	if a.raw == b.raw {
		return 1
	}
	if a.sums || b.sums {
		if a.dest == b.dest {
			return 1
		}
		return 0
	}
	if len(a.bag)+len(b.bag) == 0 {
		return 1
	}
	common := 0
	for i, j := 0, 0; i < len(a.bag) && j < len(b.bag); {
		switch {
		case a.bag[i] == b.bag[j]:
			common, i, j = common+1, i+1, j+1
		case a.bag[i] < b.bag[j]:
			i++
		default:
			j++
		}
	}
	return float64(common) / float64(len(a.bag)+len(b.bag)-common)
}
