package manifest

import (
	"path"
	"regexp"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// rubySystem joins installed gems with Gemfile and Gemfile.lock.
type rubySystem struct {
	projects []*project
}

func newRubySystem(docs []*document) system {
	return &rubySystem{newProjects(docs, rubyRange)}
}

func (s *rubySystem) find(p finding.Package, _ []finding.Package) []finding.Manifest {
	if strings.Contains(p.Path, "/specifications/default/") {
		return nil // Ruby's own
	}
	return findAll(s.projects, ask{name: p.Name, title: p.Name, version: p.Version, tied: true})
}

// gemfile reads Gemfile, which is a program; only the plain forms are
// understood, a line at a time.
type gemfile struct{}

func (gemfile) wants(p string) bool {
	b := path.Base(p)
	return b == "Gemfile" || b == "gems.rb"
}

var (
	gemLine     = regexp.MustCompile(`^\s*gem[\s(]+["']([^"']+)["'](.*)$`)
	gemVersions = regexp.MustCompile(`^\s*,\s*["']([^"']+)["']`)
	gemGroup    = regexp.MustCompile(`^\s*group\b(.*)\bdo\b`)
	gemBlock    = regexp.MustCompile(`\bdo\b\s*(\|[^|]*\|)?\s*$|^\s*(if|unless|case)\b`)
	gemOption   = regexp.MustCompile(`\bgroups?(?::|\s*=>)(.*)$`)
	gemEnd      = regexp.MustCompile(`^\s*end\b`)
	gemRuntime  = regexp.MustCompile(`:(production|default)\b`)
)

func (gemfile) read(f *file) (*document, error) {
	doc := &document{}
	var blocks []bool // of those that are open: only for development
	for i, line := range f.lines() {
		if len(line) > maxScriptLine {
			continue
		}
		line, _ = cutComment(line)
		if m := gemLine.FindStringSubmatch(line); m != nil {
			r := request{name: m[1], line: f.span(i+1, i+1), role: roleDirect}
			rest := m[2]
			var wants []string
			for v := gemVersions.FindStringSubmatch(rest); v != nil; v = gemVersions.FindStringSubmatch(rest) {
				wants = append(wants, v[1])
				rest = rest[len(v[0]):]
			}
			r.want = strings.Join(wants, ", ")
			r.dev = len(blocks) > 0 && blocks[len(blocks)-1]
			if g := gemOption.FindStringSubmatch(rest); g != nil {
				r.dev = isDevelopment(g[1])
			}
			doc.requests = append(doc.requests, r)
			continue
		}
		switch {
		case gemEnd.MatchString(line) && len(blocks) > 0:
			blocks = blocks[:len(blocks)-1]
		case gemBlock.MatchString(line):
			inner := len(blocks) > 0 && blocks[len(blocks)-1]
			if g := gemGroup.FindStringSubmatch(line); g != nil {
				inner = isDevelopment(g[1])
			}
			blocks = append(blocks, inner)
		}
	}
	return doc, nil
}

// isDevelopment says whether a list of Bundler's groups is for development or
// tests and for nothing else.
func isDevelopment(groups string) bool {
	return (strings.Contains(groups, "development") || strings.Contains(groups, "test")) && !gemRuntime.MatchString(groups)
}

// gemfileLock reads Gemfile.lock.
type gemfileLock struct{}

func (gemfileLock) wants(p string) bool {
	b := path.Base(p)
	return b == "Gemfile.lock" || b == "gems.locked"
}

func (gemfileLock) read(f *file) (*document, error) {
	var g lockGraph
	var asked []string
	section := ""
	for i, line := range f.lines() {
		text := strings.TrimLeft(line, " ")
		indent := len(line) - len(text)
		name, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
		switch {
		case text == "":
		case indent == 0:
			section = text
		case section == "DEPENDENCIES" && indent == 2:
			asked = append(asked, strings.TrimSuffix(name, "!"))
		case indent == 4 && strings.HasPrefix(rest, "("):
			// The version of a gem with native code has the platform behind it.
			version, _, _ := strings.Cut(strings.Trim(rest, "()"), "-")
			g.add(entry{name: name, version: version, line: f.span(i+1, i+1), local: section == "PATH"}, []string{name}, nil)
		case indent == 6 && len(g.needs) > 0:
			last := len(g.needs) - 1
			g.needs[last] = append(g.needs[last], name)
		}
	}
	for _, name := range asked {
		g.ask(name, root{name: name, dir: "."})
	}
	return &document{lock: g.done()}, nil
}
