package dockerfile

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// maxDepth is how many scripts may be inside of each other: sh -c "sh -c ...".
const maxDepth = 4

// shellReader goes through shell scripts for commands that install something. It
// runs nothing: it knows literals, the variables of the Dockerfile, and those
// that the script sets once to something known.
type shellReader struct {
	env      func(name string) (string, bool)
	installs []Install
	depth    int
}

// scope are the variables that one script sets.
type scope struct {
	*shellReader
	set  map[string]string
	lost map[string]bool // not known any more, whatever the Dockerfile says
	line func(syntax.Pos) int
	text string
}

// script reads a script of a language, or of bash or POSIX shell, whichever it
// parses as: what calls itself sh is often bash.
func (r *shellReader) script(text string, language syntax.LangVariant, line func(syntax.Pos) int) {
	if len(text) > maxScript || r.depth >= maxDepth {
		return
	}
	r.depth++
	defer func() { r.depth-- }()
	for _, variant := range []syntax.LangVariant{language, syntax.LangBash, syntax.LangPOSIX} {
		file, err := syntax.NewParser(syntax.Variant(variant)).Parse(strings.NewReader(text), "")
		if err != nil {
			continue
		}
		s := &scope{shellReader: r, set: map[string]string{}, lost: repeated(file), line: line, text: text}
		syntax.Walk(file, s.visit)
		return
	}
}

// exec reads a command that no shell sees.
func (r *shellReader) exec(args []string, line int) {
	words := make([]word, len(args))
	for i, arg := range args {
		words[i] = word{arg, line}
	}
	r.command(words)
}

func (s *scope) visit(node syntax.Node) bool {
	switch n := node.(type) {
	case *syntax.Stmt:
		if call, ok := n.Cmd.(*syntax.CallExpr); ok {
			s.call(call, n.Redirs)
		}
	case *syntax.DeclClause: // export and the like, in bash
		for _, a := range n.Args {
			s.assign(a)
		}
	}
	return len(s.installs) < maxInstalls
}

func (s *scope) call(call *syntax.CallExpr, redirects []*syntax.Redirect) {
	if len(call.Args) == 0 {
		for _, a := range call.Assigns {
			s.assign(a)
		}
		return
	}
	var words []word
	for _, arg := range call.Args {
		if len(words) >= maxInstalls {
			break
		}
		line := s.line(arg.Pos())
		for _, field := range s.fields(arg) {
			words = append(words, word{field, line})
		}
	}
	if len(words) > 0 && (words[0].text == "export" || words[0].text == "readonly") {
		for _, w := range words[1:] {
			if name, value, ok := strings.Cut(w.text, "="); ok {
				s.store(name, value)
			}
		}
	}
	s.command(words)
	s.input(words, redirects)
}

// input reads a script that a shell gets as a here-document.
func (s *scope) input(words []word, redirects []*syntax.Redirect) {
	if len(words) == 0 {
		return
	}
	language, ok := languageOf(words[0].text)
	if !ok {
		return
	}
	for _, redirect := range redirects {
		if redirect.Hdoc == nil {
			continue
		}
		from, to := redirect.Hdoc.Pos(), redirect.Hdoc.End()
		if !from.IsValid() || from.Offset() > to.Offset() || int(to.Offset()) > len(s.text) {
			continue
		}
		s.script(s.text[from.Offset():to.Offset()], language, func(p syntax.Pos) int {
			return s.line(syntax.NewPos(from.Offset()+p.Offset(), from.Line()+p.Line()-1, 1))
		})
	}
}

func (s *scope) assign(a *syntax.Assign) {
	if a.Name == nil || a.Naked {
		return
	}
	value := unset
	if !a.Append && a.Index == nil && a.Array == nil {
		value = ""
		if a.Value != nil {
			value = s.quoted(a.Value)
		}
	}
	s.store(a.Name.Value, value)
}

func (s *scope) store(name, value string) {
	if strings.Contains(value, unset) {
		s.lost[name] = true
	}
	s.set[name] = value
}

// get looks a variable up; the text is unset when nobody knows.
func (s *scope) get(name string) string {
	if s.lost[name] {
		return unset
	}
	if value, ok := s.set[name]; ok {
		return value
	}
	if value, ok := s.env(name); ok {
		return value
	}
	return unset
}

// repeated returns the names that a script sets more than once or to each of
// several values, so that it takes running it to know which holds.
func repeated(file *syntax.File) map[string]bool {
	times, lost := map[string]int{}, map[string]bool{}
	set := func(name string) {
		if times[name]++; times[name] > 1 {
			lost[name] = true
		}
	}
	syntax.Walk(file, func(node syntax.Node) bool {
		switch n := node.(type) {
		case *syntax.CallExpr:
			for _, a := range n.Assigns {
				if a.Name != nil && len(n.Args) == 0 {
					set(a.Name.Value)
				}
			}
			if len(n.Args) > 1 && n.Args[0].Lit() == "read" {
				for _, arg := range n.Args[1:] {
					lost[arg.Lit()] = true
				}
			}
		case *syntax.DeclClause:
			for _, a := range n.Args {
				if a.Name != nil && !a.Naked {
					set(a.Name.Value)
				}
			}
		case *syntax.WordIter:
			if n.Name != nil {
				lost[n.Name.Value] = true
			}
		}
		return true
	})
	return lost
}
