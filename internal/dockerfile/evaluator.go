package dockerfile

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/containerd/platforms"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/util/system"
)

// evaluator goes through a file instruction by instruction, as BuildKit does
// when it builds one.
type evaluator struct {
	expander
	file     *File
	args     map[string]string
	contexts contexts
	platform string
	global   *values // of the ARGs before the first FROM, and the automatic ones
	states   []*state
}

// state is a stage while its instructions run.
type state struct {
	*Stage
	values   *values
	args     []argument // of the stages below too
	shell    []string   // of the last SHELL; empty for the default
	workdir  string     // empty when the base image decides it
	windows  bool
	replaced bool // by a named context of the stage's name
	triggers []trigger
}

// argument is a variable that an ARG has declared, which BuildKit puts in front
// of every RUN in the history.
type argument struct{ name, value string }

// Some things cost more than their bytes: an ONBUILD, which is read again for each
// stage on its own, and a variable that is copied.
const (
	triggerWork  = 4 << 10
	variableWork = 64
)

// trigger is the instruction of an ONBUILD.
type trigger struct {
	expression string
	line       int
}

func newEvaluator(f *File, opts Options) *evaluator {
	e := &evaluator{
		expander: expander{escape: f.escape},
		file:     f,
		args:     opts.Args,
		contexts: newContexts(opts.Contexts),
		platform: opts.Platform,
		global:   newValues(true),
	}
	for _, automatic := range automaticArgs(opts.Platform, f.targetName(opts.Target)) {
		value, known := automatic.value, opts.Platform != "" || automatic.name == "TARGETSTAGE"
		if given, ok := opts.Args[automatic.name]; ok {
			value, known = given, true
		}
		if known {
			e.global.set(automatic.name, value, true)
		}
	}
	return e
}

// automaticArgs are the arguments that BuildKit declares before the first FROM.
// The builder's platform is not known and taken to be the image's.
func automaticArgs(platform, target string) []argument {
	p, _ := platforms.Parse(platform)
	return []argument{
		{"BUILDPLATFORM", platforms.Format(p)},
		{"BUILDOS", p.OS},
		{"BUILDOSVERSION", p.OSVersion},
		{"BUILDARCH", p.Architecture},
		{"BUILDVARIANT", p.Variant},
		{"TARGETPLATFORM", platforms.FormatAll(p)},
		{"TARGETOS", p.OS},
		{"TARGETOSVERSION", p.OSVersion},
		{"TARGETARCH", p.Architecture},
		{"TARGETVARIANT", p.Variant},
		{"TARGETSTAGE", target},
	}
}

func (e *evaluator) stages() []*Stage {
	stages := make([]*Stage, len(e.states))
	for i, s := range e.states {
		stages[i] = s.Stage
	}
	return stages
}

// apply runs one instruction.
func (e *evaluator) apply(command any, node *parser.Node) error {
	if from, ok := command.(*instructions.Stage); ok {
		return e.from(from, node)
	}
	if len(e.states) == 0 {
		e.globalArg(command.(*instructions.ArgCommand))
		return nil
	}
	s := e.states[len(e.states)-1]
	if s.replaced {
		return nil
	}
	e.run(s, newInstruction(node), command)
	return nil
}

func newInstruction(node *parser.Node) *Instruction {
	return &Instruction{
		Kind: strings.ToUpper(node.Value), Text: strings.TrimSpace(node.Original),
		Start: node.StartLine, End: node.EndLine, Heredoc: len(node.Heredocs) > 0,
	}
}

// globalArg sets arguments for the FROM lines.
func (e *evaluator) globalArg(c *instructions.ArgCommand) {
	for _, arg := range c.Args {
		if given, ok := e.args[arg.Key]; ok {
			e.global.set(arg.Key, given, true)
		} else if arg.Value != nil {
			if value, missing, ok := e.word(*arg.Value, e.global); ok && len(missing) == 0 {
				e.global.set(arg.Key, value, true)
			}
		}
	}
}

// from begins a stage.
func (e *evaluator) from(c *instructions.Stage, node *parser.Node) error {
	s := &state{Stage: &Stage{Index: len(e.states), Name: c.Name}}
	s.From = Image{Word: c.BaseName, Platform: e.platform, Start: node.StartLine, End: node.EndLine}
	if c.Platform != "" {
		platform, missing, _ := e.word(c.Platform, e.global)
		s.From.Platform = ""
		if len(missing) == 0 {
			s.From.Platform = parsePlatform(platform)
		}
	}
	s.replaced = c.Name != "" && e.contexts.replace(&s.From, c.Name)
	if !s.replaced {
		e.resolve(&s.From, e.global, e.stages())
	}
	base := s.From.Stage
	switch {
	case base != nil:
		below, size := e.states[base.Index], 0
		s.From.Platform = base.From.Platform
		s.values, size = below.values.child()
		s.args = append(s.args, below.args...)
		s.shell, s.workdir, s.windows = below.shell, below.workdir, below.windows
		e.spend(size + variableWork*(len(s.values.settings)+len(s.args)))
	default:
		s.windows = isWindows(s.From.Platform)
		s.values = newValues(s.From.Scratch)
		if s.From.Scratch {
			s.workdir = "/"
			if !s.windows {
				s.values.set("PATH", system.DefaultPathEnvUnix, true)
			}
		}
	}
	e.states = append(e.states, s)
	if base == nil {
		return nil
	}
	for _, t := range e.states[base.Index].triggers {
		if e.exhausted() {
			break // Build says so
		}
		if err := e.trigger(s, t); err != nil {
			return err
		}
	}
	return nil
}

// resolve finds out what the word of an image stands for.
func (e *evaluator) resolve(image *Image, v *values, earlier []*Stage) {
	name, missing, ok := e.word(image.Word, v)
	if image.Missing = missing; !ok || len(missing) > 0 {
		return
	}
	switch stage := stageNamed(earlier, name); {
	case stage != nil:
		image.Stage = stage
	case name == scratch:
		image.Scratch = true
	case e.contexts.replace(image, name):
	default:
		image.Ref = familiar(name)
	}
}

// source resolves a COPY --from, which may be a number, or a mount's from.
func (e *evaluator) source(s *state, i *Instruction, word string, numbers bool) *Image {
	image := &Image{Word: word, Platform: e.platform, Start: i.Start, End: i.End}
	earlier := e.stages()[:s.Index]
	if n, err := strconv.Atoi(word); err == nil && numbers {
		if n >= 0 && n < len(earlier) {
			image.Stage = earlier[n]
		}
	} else {
		e.resolve(image, s.values, earlier)
	}
	if image.Stage != nil {
		image.Platform = image.Stage.From.Platform
	}
	return image
}

// trigger runs an ONBUILD of the stage below.
func (e *evaluator) trigger(s *state, t trigger) error {
	parsed, err := parser.Parse(strings.NewReader(t.expression))
	if err != nil {
		return fmt.Errorf("reading ONBUILD of line %d: %w", t.line, err)
	}
	for _, node := range parsed.AST.Children {
		command, err := instructions.ParseCommand(node)
		if err != nil {
			return fmt.Errorf("reading ONBUILD of line %d: %w", t.line, err)
		}
		i := newInstruction(node)
		i.OnBuild, i.Start, i.End = true, s.From.Start, s.From.End
		e.run(s, i, command)
	}
	e.spend(triggerWork + len(t.expression))
	return nil
}
