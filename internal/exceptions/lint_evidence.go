package exceptions

import (
	"errors"
	"io/fs"
	"path"
	"regexp"
	"strings"

	"github.com/org/imgscan-action/internal/strictyaml"
)

// elsewhere is evidence that is no path in the repository: it has a scheme, as a
// URL does, or is several words.
var elsewhere = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:|\s`)

// evidence asks whether the files that an entry points to are there.
func (l *linter) evidence(e *Entry) {
	if l.opts.FS == nil {
		return
	}
	for _, text := range e.Evidence {
		if elsewhere.MatchString(text) {
			continue
		}
		file, _, _ := strings.Cut(text, "#") // a heading of the page
		file = path.Clean(file)
		switch _, err := fs.Stat(l.opts.FS, file); {
		case !fs.ValidPath(file):
			l.error(e, "evidence: %s leads out of the repository", strictyaml.Quote(text))
		case errors.Is(err, fs.ErrNotExist):
			l.error(e, "evidence: there is no file %s", strictyaml.Quote(text))
		case err != nil:
			l.error(e, "evidence: %s cannot be read: %v", strictyaml.Quote(text), err)
		}
	}
}
