package vex

import (
	"fmt"
	"strconv"
	"strings"
)

// writeNotes writes a record in one line.
func writeNotes(record []pair) string {
	words := make([]string, len(record))
	for i, word := range record {
		words[i] = word.key + "=" + escape(word.value)
	}
	return recordPrefix + " " + strings.Join(words, "; ")
}

// readNotes reads the record in a text, the first line that has one; nil when none
// has.
func readNotes(text string) []pair {
	for line := range strings.Lines(text) {
		rest, found := strings.CutPrefix(strings.Trim(line, " \t\r\n"), recordPrefix+" ")
		if !found {
			continue
		}
		var record []pair
		for word := range strings.SplitSeq(rest, "; ") {
			key, value, found := strings.Cut(word, "=")
			if found {
				record = append(record, pair{strings.TrimSpace(key), unescape(value)})
			}
		}
		return record
	}
	return nil
}

// properties are a record in CycloneDX's form.
func properties(record []pair) []cdxProperty {
	var all []cdxProperty
	for _, word := range record {
		all = append(all, cdxProperty{Name: recordPrefix + word.key, Value: word.value})
	}
	return all
}

// notesOf is the record in properties as readNotes reads it; empty when they have
// none.
func notesOf(properties []cdxProperty) string {
	var record []pair
	for _, p := range properties {
		if key, found := strings.CutPrefix(p.Name, recordPrefix); found {
			record = append(record, pair{key, p.Value})
		}
	}
	if len(record) == 0 {
		return ""
	}
	return writeNotes(record)
}

// escape keeps a value in its place in a line: what ends a value or the line is
// written as in a URL, and so are spaces at its ends, which readers may trim.
func escape(value string) string {
	var b strings.Builder
	for i := range len(value) {
		c := value[i]
		atEnd := c == ' ' && (i == 0 || i == len(value)-1)
		if c == '%' || c == ';' || c < ' ' || c == 0x7f || atEnd {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// unescape undoes escape. What it would not have written stays as it is.
func unescape(value string) string {
	var b strings.Builder
	for i := 0; i < len(value); i++ {
		if value[i] == '%' && i+2 < len(value) {
			if c, err := strconv.ParseUint(value[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(c))
				i += 2
				continue
			}
		}
		b.WriteByte(value[i])
	}
	return b.String()
}
