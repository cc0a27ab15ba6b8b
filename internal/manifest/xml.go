package manifest

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// xmlNode is an element with its place. A nil node is one that is not there; its
// methods say that it is empty.
type xmlNode struct {
	name       string // without the name space
	attributes []xml.Attr
	content    string // the text directly in it, trimmed
	start, end int    // lines
	children   []*xmlNode
}

// The limits of an XML file. Entities other than XML's own five are errors in
// encoding/xml, so that files cannot grow or name other files.
const (
	maxXMLDepth = 100
	maxXMLNodes = 1_000_000
)

func readXML(f *file) (*xmlNode, error) {
	d := xml.NewDecoder(strings.NewReader(f.text))
	d.CharsetReader = func(label string, r io.Reader) (io.Reader, error) {
		if strings.HasPrefix(strings.ToLower(label), "utf-") {
			return r, nil // it was decoded already
		}
		return &latin1{r: r}, nil
	}
	root := &xmlNode{}
	open := []*xmlNode{root}
	nodes := 0
	for {
		line, _ := d.InputPos()
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return root, nil
		}
		if err != nil {
			return nil, xmlError(err, line)
		}
		top := open[len(open)-1]
		switch t := token.(type) {
		case xml.StartElement:
			if nodes++; nodes > maxXMLNodes {
				return nil, &lineError{line, fmt.Sprintf("it has more than %d elements", maxXMLNodes)}
			}
			if len(open) > maxXMLDepth {
				return nil, &lineError{line, fmt.Sprintf("it is nested more than %d deep", maxXMLDepth)}
			}
			node := &xmlNode{name: t.Name.Local, attributes: t.Attr, start: line}
			top.children = append(top.children, node)
			open = append(open, node)
		case xml.EndElement:
			top.end, _ = d.InputPos()
			top.content = strings.TrimSpace(top.content)
			open = open[:len(open)-1]
		case xml.CharData:
			// Comments and elements divide text; the pieces that matter are short.
			if len(top.content)+len(t) < 4096 {
				top.content += string(t)
			}
		}
	}
}

func xmlError(err error, line int) error {
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		return &lineError{syntax.Line, syntax.Msg}
	}
	return &lineError{line, err.Error()}
}

// latin1 turns one-byte characters into UTF-8. Other encodings of that kind
// differ in letters that are in no package's name.
type latin1 struct {
	r    io.Reader
	rest []byte
}

func (l *latin1) Read(p []byte) (int, error) {
	if len(l.rest) == 0 {
		var raw [512]byte
		n, err := l.r.Read(raw[:])
		if n == 0 {
			return 0, err
		}
		runes := make([]rune, n)
		for i, c := range raw[:n] {
			runes[i] = rune(c)
		}
		l.rest = []byte(string(runes))
	}
	n := copy(p, l.rest)
	l.rest = l.rest[n:]
	return n, nil
}

// get is the first child of a name, reached through several.
func (n *xmlNode) get(names ...string) *xmlNode {
	for _, name := range names {
		var next *xmlNode
		for _, c := range n.list() {
			if c.name == name {
				next = c
				break
			}
		}
		n = next
	}
	return n
}

func (n *xmlNode) list() []*xmlNode {
	if n == nil {
		return nil
	}
	return n.children
}

func (n *xmlNode) text() string {
	if n == nil {
		return ""
	}
	return n.content
}

func (n *xmlNode) line() int {
	if n == nil {
		return 0
	}
	return n.start
}

// attribute is the value of an attribute; empty when it is not there.
func (n *xmlNode) attribute(name string) string {
	for _, a := range n.attributes {
		if a.Name.Local == name {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}
