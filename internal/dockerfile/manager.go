package dockerfile

import (
	"slices"
	"strings"
)

// manager is a program that installs packages by name.
type manager struct {
	system   string
	name     string   // as to print it
	before   string   // the word before the verb: "global" in "yarn global add"
	optional bool     // it works without that word too
	verbs    []string // "install"; empty when the program has none
	need     []string // one of these flags has to be there: "-g"
	show     string   // the flag to print after the verb
	values   []string // flags that take the next word: "-t", "--target"
	version  []string // flags whose value is the version of what is named
	refuse   []string // flags with which nothing is installed by name
	split    func(text string) (requirement, bool)
}

// requirement is one package as a command names it.
type requirement struct {
	name, version string
	pinned        bool
}

// wrappers run the command that follows, after flags and settings of their own.
var wrappers = []string{"sudo", "doas", "env", "exec", "command", "time", "nice", "nohup", "timeout", "eatmydata", "xargs", "retry"}

// command takes down what one command installs.
func (r *shellReader) command(words []word) {
	if len(words) == 0 {
		return
	}
	name := base(words[0].text)
	if slices.Contains(wrappers, name) {
		for n := 1; n < len(words); n++ {
			inner := base(words[n].text)
			if _, ok := managerOf(inner); ok || isShell(inner) || isDownloader(inner) || isPython(inner) {
				r.command(words[n:])
				return
			}
		}
		return
	}
	if isShell(name) {
		r.inner(words)
		return
	}
	if isDownloader(name) {
		r.downloads(name, words[1:])
		return
	}
	if isPython(name) {
		// python -m pip install
		n := slices.IndexFunc(words, func(w word) bool { return w.text == "-m" })
		if n < 0 || n+1 >= len(words) || words[n+1].text != "pip" {
			return
		}
		m, _ := managerOf("pip")
		m.name = name + " -m pip"
		r.manage(m, words[n+2:])
		return
	}
	m, ok := managerOf(name)
	if !ok {
		return
	}
	words = words[1:]
	if m.before != "" {
		n := slices.IndexFunc(words, func(w word) bool { return !strings.HasPrefix(w.text, "-") })
		switch {
		case n >= 0 && words[n].text == m.before:
			m.name += " " + m.before
			words = slices.Delete(slices.Clone(words), n, n+1)
		case !m.optional:
			return
		}
	}
	r.manage(m, words)
}

// inner reads the script of sh -c.
func (r *shellReader) inner(words []word) {
	language, _ := languageOf(words[0].text)
	for n := 1; n+1 < len(words); n++ {
		flags := words[n].text
		switch {
		case !strings.HasPrefix(flags, "-"):
			return // a script's file
		case strings.HasPrefix(flags, "--"):
		case strings.Contains(flags, "c"):
			script := words[n+1]
			if strings.Contains(flags, "o") && n+2 < len(words) {
				script = words[n+2]
			}
			if !strings.Contains(script.text, unset) {
				r.script(script.text, language, lineOnly(script.line))
			}
			return
		case strings.Contains(flags, "o"):
			n++ // the name of an option
		}
	}
}

// manage takes down the packages that a manager is asked for.
func (r *shellReader) manage(m manager, words []word) {
	a := m.arguments(words)
	if m.verbs != nil {
		if len(a.names) == 0 || !slices.Contains(m.verbs, a.names[0].text) {
			return
		}
		m.name += " " + a.names[0].text
		a.names = a.names[1:]
	}
	if m.show != "" {
		m.name += " " + m.show
	}
	if a.refused || len(m.need) > 0 && !a.needed {
		return
	}
	for _, w := range a.names {
		found, ok := m.split(w.text)
		if !ok || found.name == "" || strings.Contains(found.name, unset) || len(r.installs) >= maxInstalls {
			continue
		}
		if a.version != "" && found.version == "" {
			found.version, found.pinned = exact(a.version)
		}
		if strings.Contains(found.version, unset) {
			found.version = ""
		}
		r.installs = append(r.installs, Install{
			Manager: m.name, System: m.system, Package: found.name, Version: found.version, Line: w.line, Pinned: found.pinned,
		})
	}
}

// arguments are the words of a command, sorted into what they are.
type arguments struct {
	names   []word // the verb too
	version string
	needed  bool
	refused bool
}

func (m manager) arguments(words []word) arguments {
	var a arguments
	for n := 0; n < len(words); n++ {
		text := words[n].text
		if text == "--" {
			if m.system == "gem" {
				break // what follows is for the compiler
			}
			a.names = append(a.names, words[n+1:]...)
			break
		}
		if len(text) < 2 || text[0] != '-' && text[0] != '+' {
			a.names = append(a.names, words[n])
			continue
		}
		flag, value, attached := strings.Cut(text, "=")
		if taken, rest := m.takes(flag); taken != "" {
			flag = taken
			if rest != "" {
				value, attached = rest, true
			}
			if !attached && n+1 < len(words) {
				n++
				value = words[n].text
			}
		}
		a.refused = a.refused || m.has(m.refuse, flag)
		a.needed = a.needed || m.has(m.need, flag) || slices.Contains(m.need, flag+"="+value)
		if slices.Contains(m.version, flag) {
			a.version = value
		}
	}
	return a
}

// has says whether a flag, or one of several letters behind one dash, is among
// some.
func (m manager) has(flags []string, flag string) bool {
	if slices.Contains(flags, flag) {
		return true
	}
	if strings.HasPrefix(flag, "--") || m.system == "go" {
		return false
	}
	return strings.ContainsFunc(flag[1:], func(r rune) bool { return slices.Contains(flags, "-"+string(r)) })
}

// takes says which flag with a value a word is, and the value that is stuck to
// it: "-t", "--target", "-yt", "-tstable".
func (m manager) takes(word string) (flag, rest string) {
	if slices.Contains(m.values, word) {
		return word, ""
	}
	if strings.HasPrefix(word, "--") || len(word) < 3 || m.system == "go" {
		return "", ""
	}
	for i := 1; i < len(word); i++ {
		if short := "-" + word[i:i+1]; slices.Contains(m.values, short) {
			return short, word[i+1:]
		}
	}
	return "", ""
}
