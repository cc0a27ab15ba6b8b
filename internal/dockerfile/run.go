package dockerfile

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/util/system"
)

// run does what an instruction does to its stage and fills in the rest of i. The
// texts for the history are those of dockerfile2llb's dispatch functions.
func (e *evaluator) run(s *state, i *Instruction, command any) {
	s.Instructions = append(s.Instructions, i)
	i.Workdir = s.workdir
	text := func(word string) (string, error) { return e.text(word, s.values), nil }

	switch c := command.(type) {
	case *instructions.ArgCommand:
		i.Created = e.runArg(s, c)
	case *instructions.EnvCommand:
		i.Created = e.runEnv(s, c)
	case *instructions.LabelCommand:
		_ = c.Expand(text) // text has no errors
		i.Created = pairs("LABEL", c.Labels)
	case *instructions.RunCommand:
		e.runRun(s, i, c)
	case *instructions.CopyCommand:
		i.Dest = e.dest(s, c.SourcesAndDest)
		_ = c.Expand(text)
		e.runCopy(i, "COPY", c.SourcesAndDest, c.Parents, c.Chown, c.Chmod)
		if c.From != "" {
			i.From = e.source(s, i, c.From, true)
		}
	case *instructions.AddCommand:
		i.Dest = e.dest(s, c.SourcesAndDest)
		_ = c.Expand(text)
		e.runCopy(i, "ADD", c.SourcesAndDest, false, c.Chown, c.Chmod)
	case *instructions.WorkdirCommand:
		e.runWorkdir(s, i, c.Path)
	case *instructions.CmdCommand:
		i.Created = fmt.Sprintf("CMD %q", s.commandLine(i, c.ShellDependantCmdLine))
	case *instructions.EntrypointCommand:
		i.Created = fmt.Sprintf("ENTRYPOINT %q", s.commandLine(i, c.ShellDependantCmdLine))
	case *instructions.HealthCheckCommand:
		i.Created = fmt.Sprintf("HEALTHCHECK %+v", *c.Health)
	case *instructions.ExposeCommand:
		i.Created = e.runExpose(s, c.Ports)
	case *instructions.UserCommand:
		i.Created = "USER " + e.text(c.User, s.values)
	case *instructions.VolumeCommand:
		_ = c.Expand(text)
		i.Created = fmt.Sprintf("VOLUME %v", c.Volumes)
	case *instructions.StopSignalCommand:
		i.Created = "STOPSIGNAL " + e.text(c.Signal, s.values)
	case *instructions.ShellCommand:
		s.shell = c.Shell
		i.Created = fmt.Sprintf("SHELL %v", c.Shell)
	case *instructions.MaintainerCommand:
		i.Created = "MAINTAINER " + c.Maintainer
	case *instructions.OnbuildCommand:
		s.triggers = append(s.triggers, trigger{c.Expression, i.Start})
	}
	e.spend(len(i.Created))
}

// runArg follows dispatchArg: a build argument beats a default, which beats the
// value of an ARG before the first FROM.
func (e *evaluator) runArg(s *state, c *instructions.ArgCommand) string {
	created := []string{"ARG"}
	for _, arg := range c.Args {
		value, ok := e.args[arg.Key]
		known := true
		switch {
		case ok:
		case arg.Value != nil:
			value, known = e.settle(*arg.Value, s.values)
			ok = true
		default:
			value, ok = e.global.get(arg.Key)
		}
		s.args = append(s.args, argument{arg.Key, value})
		if !ok {
			s.values.declared[arg.Key] = true
			created = append(created, arg.Key)
			continue
		}
		// These two steer BuildKit's own scanner and stay out of the environment.
		if arg.Key != "BUILDKIT_SBOM_SCAN_CONTEXT" && arg.Key != "BUILDKIT_SBOM_SCAN_STAGE" {
			s.values.set(arg.Key, value, known)
		}
		created = append(created, arg.Key+"="+value)
	}
	return strings.Join(created, " ")
}

// runEnv expands all of an ENV before it sets any of it, as BuildKit does.
func (e *evaluator) runEnv(s *state, c *instructions.EnvCommand) string {
	known := make([]bool, len(c.Env))
	for n, pair := range c.Env {
		_, known[n] = e.settle(pair.Value, s.values)
	}
	_ = c.Expand(func(word string) (string, error) { return e.text(word, s.values), nil })
	for n, pair := range c.Env {
		s.values.set(pair.Key, pair.Value, known[n])
	}
	return pairs("ENV", c.Env)
}

func pairs(kind string, all instructions.KeyValuePairs) string {
	created := []string{kind}
	for _, pair := range all {
		created = append(created, pair.String())
	}
	return strings.Join(created, " ")
}

func (e *evaluator) runRun(s *state, i *Instruction, c *instructions.RunCommand) {
	i.Layer = true
	args := c.CmdLine
	if len(c.Files) > 0 && len(args) == 1 {
		args = []string{s.heredocs(args[0], c.Files)}
	}
	if c.PrependShell {
		i.Shell = s.runShell()
		args = append(slices.Clone(i.Shell), strings.Join(args, " "))
	}
	i.Created = "RUN " + strings.Join(append(e.prefix(s), args...), " ")
	for _, mount := range instructions.GetMounts(c) {
		if mount.From != "" && mount.From != scratch {
			i.Mounts = append(i.Mounts, e.source(s, i, mount.From, false))
		}
	}
	i.script = e.file.newScript(i, c, s.values)
}

// heredocs is the script that BuildKit makes of a RUN with inline files: the
// file itself when it is the whole command, else both as the shell reads them.
func (s *state) heredocs(line string, files []instructions.ShellInlineFile) string {
	if parser.MustParseHeredoc(line) == nil {
		return withFiles(line, files)
	}
	data := files[0].Data
	if files[0].Chomp {
		data = parser.ChompHeredocContent(data)
	}
	if !s.windows && strings.HasPrefix(data, "#!") {
		return path.Join("/dev/pipes/", files[0].Name)
	}
	return data
}

func withFiles(line string, files []instructions.ShellInlineFile) string {
	var b strings.Builder
	b.WriteString(line)
	for _, file := range files {
		b.WriteByte('\n')
		b.WriteString(file.Data)
		b.WriteString(file.Name)
	}
	return b.String()
}

// prefix is what BuildKit puts in front of a RUN: "|2", "A=1", "B=2".
func (e *evaluator) prefix(s *state) []string {
	var prefix []string
	place := map[string]int{}
	e.spend(variableWork * len(s.args))
	for _, arg := range s.args {
		value, ok := s.values.get(arg.name)
		if !ok {
			value = arg.value
		}
		text := arg.name + "=" + value
		if n, ok := place[arg.name]; ok {
			prefix[n] = text
			continue
		}
		place[arg.name] = len(prefix)
		prefix = append(prefix, text)
	}
	if len(prefix) == 0 {
		return nil
	}
	return append([]string{fmt.Sprintf("|%d", len(prefix))}, prefix...)
}

// runShell is what the shell form of a command is handed to.
func (s *state) runShell() []string {
	switch {
	case len(s.shell) > 0:
		return s.shell
	case s.windows:
		return []string{"cmd", "/S", "/C"}
	}
	return []string{"/bin/sh", "-c"}
}

// commandLine is what CMD and ENTRYPOINT put into the configuration.
func (s *state) commandLine(i *Instruction, c instructions.ShellDependantCmdLine) []string {
	if !c.PrependShell {
		return c.CmdLine
	}
	i.Shell = s.runShell()
	return append(slices.Clone(i.Shell), strings.Join(c.CmdLine, " "))
}

// runCopy writes COPY and ADD without --from, --link, --exclude, --checksum and
// the like, which the history does not keep.
func (e *evaluator) runCopy(i *Instruction, kind string, c instructions.SourcesAndDest, parents bool, chown, chmod string) {
	i.Layer = true
	i.Sources = c.SourcePaths
	words := []string{kind}
	if parents {
		words = append(words, "--parents")
	}
	if chown != "" {
		words = append(words, "--chown="+chown)
	}
	if chmod != "" {
		words = append(words, "--chmod="+chmod)
	}
	words = append(words, c.SourcePaths...)
	for _, file := range c.SourceContents {
		words = append(words, "<<"+file.Path)
	}
	i.Created = strings.Join(append(words, c.DestPath), " ")
}

// dest returns Instruction.Dest for the unexpanded destination of a COPY or ADD.
func (e *evaluator) dest(s *state, c instructions.SourcesAndDest) string {
	to, known := e.settle(c.DestPath, s.values)
	if !known {
		return ""
	}
	platform := s.system()
	if s.workdir == "" && !system.IsAbs(to, platform) {
		return ""
	}
	into := len(c.SourcePaths)+len(c.SourceContents) > 1
	switch path.Base(system.ToSlash(to, platform)) {
	case ".", "..":
		into = true
	}
	into = into || strings.HasSuffix(system.ToSlash(to, platform), "/")
	full, err := system.NormalizePath(s.workdir, to, platform, false)
	if err != nil {
		return ""
	}
	full = strings.TrimPrefix(path.Clean("/"+full), "/")
	switch {
	case full == "":
		return "."
	case into:
		return full + "/"
	}
	return full
}

// runWorkdir follows dispatchWorkdir, in which going to the root makes no layer.
func (e *evaluator) runWorkdir(s *state, i *Instruction, to string) {
	dir, known := e.settle(to, s.values)
	if !known || s.workdir == "" && !system.IsAbs(dir, s.system()) {
		s.workdir = ""
	} else if full, err := system.NormalizeWorkdir(s.workdir, dir, s.system()); err == nil {
		dir = system.ToSlash(full, s.system())
		s.workdir = dir
	}
	i.Workdir = s.workdir
	i.Layer = dir != "/"
	i.Created = "WORKDIR " + dir
}

// system is the operating system by the name that BuildKit's paths want.
func (s *state) system() string {
	if s.windows {
		return "windows"
	}
	return "linux"
}
