package dockerfile

import (
	"strings"
	"unicode"

	"mvdan.cc/sh/v3/syntax"
)

// maxWord is how long a word of a script may get with variables in it.
const maxWord = 4 << 10

// word is one word of a command after expansion. What is not known of it is the
// character unset.
type word struct {
	text string
	line int
}

// fields expands a word of a script into as many as the shell makes of it.
func (s *scope) fields(w *syntax.Word) []string {
	var b fieldBuilder
	for _, part := range w.Parts {
		s.part(&b, part, false)
	}
	return b.done()
}

// quoted expands a word that is not split, as on the right of an assignment.
func (s *scope) quoted(w *syntax.Word) string {
	var b fieldBuilder
	for _, part := range w.Parts {
		s.part(&b, part, true)
	}
	return strings.Join(b.done(), "")
}

// part expands a part of a word; whole is set where spaces do not split.
func (s *scope) part(b *fieldBuilder, part syntax.WordPart, whole bool) {
	switch p := part.(type) {
	case *syntax.Lit:
		text := unescape(p.Value, false)
		if !whole && strings.ContainsRune(text, '{') {
			text = unset // may be several words in bash
		}
		b.add(text)
	case *syntax.SglQuoted:
		if p.Dollar && strings.Contains(p.Value, `\`) {
			b.add(unset)
			return
		}
		b.add(p.Value)
	case *syntax.DblQuoted:
		b.add("")
		for _, inner := range p.Parts {
			if lit, ok := inner.(*syntax.Lit); ok {
				b.add(unescape(lit.Value, true))
				continue
			}
			s.part(b, inner, true)
		}
	case *syntax.ParamExp:
		if value := s.parameter(p); whole {
			b.add(value)
		} else {
			b.split(value)
		}
	default:
		b.add(unset)
	}
}

// parameter expands $name and ${name:-default}; the rest takes a shell.
func (s *scope) parameter(p *syntax.ParamExp) string {
	if p.Param == nil || p.Flags != nil || p.Excl || p.Length || p.Width || p.IsSet || p.Index != nil ||
		p.Slice != nil || p.Repl != nil || p.Names != 0 || len(p.Modifiers) > 0 {
		return unset
	}
	name := p.Param.Value
	value := s.get(name)
	if len(value) > maxWord {
		value = unset
	}
	if p.Exp == nil {
		return value
	}
	switch p.Exp.Op {
	case syntax.DefaultUnset, syntax.DefaultUnsetOrNull:
	default:
		return unset
	}
	if s.lost[name] || value != unset && value != "" {
		return value
	}
	if value == "" && p.Exp.Op == syntax.DefaultUnset || p.Exp.Word == nil {
		return ""
	}
	return s.quoted(p.Exp.Word)
}

// unescape takes out the backslashes of literal text.
func unescape(text string, quoted bool) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) && (!quoted || strings.IndexByte("\\\"$`\n", text[i+1]) >= 0) {
			i++
			if text[i] == '\n' {
				continue
			}
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// fieldBuilder collects the fields of a word.
type fieldBuilder struct {
	fields []string
	last   strings.Builder
	open   bool // last is a field, be it an empty one
}

func (b *fieldBuilder) add(text string) {
	b.open = true
	if b.last.Len()+len(text) > maxWord {
		text = unset
	}
	if b.last.Len() <= maxWord {
		b.last.WriteString(text)
	}
}

// split adds text whose spaces separate fields.
func (b *fieldBuilder) split(text string) {
	for i, field := range strings.FieldsFunc(text, unicode.IsSpace) {
		if i > 0 || strings.IndexFunc(text, unicode.IsSpace) == 0 {
			b.close()
		}
		b.add(field)
	}
	if text != "" && strings.LastIndexFunc(text, unicode.IsSpace) == len(text)-1 {
		b.close()
	}
}

func (b *fieldBuilder) close() {
	if b.open {
		b.fields = append(b.fields, b.last.String())
		b.last.Reset()
		b.open = false
	}
}

func (b *fieldBuilder) done() []string {
	b.close()
	return b.fields
}
