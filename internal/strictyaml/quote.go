package strictyaml

import "strconv"

// Quote is text of a file in quotes, cut to what fits into a message.
func Quote(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return strconv.Quote(s)
}
