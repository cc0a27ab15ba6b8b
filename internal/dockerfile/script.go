package dockerfile

import (
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"mvdan.cc/sh/v3/syntax"
)

// script is the command of a RUN, as little of it worked out as Build needs.
type script struct {
	instruction *Instruction
	lines       []string // of the file; none when the command is written elsewhere
	escape      rune
	exec        bool // a list of arguments rather than a line for a shell
	args        []string
	files       []instructions.ShellInlineFile
	values      *values
	now         int
}

func (f *File) newScript(i *Instruction, c *instructions.RunCommand, v *values) *script {
	s := &script{
		instruction: i, escape: f.escape,
		exec: !c.PrependShell, args: c.CmdLine, files: c.Files,
		values: v, now: v.now,
	}
	if !i.OnBuild && i.Start >= 1 && i.End <= len(f.lines) {
		s.lines = f.lines[i.Start-1 : i.End]
	}
	return s
}

// installs runs through the script.
func (s *script) installs() []Install {
	r := &shellReader{env: s.value}
	switch {
	case len(s.args) == 0:
	case s.exec:
		r.exec(s.args, s.instruction.Start)
	case len(s.files) > 0 && parser.MustParseHeredoc(s.args[0]) != nil:
		body := s.files[0].Data
		if language, ok := languageOf(s.interpreter(body)); ok {
			r.script(body, language, s.lineInFiles(1))
		}
	default:
		if language, ok := languageOf(s.interpreter("")); ok {
			r.script(withFiles(s.args[0], s.files), language, s.line())
		}
	}
	return r.installs
}

// interpreter is the program that reads the script: that of its first line, else
// the shell.
func (s *script) interpreter(body string) string {
	if first, ok := strings.CutPrefix(body, "#!"); ok {
		first, _, _ = strings.Cut(first, "\n")
		words := strings.Fields(first)
		if len(words) > 1 && base(words[0]) == "env" {
			words = words[1:]
			if words[0] == "-S" && len(words) > 1 {
				words = words[1:]
			}
		}
		if len(words) == 0 {
			return ""
		}
		return words[0]
	}
	if len(s.instruction.Shell) == 0 {
		return ""
	}
	return s.instruction.Shell[0]
}

// value looks a variable up as it is when the script begins.
func (s *script) value(name string) (string, bool) { return s.values.at(name, s.now) }

// line returns the function from a position in the script to a line of the file.
// The script begins on the instruction's own line; what its files contain
// follows line by line. Where this copy of the parser's work does not come to
// the parser's result, every position is the instruction's first line.
func (s *script) line() func(syntax.Pos) int {
	fallback := lineOnly(s.instruction.Start)
	if len(s.lines) == 0 {
		return fallback
	}
	j := join(s.lines, s.instruction.Start, s.escape)
	whole := strings.TrimSpace(j.text)
	if whole != s.instruction.Text || !strings.HasSuffix(whole, s.args[0]) {
		return fallback
	}
	before := strings.Index(j.text, whole) + len(whole) - len(s.args[0])
	files := s.lineInFiles(2)
	return func(p syntax.Pos) int {
		if p.Line() <= 1 {
			return j.line(before + int(p.Offset()))
		}
		return files(p)
	}
}

// lineOnly is the same line for every position.
func lineOnly(line int) func(syntax.Pos) int {
	return func(syntax.Pos) int { return line }
}

// lineInFiles is the same for the inline files, whose first line is the given line of
// the script. They end where the instruction ends, each with a line of its own.
func (s *script) lineInFiles(first int) func(syntax.Pos) int {
	start := s.instruction.End + 1
	for _, file := range s.files {
		start -= strings.Count(file.Data, "\n") + 1
	}
	return func(p syntax.Pos) int {
		line := start + int(p.Line()) - first
		if len(s.lines) == 0 || line < s.instruction.Start || line > s.instruction.End {
			return s.instruction.Start
		}
		return line
	}
}

// languageOf tells the shell that a program is; it is not ok for what is none,
// such as PowerShell.
func languageOf(program string) (syntax.LangVariant, bool) {
	switch strings.TrimSuffix(base(program), ".exe") {
	case "sh", "dash", "ash", "busybox":
		return syntax.LangPOSIX, true
	case "bash":
		return syntax.LangBash, true
	case "mksh", "ksh":
		return syntax.LangMirBSDKorn, true
	}
	return 0, false
}

// base is the last element of a path of either system.
func base(path string) string {
	return path[strings.LastIndexAny(path, `/\`)+1:]
}
