package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/publish"
)

// defaultExceptions is the file that entries go to when none is named, and
// exceptionsFolder has one for each team.
const (
	defaultExceptions = ".imgscan/exceptions.yaml"
	exceptionsFolder  = ".imgscan/exceptions.d"
)

// maxInput bounds a file that is read whole, in bytes: the largest VEX documents
// of distributions are below it.
const maxInput = 64 << 20

// exceptionsFile is a path where the exceptions of a project are looked for. What
// is anywhere else would be written and never read.
func exceptionsFile(name string) (string, error) {
	clean := path.Clean(filepath.ToSlash(name))
	if clean == defaultExceptions || path.Dir(clean) == exceptionsFolder && path.Ext(clean) == ".yaml" {
		return clean, nil
	}
	return "", fmt.Errorf("%q would never be read: expected %s or %s/NAME.yaml", name, defaultExceptions, exceptionsFolder)
}

// loadExceptions reads the entries of the working folder.
func loadExceptions() ([]*exceptions.File, error) {
	files, err := exceptions.Load(os.DirFS("."))
	return files, usage(err)
}

// place is an entry and the file that it is in.
type place struct {
	file  *exceptions.File
	entry *exceptions.Entry
}

// places lists all entries in the order of the files.
func places(files []*exceptions.File) []place {
	var all []place
	for _, f := range files {
		for _, e := range f.Entries {
			all = append(all, place{f, e})
		}
	}
	return all
}

// placeOf is where an entry is. The error says how to find out which there are.
func placeOf(files []*exceptions.File, id string) (place, error) {
	for _, p := range places(files) {
		if p.entry.ID == id {
			return p, nil
		}
	}
	return place{}, fmt.Errorf("there is no exception %q: 'imgscan exception list' shows those that there are", id)
}

// nextID is the first number of the year that is above all others: numbers are
// never given twice as long as the last entry stays.
func nextID(files []*exceptions.File, now time.Time) string {
	prefix := fmt.Sprintf("EX-%d-", now.Year())
	last := 0
	for _, p := range places(files) {
		if digits, ok := strings.CutPrefix(p.entry.ID, prefix); ok {
			if n, err := strconv.Atoi(digits); err == nil {
				last = max(last, n)
			}
		}
	}
	return fmt.Sprintf("%s%03d", prefix, last+1)
}

// edit changes a file of exceptions, which need not be there.
func edit(name string, change func(src []byte) ([]byte, error)) error {
	src, err := readInput(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return usage(err)
	}
	changed, err := change(src)
	if err != nil {
		return usagef("%s: %w", name, err)
	}
	return save(name, changed)
}

// save writes a file, and makes its folder.
func save(name string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return usagef("writing %q: %w", name, err)
	}
	if err := publish.Replace(name, content); err != nil {
		return usagef("writing %q: %w", name, err)
	}
	return nil
}

// readInput reads a file that the user named.
func readInput(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("reading %q: %w", name, withoutPath(err))
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, maxInput+1))
	if err == nil && len(content) > maxInput {
		err = fmt.Errorf("it has more than %d bytes", maxInput)
	}
	if err != nil {
		return nil, fmt.Errorf("reading %q: %w", name, err)
	}
	return content, nil
}

// withoutPath is an error of the file system without the path, which is in the
// message already.
func withoutPath(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// today is the day of a time, 00:00 UTC.
func today(now time.Time) time.Time { return now.UTC().Truncate(24 * time.Hour) }

// days reads a number of days, as "90d".
func days(text string) (int, error) {
	digits, ok := strings.CutSuffix(text, "d")
	n, err := strconv.Atoi(digits)
	if !ok || err != nil || n < 1 || n > 36500 {
		return 0, fmt.Errorf("%q is not a number of days: expected one such as 30d", text)
	}
	return n, nil
}

// day reads a day, as "2027-01-31", or one that is so many days away, as "90d".
func day(text string, now time.Time) (time.Time, error) {
	if t, err := time.Parse(time.DateOnly, text); err == nil && !t.IsZero() {
		return t, nil
	}
	n, err := days(text)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is neither a day nor a number of days: expected one such as 2027-01-31 or 90d", text)
	}
	return today(now).AddDate(0, 0, n), nil
}

// isPerson says whether two spellings mean the same person or team: "@" and case
// do not matter.
func isPerson(a, b string) bool {
	return strings.EqualFold(strings.TrimPrefix(a, "@"), strings.TrimPrefix(b, "@"))
}

// owns says whether an entry is somebody's: who asked for it, approved it, or has
// the file that it is in.
func owns(name string, p place) bool {
	team := strings.TrimSuffix(path.Base(p.file.Name), ".yaml")
	if path.Dir(p.file.Name) == exceptionsFolder && isPerson(team, path.Base(name)) {
		return true
	}
	return slices.ContainsFunc(append([]string{p.entry.RequestedBy}, p.entry.ApprovedBy...), func(who string) bool {
		return who != "" && isPerson(who, name)
	})
}
