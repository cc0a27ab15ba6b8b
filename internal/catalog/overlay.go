package catalog

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// overlay is the files that are visible after the layers so far. Only those
// with facts are in it, so that the many entries that hide nothing cost one look.
type overlay struct {
	root folder

	// onPackage, unless nil, is told of each package that becomes visible (+1) or
	// ceases to be (-1).
	onPackage func(p *finding.Package, change int)
}

// placed is the facts of a visible file. They belong to their layer and are not
// to be changed.
type placed struct {
	*facts

	layer int // the index of the layer that wrote the file last
}

// folder is a path with facts of its own, or below it, or both.
type folder struct {
	facts    []placed
	children map[string]*folder
}

func (f *folder) empty() bool { return len(f.facts) == 0 && len(f.children) == 0 }

// apply puts layer, which is the one of that index, on top.
func (o *overlay) apply(layer *layerFacts, index int) error {
	// Whatever a layer removes or replaces is below it, never its own, so all of
	// that comes before its files.
	for _, dir := range layer.Opaque {
		o.hide([]byte(dir), false, true)
	}
	for _, path := range layer.Whiteouts {
		o.hide([]byte(path), true, true)
	}
	if !o.root.empty() {
		err := layer.Entries.each(func(entry []byte) {
			// Anything in the place of a file hides it, and a folder joins the folder
			// that was there. Anything else in the place of a folder hides all of it.
			path, isDir := bytes.CutSuffix(entry, []byte("/"))
			o.hide(path, true, !isDir)
		})
		if err != nil {
			return err
		}
	}
	for i := range layer.Files {
		o.add(placed{&layer.Files[i], index})
	}
	return nil
}

func (o *overlay) add(f placed) {
	at := &o.root
	for name := range strings.SplitSeq(f.Path, "/") {
		next := at.children[name]
		if next == nil {
			if at.children == nil {
				at.children = make(map[string]*folder)
			}
			next = new(folder)
			at.children[name] = next
		}
		at = next
	}
	at.facts = append(at.facts, f)
	o.tell(f, +1)
}

// hide removes what is at path, or what is beneath it, or both. The empty path
// is the root.
func (o *overlay) hide(path []byte, itself, beneath bool) {
	if len(path) == 0 {
		o.root.eachFact(func(f placed) { o.tell(f, -1) })
		o.root = folder{}
		return
	}
	o.hideIn(&o.root, path, itself, beneath)
}

func (o *overlay) hideIn(at *folder, path []byte, itself, beneath bool) {
	name, rest, deeper := bytes.Cut(path, []byte("/"))
	child := at.children[string(name)]
	if child == nil {
		return
	}
	if deeper {
		o.hideIn(child, rest, itself, beneath)
	} else {
		if itself {
			for i := range child.facts {
				o.tell(child.facts[i], -1)
			}
			child.facts = nil
		}
		if beneath {
			for _, c := range child.children {
				c.eachFact(func(f placed) { o.tell(f, -1) })
			}
			child.children = nil
		}
	}
	if child.empty() {
		delete(at.children, string(name))
	}
}

func (o *overlay) tell(f placed, change int) {
	if o.onPackage == nil {
		return
	}
	for i := range f.Packages {
		o.onPackage(&f.Packages[i], change)
	}
}

func (f *folder) eachFact(visit func(placed)) {
	for _, p := range f.facts {
		visit(p)
	}
	for _, name := range slices.Sorted(maps.Keys(f.children)) {
		f.children[name].eachFact(visit)
	}
}

// files are the facts of all visible files, by path.
func (o *overlay) files() []placed {
	var files []placed
	o.root.eachFact(func(f placed) { files = append(files, f) })
	// A folder's order is by name, and '/' is not the lowest byte of a name.
	slices.SortStableFunc(files, func(a, b placed) int { return strings.Compare(a.Path, b.Path) })
	return files
}
