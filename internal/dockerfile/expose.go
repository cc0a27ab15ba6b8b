package dockerfile

import (
	"fmt"
	"strconv"
	"strings"
)

// runExpose writes each port with its protocol and ranges port by port, as
// dispatchExpose does. What is no port stays as written.
func (e *evaluator) runExpose(s *state, ports []string) string {
	var all []string
	for _, word := range ports {
		for _, port := range e.words(word, s.values) {
			list := exposed(port)
			e.spend(16 * len(list))
			if e.exhausted() {
				return "" // Build says so
			}
			all = append(all, list...)
		}
	}
	return fmt.Sprintf("EXPOSE %v", all)
}

// exposed reads [[ip:]host:]port[-port][/protocol].
func exposed(text string) []string {
	port, protocol, _ := strings.Cut(text[strings.LastIndexByte(text, ':')+1:], "/")
	if protocol == "" {
		protocol = "tcp"
	}
	from, to, ranged := strings.Cut(port, "-")
	first, err := strconv.ParseUint(from, 10, 16)
	last := first
	if err == nil && ranged {
		last, err = strconv.ParseUint(to, 10, 16)
	}
	if err != nil || last < first {
		return []string{text}
	}
	var list []string
	for n := first; n <= last; n++ {
		list = append(list, strconv.FormatUint(n, 10)+"/"+strings.ToLower(protocol))
	}
	return list
}
