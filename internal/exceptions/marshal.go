package exceptions

import (
	"errors"
	"fmt"
	"strings"

	"github.com/org/imgscan-action/internal/strictyaml"
)

// header tells editors where the schema is.
const header = "# yaml-language-server: $schema=https://raw.githubusercontent.com/org/imgscan-action/main/internal/exceptions/schema.json\n"

const indentation = "  "

// Marshal writes a file of exceptions, which Parse reads back as these entries.
// It is an error when it would not, because an entry lacks what every entry needs
// or has what none may have.
func Marshal(entries []Entry) ([]byte, error) {
	src := []byte(header + body(entries))
	if err := verify(src, entries); err != nil {
		return nil, fmt.Errorf("writing exceptions: %w", err)
	}
	return src, nil
}

// body is a file of exceptions without its header.
func body(entries []Entry) string {
	if len(entries) == 0 {
		return "version: 1\nexceptions: []\n"
	}
	var texts []string
	for _, e := range entries {
		texts = append(texts, strings.Join(render(e, indentation), "\n")+"\n")
	}
	return "version: 1\nexceptions:\n" + strings.Join(texts, "\n")
}

// verify reads a text back and compares it with what it should say.
func verify(src []byte, want []Entry) error {
	file, err := Parse("the result", src)
	if err != nil {
		return err
	}
	if len(file.Entries) != len(want) {
		return errors.New("the result would have another number of entries")
	}
	for i, e := range file.Entries {
		if !equal(*e, want[i]) {
			return fmt.Errorf("the result would say something else for %s", strictyaml.Quote(want[i].ID))
		}
	}
	return nil
}
