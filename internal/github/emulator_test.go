package github

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
)

// The parts of the runner that read what a step writes, after its own source
// (actions/runner, commit 258d6c8): ActionCommand.cs, ActionCommandManager.cs,
// FileCommandManager.cs and ExecutionContext.cs.

// command is a workflow command as the runner understood it.
type command struct {
	Name       string
	Properties map[string]string
	Data       string
}

// registered are the commands that the runner obeys; names are matched in any case.
var registered = []string{
	"add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error",
	"group", "internal-set-repo-path", "notice", "remove-matcher", "save-state",
	"set-env", "set-output", "stop-commands", "warning",
}

// readLog is OutputManager.OnDataReceived for a whole stream: the commands that
// the runner obeys, and the lines that it shows.
func readLog(stream string) (commands []command, shown []string) {
	stream = strings.TrimPrefix(stream, "\ufeff") // StreamReader takes it for a byte order mark
	for _, line := range readLines(stream) {
		if c, ok := parseV2(line); ok {
			commands = append(commands, c)
			continue
		}
		if c, ok := parseV1(line); ok {
			commands = append(commands, c)
			continue
		}
		shown = append(shown, line)
	}
	return commands, shown
}

// readLines is StreamReader.ReadLine over invalid UTF-8 and all: a line ends with
// LF, CR or both.
func readLines(stream string) []string {
	stream = strings.ToValidUTF8(stream, "\ufffd")
	stream = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(stream)
	if stream == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(stream, "\n"), "\n")
}

func isRegistered(name string) bool {
	for _, r := range registered {
		if strings.EqualFold(r, name) {
			return true
		}
	}
	return false
}

// parseV2 is ActionCommand.TryParseV2: "::name key=value,key=value::data".
func parseV2(line string) (command, bool) {
	line = strings.TrimLeftFunc(line, unicode.IsSpace)
	rest, ok := strings.CutPrefix(line, "::")
	if !ok {
		return command{}, false
	}
	info, data, ok := strings.Cut(rest, "::")
	if !ok {
		return command{}, false
	}
	name, props, _ := strings.Cut(info, " ")
	if !isRegistered(name) {
		return command{}, false
	}
	return command{
		Name:       strings.ToLower(name),
		Properties: properties(strings.TrimSpace(props), ",", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C", "%", "%25"),
		Data:       unescape(data, "\r", "%0D", "\n", "%0A", "%", "%25"),
	}, true
}

// parseV1 is ActionCommand.TryParse: "##[name key=value;key=value]data", anywhere
// in the line.
func parseV1(line string) (command, bool) {
	_, rest, ok := strings.Cut(line, "##[")
	if !ok {
		return command{}, false
	}
	info, data, ok := strings.Cut(rest, "]")
	if !ok {
		return command{}, false
	}
	name, props, _ := strings.Cut(info, " ")
	if !isRegistered(name) {
		return command{}, false
	}
	mapping := []string{";", "%3B", "\r", "%0D", "\n", "%0A", "]", "%5D", "%", "%25"}
	return command{
		Name:       strings.ToLower(name),
		Properties: properties(props, ";", mapping...),
		Data:       unescape(data, mapping...),
	}, true
}

func properties(text, separator string, mapping ...string) map[string]string {
	var found map[string]string
	for pair := range strings.SplitSeq(text, separator) {
		key, value, _ := strings.Cut(pair, "=")
		if key == "" || value == "" {
			continue
		}
		if found == nil {
			found = make(map[string]string)
		}
		found[key] = unescape(value, mapping...)
	}
	return found
}

// unescape replaces one escape after the other, as the runner does; mapping holds
// the characters and their escapes in turn.
func unescape(s string, mapping ...string) string {
	for i := 0; i < len(mapping); i += 2 {
		s = strings.ReplaceAll(s, mapping[i+1], mapping[i])
	}
	return s
}

// readOutputs is EnvFileKeyValuePairs: the pairs of an output file in their order,
// or the exception that fails the step.
func readOutputs(file string) (pairs [][2]string, err error) {
	file = strings.ToValidUTF8(file, "\ufffd")
	for file != "" {
		line, rest, _ := strings.Cut(file, "\n")
		file = rest
		if line == "" {
			continue
		}
		equals, here := strings.Index(line, "="), strings.Index(line, "<<")
		switch {
		case equals >= 0 && (here < 0 || equals < here):
			pairs = append(pairs, [2]string{line[:equals], line[equals+1:]})
		case here >= 0:
			name, delimiter := line[:here], line[here+2:]
			if name == "" || delimiter == "" {
				return nil, fmt.Errorf("invalid format %q", line)
			}
			var value []string
			for {
				if file == "" {
					return nil, fmt.Errorf("matching delimiter not found %q", delimiter)
				}
				line, rest, newline := strings.Cut(file, "\n")
				file = rest
				if line == delimiter {
					break
				}
				if !newline {
					return nil, fmt.Errorf("EOF marker missing new line")
				}
				value = append(value, line)
			}
			pairs = append(pairs, [2]string{name, strings.Join(value, "\n")})
		default:
			return nil, fmt.Errorf("invalid format %q", line)
		}
	}
	return pairs, nil
}

// shownAnnotations is ExecutionContext.AddIssue: what reaches the run's page.
func shownAnnotations(commands []command) []command {
	counts := make(map[string]int)
	var shown []command
	for _, c := range commands {
		switch c.Name {
		case "error", "warning", "notice":
		default:
			continue
		}
		if counts[c.Name]++; counts[c.Name] > 10 {
			continue
		}
		if units := utf16.Encode([]rune(c.Data)); len(units) > 4096 {
			c.Data = string(utf16.Decode(units[:4096]))
		}
		shown = append(shown, c)
	}
	return shown
}
