package publish

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/report"
)

// File renders the report to a file. A reader of the file sees the old content
// or the whole new one, never a part: the report is written beside it and
// renamed.
type File struct {
	Format report.Format
	Path   string

	// Roots are the folders below which the file has to be, for a place where
	// others have laid out the files: links inside of them are not followed, and
	// folders that are missing are made. Empty entries do not count; without any
	// other, the file may be anywhere.
	Roots []string

	Options report.Options
}

var _ Publisher = File{}

func (f File) String() string { return fmt.Sprintf("%s to %q", f.Format.Name, f.Path) }

// Check finds out, before any work is done, whether the file can be written. It
// leaves nothing behind.
func (f File) Check() error {
	if f.confined() {
		place, err := openInside(f.Roots, f.Path)
		if err != nil {
			return fmt.Errorf("cannot write %s: %w", f, err)
		}
		defer place.close()
		if err := place.check(); err != nil {
			return fmt.Errorf("cannot write %s: %w", f, err)
		}
		return nil
	}
	target, special, err := f.target()
	if err != nil || special {
		return err
	}
	probe, err := os.CreateTemp(filepath.Dir(target), ".imgscan-*")
	if err != nil {
		return fmt.Errorf("cannot write %s: %w: name a file in a folder that exists and is writable", f, reason(err))
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// Publish writes the file.
func (f File) Publish(rep *finding.Report) error {
	write := func(out *os.File) error { return f.render(out, rep) }
	if f.confined() {
		place, err := openInside(f.Roots, f.Path)
		if err != nil {
			return err
		}
		defer place.close()
		return place.replace(0o644, write)
	}
	target, special, err := f.target()
	if err != nil {
		return err
	}
	if special {
		return f.writeInto(target, rep)
	}
	return replace(target, 0o644, write)
}

// confined says whether the file may not be anywhere.
func (f File) confined() bool {
	return slices.ContainsFunc(f.Roots, func(root string) bool { return root != "" })
}

// target is the file to replace, behind any symbolic link. special is true for
// what must be written into rather than replaced: a pipe or a device.
func (f File) target() (path string, special bool, err error) {
	path = f.Path
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		path = resolved
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return path, false, nil
	case err != nil:
		return "", false, fmt.Errorf("cannot write %s: %w", f, reason(err))
	case info.IsDir():
		return "", false, fmt.Errorf("cannot write %s: it is a folder: name a file", f)
	}
	return path, !info.Mode().IsRegular(), nil
}

func (f File) writeInto(path string, rep *finding.Report) error {
	out, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return reason(err)
	}
	return errors.Join(f.render(out, rep), out.Close())
}

func (f File) render(out *os.File, rep *finding.Report) error {
	w := bufio.NewWriter(out)
	if err := f.Format.Write(w, rep, f.Options); err != nil {
		return err
	}
	return w.Flush()
}

// reason is err without the operation and the name of a temporary file, which
// mean nothing to the user.
func reason(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.Err
	}
	return err
}
