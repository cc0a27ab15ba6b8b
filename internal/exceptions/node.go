package exceptions

import (
	"fmt"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/strictyaml"
)

// A node is one value of a file, with its place.
type node = strictyaml.Node

// mistakeAt is an error at a node's place.
func mistakeAt(n *node, format string, args ...any) *Mistake {
	return &Mistake{
		At:     finding.Line{File: n.File, Start: n.Line, End: n.Line},
		Column: n.Col,
		Text:   fmt.Sprintf(format, args...),
	}
}

// place is a node as a place in the repository.
func place(n *node, text string) finding.Line {
	return finding.Line{File: n.File, Start: n.Line, End: lastLine(n), Text: finding.LineText(text)}
}

// lastLine is the last line on which something of a node begins.
func lastLine(n *node) int {
	last := n.Line
	for _, item := range n.Items {
		last = max(last, lastLine(item))
	}
	for _, p := range n.Pairs {
		last = max(last, lastLine(p.Value))
	}
	return last
}
