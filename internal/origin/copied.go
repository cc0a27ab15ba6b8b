package origin

import (
	"path"
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/dockerfile"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/lineage"
)

// maker is the stage or the image that a copied file comes from.
type maker struct {
	*dockerfile.Image

	// added is set when the stage has the file from those of the build, so that its
	// image has nothing to do with what is in it.
	added bool
}

// makerOf follows a file of a COPY --from through the stages that only passed it
// on.
func makerOf(layer lineage.Layer, file string) maker {
	from, step := layer.Copied, layer.Step
	// A stage can only take from earlier ones, so this ends.
	for from.Stage != nil && step != nil {
		source, ok := sourceOf(step, file)
		if !ok {
			break
		}
		next := copyOf(from.Stage, source.path)
		if next == nil {
			break
		}
		if next.From == nil {
			return maker{from, true}
		}
		from, step, file = next.From, next, source.path
	}
	return maker{from, false}
}

// source is where a COPY takes a file from.
type source struct {
	path string

	// exact is set when the instruction names the file, rather than a folder that
	// may have it.
	exact bool
}

// sourceOf is where an instruction takes the file from that it copies to the
// given path; false when it does not copy there, or does not tell.
func sourceOf(step *dockerfile.Instruction, file string) (source, bool) {
	dest := path.Clean(step.Dest)
	if step.Kind != "COPY" && step.Kind != "ADD" || step.Dest == "" {
		return source{}, false
	}
	inside, isInside := file, dest == "."
	if !isInside {
		inside, isInside = strings.CutPrefix(file, dest+"/")
	}
	for _, from := range step.Sources {
		from = strings.TrimPrefix(path.Clean("/"+from), "/")
		folder, name := path.Split(from)
		switch matched, err := path.Match(name, inside); {
		case file == dest && len(step.Sources) == 1:
			return source{from, true}, true
		case isInside && matched && err == nil:
			return source{folder + inside, name == inside}, true
		}
	}
	if !isInside || len(step.Sources) != 1 {
		return source{}, false
	}
	return source{strings.TrimPrefix(path.Join(path.Clean("/"+step.Sources[0]), inside), "/"), false}, true
}

// copyOf is the instruction that copied a file into a stage or one below; nil when
// the stage made the file, or had it from its image.
func copyOf(stage *dockerfile.Stage, file string) *dockerfile.Instruction {
	ran := false
	for s := stage; s != nil; s = s.From.Stage {
		for _, in := range slices.Backward(s.Instructions) {
			ran = ran || in.Kind == "RUN"
			from, ok := sourceOf(in, file)
			switch {
			case !ok:
			case from.exact:
				return in
			case ran:
				return nil // made inside of a folder that was copied
			default:
				return in
			}
		}
	}
	return nil
}

// root is the image that a stage stands on in the end; img itself when it is one.
func root(img *dockerfile.Image) *dockerfile.Image {
	for img.Stage != nil {
		img = &img.Stage.From
	}
	return img
}

// compiler is the FROM of the stage that compiled a Go program, which is what
// chooses its standard library unless go.mod names a newer toolchain.
func (a *Attributor) compiler(p finding.Package, made maker) (finding.Manifest, bool) {
	if p.Type != "gobinary" || p.Name != "stdlib" || made.added || !runs(made.Stage) || a.in.Lineage.Line == nil {
		return finding.Manifest{}, false
	}
	from := root(made.Image)
	if from.Scratch {
		return finding.Manifest{}, false
	}
	return finding.Manifest{
		Line:       a.in.Lineage.Line(from.Start, from.End),
		Role:       "toolchain",
		Confidence: finding.Declared,
	}, true
}

// runs says whether anything ran in a stage or one below.
func runs(stage *dockerfile.Stage) bool {
	for s := stage; s != nil; s = s.From.Stage {
		if slices.ContainsFunc(s.Instructions, func(in *dockerfile.Instruction) bool { return in.Kind == "RUN" }) {
			return true
		}
	}
	return false
}
