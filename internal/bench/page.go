package bench

import (
	"fmt"
	"os"
	"strings"
)

// replaceSection puts content between the marks of a section of a page, and
// leaves the rest of the page, which people write, as it is.
func replaceSection(page, name, content string) (string, error) {
	begin, end := fmt.Sprintf("<!-- begin %s -->\n", name), fmt.Sprintf("<!-- end %s -->\n", name)
	before, rest, found := strings.Cut(page, begin)
	if !found {
		return "", fmt.Errorf("the page has no mark %q", strings.TrimSpace(begin))
	}
	_, after, found := strings.Cut(rest, end)
	if !found {
		return "", fmt.Errorf("the page has no mark %q", strings.TrimSpace(end))
	}
	return before + begin + "\n" + strings.TrimSpace(content) + "\n\n" + end + after, nil
}

// updatePage replaces a section of the page at path.
func updatePage(path, name, content string) error {
	page, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	updated, err := replaceSection(string(page), name, content)
	if err != nil {
		return fmt.Errorf("updating %q: %w", path, err)
	}
	return os.WriteFile(path, []byte(updated), 0o644)
}
