package catalog

import "strings"

// dockerfileLabels is the labels that a Dockerfile sets, by their names in lower
// case, with the variables of ENV, and of ARG before the first FROM, put in.
// The last of a name counts. It reads no more of the language than that.
func dockerfileLabels(text string) map[string]string {
	var (
		labels = make(map[string]string)
		vars   = make(map[string]string)
		inside = false // after FROM
	)
	for _, line := range dockerfileLines(text) {
		instruction, rest, _ := strings.Cut(line, " ")
		switch strings.ToUpper(instruction) {
		case "FROM":
			inside = true
		case "ARG":
			if name, value, ok := strings.Cut(strings.TrimSpace(rest), "="); ok && !inside {
				vars[name] = unquote(value, vars)
			}
		case "ENV":
			for _, p := range pairs(rest) {
				vars[p[0]] = unquote(p[1], vars)
			}
		case "LABEL":
			for _, p := range pairs(rest) {
				labels[strings.ToLower(unquote(p[0], vars))] = unquote(p[1], vars)
			}
		}
	}
	return labels
}

// dockerfileLines are the instructions, with continued lines joined and without
// comments.
func dockerfileLines(text string) []string {
	var (
		all  []string
		line strings.Builder
	)
	for raw := range strings.Lines(text) {
		raw = strings.TrimSpace(raw)
		if raw == "" || raw[0] == '#' {
			continue // also between the lines of one instruction
		}
		part, continued := strings.CutSuffix(raw, `\`)
		line.WriteString(strings.ReplaceAll(part, "\t", " "))
		if continued {
			line.WriteByte(' ')
			continue
		}
		all = append(all, line.String())
		line.Reset()
	}
	if line.Len() > 0 {
		all = append(all, line.String())
	}
	return all
}

// pairs splits `a=1 "b c"="2 3"`, and the old form `a 1 2 3`, into names and
// values, which keep their quotes.
func pairs(s string) [][2]string {
	var all [][2]string
	for i, word := range words(s) {
		name, value, ok := strings.Cut(word, "=")
		if !ok {
			if i == 0 {
				name, value, _ = strings.Cut(strings.TrimSpace(s), " ")
				return [][2]string{{name, strings.TrimSpace(value)}}
			}
			continue
		}
		all = append(all, [2]string{name, value})
	}
	return all
}

// words splits s at spaces that are outside quotes.
func words(s string) []string {
	var (
		all   []string
		start = -1
		quote byte
	)
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '\\':
			if start < 0 {
				start = i
			}
			i++
			continue
		case quote != 0:
			if c == quote {
				quote = 0
			}
			continue
		case c == '"' || c == '\'':
			quote = c
		case c == ' ':
			if start >= 0 {
				all = append(all, s[start:i])
				start = -1
			}
			continue
		}
		if start < 0 {
			start = i
		}
	}
	if start >= 0 {
		all = append(all, s[start:])
	}
	return all
}

// unquote takes off quotes and backslashes and puts in variables, which single
// quotes protect; one that is not set is empty.
func unquote(s string, vars map[string]string) string {
	var (
		out   strings.Builder
		quote byte
	)
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case quote != 0 && c == quote:
			quote = 0
		case c == '\\' && quote != '\'' && i+1 < len(s):
			i++
			out.WriteByte(s[i])
		case c == '$' && quote != '\'':
			name, n := variable(s[i+1:])
			if n == 0 {
				out.WriteByte(c)
				continue
			}
			out.WriteString(vars[name])
			i += n
		default:
			out.WriteByte(c)
		}
	}
	return out.String()
}

// variable is the name of the variable that s begins with, after its dollar
// sign, and the length of the reference; 0 when there is none.
func variable(s string) (name string, length int) {
	if inner, ok := strings.CutPrefix(s, "{"); ok {
		end := strings.IndexByte(inner, '}')
		if end < 0 {
			return "", 0
		}
		return inner[:end], end + 2
	}
	for length < len(s) && (s[length] == '_' || s[length] >= '0' && s[length] <= '9' ||
		s[length] >= 'A' && s[length] <= 'Z' || s[length] >= 'a' && s[length] <= 'z') {
		length++
	}
	return s[:length], length
}
