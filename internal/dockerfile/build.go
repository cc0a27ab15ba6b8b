package dockerfile

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
)

// Options are what a build adds to its Dockerfile. The zero value is a build
// without any.
type Options struct {
	// Target is the stage to build, by name or number; the last one when empty.
	Target string

	// Args are build arguments by name. As with Docker, one that the file does not
	// declare has no effect.
	Args map[string]string

	// Contexts are named contexts by name: "docker-image://debian:12", or anything
	// else, which is taken for files.
	Contexts map[string]string

	// Platform is that of the image, "os/arch[/variant]". It is taken for the
	// builder's as well, because nothing in an image tells that. Empty when it is
	// not known; arguments such as TARGETARCH then have no value.
	Platform string
}

// Build is a Dockerfile under certain options.
type Build struct {
	// Name is the name of the file, for messages.
	Name string

	// Stages are all stages, in the order of the file; never empty.
	Stages []*Stage

	// Target is the stage that the image was made of.
	Target *Stage
}

// Build puts arguments, platform and contexts into the file. The error is for
// the user: a target that does not exist, a platform that is none, an ONBUILD that
// does not parse, or a file that expands to an absurd size.
func (f *File) Build(opts Options) (b *Build, err error) {
	defer func() {
		if r := recover(); r != nil {
			b, err = nil, at(f.name, 0, fmt.Errorf("BuildKit's parser cannot expand it: %v", r))
		}
	}()
	if opts.Platform != "" {
		platform := parsePlatform(opts.Platform)
		if platform == "" {
			return nil, fmt.Errorf("expected a platform such as %q, got %q", "linux/arm64", opts.Platform)
		}
		opts.Platform = platform
	}
	e := newEvaluator(f, opts)
	for _, node := range f.nodes {
		command, err := f.command(node)
		if err != nil {
			return nil, err
		}
		if err := e.apply(command, node); err != nil {
			return nil, at(f.name, node.StartLine, err)
		}
		if e.exhausted() {
			return nil, at(f.name, node.StartLine, fmt.Errorf("expected a file that expands to at most %d MiB", maxWork>>20))
		}
	}
	b = &Build{Name: f.name, Stages: e.stages()}
	b.Target, err = b.stage(opts.Target)
	return b, err
}

// Chain returns the stages whose instructions made the image: the target last,
// before it the stage that it is FROM, and so on.
func (b *Build) Chain() []*Stage {
	var chain []*Stage
	for s := b.Target; s != nil; s = s.From.Stage {
		chain = append(chain, s)
	}
	slices.Reverse(chain)
	return chain
}

// Needed returns the stages that the target depends on, itself included, through
// FROM, COPY --from and RUN --mount, in the order of the file.
func (b *Build) Needed() []*Stage {
	needed := make([]bool, len(b.Stages))
	needed[b.Target.Index] = true
	// A stage depends on earlier ones only, so one pass from the end sees all.
	for i := len(b.Stages) - 1; i >= 0; i-- {
		if !needed[i] {
			continue
		}
		for _, image := range b.Stages[i].uses() {
			if image.Stage != nil {
				needed[image.Stage.Index] = true
			}
		}
	}
	var stages []*Stage
	for i, s := range b.Stages {
		if needed[i] {
			stages = append(stages, s)
		}
	}
	return stages
}

// Images returns every use of something outside of the file by the stages that
// the target needs, in the order of the file. An image that is named twice is in
// it twice; what replaces an image, or has no Ref for want of an argument, is in
// it too.
func (b *Build) Images() []*Image { return externals(b.Needed()) }

// stage finds a stage by name, else by number; the last one when there is
// neither.
func (b *Build) stage(target string) (*Stage, error) {
	if target == "" {
		return b.Stages[len(b.Stages)-1], nil
	}
	if s := stageNamed(b.Stages, target); s != nil {
		return s, nil
	}
	if i, err := strconv.Atoi(target); err == nil && i >= 0 && i < len(b.Stages) {
		return b.Stages[i], nil
	}
	var known []string
	for _, s := range b.Stages {
		known = append(known, s.Label())
	}
	return nil, at(b.Name, 0, fmt.Errorf("expected a target among the stages %s, got %q", strings.Join(known, ", "), target))
}

// stageNamed returns the last stage of a name, whatever its case; nil when there
// is none.
func stageNamed(stages []*Stage, name string) *Stage {
	for _, s := range slices.Backward(stages) {
		if s.Name != "" && strings.EqualFold(s.Name, name) {
			return s
		}
	}
	return nil
}

// externals returns what stages use that is neither a stage nor scratch.
func externals(stages []*Stage) []*Image {
	var images []*Image
	for _, s := range stages {
		for _, image := range s.uses() {
			if image.Stage == nil && !image.Scratch {
				images = append(images, image)
			}
		}
	}
	return images
}

// targetName is what BuildKit calls the target in the argument TARGETSTAGE.
func (f *File) targetName(target string) string {
	for _, node := range slices.Backward(f.nodes) {
		if target != "" || !strings.EqualFold(node.Value, "from") {
			continue
		}
		if command, err := f.command(node); err == nil {
			target = command.(*instructions.Stage).Name
		}
		break
	}
	if target == "" {
		return "default"
	}
	return target
}
