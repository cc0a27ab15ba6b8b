package dockerfile

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// File is a Dockerfile that has been read. It is safe for concurrent use.
type File struct {
	// Syntax is the image of the "# syntax=" line; empty without one. It is the
	// frontend that reads the file and brings nothing into the image.
	Syntax string

	name   string
	lines  []string // without their ends
	escape rune
	nodes  []*parser.Node
}

// Parse reads a Dockerfile. The name is for messages only. The error is for the
// user and begins with the name and, where there is one, the line.
func Parse(name string, src []byte) (*File, error) {
	if line, err := checkSize(src); err != nil {
		return nil, at(name, line, err)
	}
	f := &File{name: name, lines: splitLines(src)}
	if err := f.parse(src); err != nil {
		return nil, err
	}
	return f, f.check()
}

// Images returns every image that the file names, in all of its stages, as
// Docker prints it, without build arguments; each once, in the order of the
// file.
func (f *File) Images() []string {
	b, err := f.Build(Options{})
	if err != nil {
		return nil
	}
	var refs []string
	seen := map[string]bool{}
	for _, image := range externals(b.Stages) {
		if image.Ref != "" && !seen[image.Ref] {
			seen[image.Ref] = true
			refs = append(refs, image.Ref)
		}
	}
	return refs
}

// parse runs BuildKit's parser.
func (f *File) parse(src []byte) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = at(f.name, 0, fmt.Errorf("BuildKit's parser cannot read it: %v", r))
		}
	}()
	f.Syntax, _, _, _ = parser.DetectSyntax(src)
	parsed, err := parser.Parse(bytes.NewReader(src))
	if err != nil {
		return at(f.name, lineOf(err), err)
	}
	f.escape, f.nodes = parsed.EscapeToken, parsed.AST.Children
	return nil
}

// check reads every instruction once, so that Build meets no surprises.
func (f *File) check() error {
	if len(f.nodes) > maxInstructions {
		return at(f.name, f.nodes[maxInstructions].StartLine, fmt.Errorf("expected at most %d instructions", maxInstructions))
	}
	stages := 0
	for _, node := range f.nodes {
		command, err := f.command(node)
		if err != nil {
			return err
		}
		switch command.(type) {
		case *instructions.Stage:
			if stages++; stages > maxStages {
				return at(f.name, node.StartLine, fmt.Errorf("expected at most %d stages", maxStages))
			}
		case *instructions.ArgCommand:
		default:
			if stages == 0 {
				return at(f.name, node.StartLine, fmt.Errorf("expected FROM, got %s: only ARG may come before the first FROM", strings.ToUpper(node.Value)))
			}
		}
	}
	if stages == 0 {
		return at(f.name, 0, errors.New("expected an instruction FROM, got none"))
	}
	return nil
}

// command reads one instruction. What it returns is new each time, because
// BuildKit's commands are expanded in place.
func (f *File) command(node *parser.Node) (command any, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = at(f.name, node.StartLine, fmt.Errorf("BuildKit's parser cannot read it: %v", r))
		}
	}()
	if command, err = instructions.ParseInstruction(node); err != nil {
		return nil, at(f.name, node.StartLine, err)
	}
	return command, nil
}

// at puts the place before a message. Line 0 is the file as a whole.
func at(name string, line int, err error) error {
	if line <= 0 {
		return fmt.Errorf("%s: %w", name, err)
	}
	return fmt.Errorf("%s:%d: %w", name, line, err)
}

// lineOf returns the line that an error of BuildKit's parser is about, 0 when it
// does not say.
func lineOf(err error) int {
	var located *parser.LocationError
	if errors.As(err, &located) && len(located.Locations) > 0 && len(located.Locations[0]) > 0 {
		return located.Locations[0][0].Start.Line
	}
	return 0
}

// splitLines cuts where BuildKit's parser does: after line feeds only.
func splitLines(src []byte) []string {
	text := strings.TrimPrefix(string(src), "\ufeff")
	lines := strings.Split(text, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, "\r")
	}
	return lines
}
