package history

import (
	"regexp"
	"strings"
)

// maxText is how much of an entry is looked at. A RUN with a long script is a few
// KiB; nothing tells more in the rest of a longer one.
const maxText = 64 << 10

// keywords are the instructions that leave a history entry; FROM leaves none.
var keywords = []string{
	"ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL",
	"MAINTAINER", "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
}

// unixShell is a shell with its options, of which the last one takes a script.
const unixShell = `/\S*sh(?:\s+[-+][a-zA-Z]*o\s+\w+|\s+[-+][a-zA-Z]+|\s+--\w+)*?\s+-[a-zA-Z]*c\s`

var (
	// nop is what Docker's builder before BuildKit, and buildah after it, put before
	// everything that runs nothing. The shell in front of it is that of SHELL.
	nop = regexp.MustCompile(`^[^\n]{0,500}?#\(nop\)\s+`)

	// shell is what RUN hands its line to: "/bin/bash -o pipefail -c ".
	shell = regexp.MustCompile(`^(?:` + unixShell + `\s*|(?i:cmd(?:\.exe)?\s+/S\s+/C\s+|(?:powershell|pwsh)(?:\.exe)?\s[^\n]{0,200}?-Command\s+))`)

	// arguments is the count that stands before the values of ARG in a RUN. The
	// values are not quoted, so where they end is a guess: at the shell.
	arguments      = regexp.MustCompile(`^\|\d+ `)
	argumentsShell = regexp.MustCompile(`\s` + unixShell)
	argument       = regexp.MustCompile(`^\w+=\S*\s+`)

	// buildahSuffix is what buildah adds about the options of a build
	// (imagebuildah/stage_executor.go, buildMetadata).
	buildahSuffix = regexp.MustCompile(`(?:\s*\|(?:inheritLabels|unsetLabel|unsetAnnotation|inheritAnnotations|force-mtime|clamp-mtime)=[^|\n]*)+\s*$`)
)

// Labelled says what instruction wrote an entry, whatever the builder: its
// keyword in capitals and the rest without the shell, the values of ARG and the
// builder's own marks, as "RUN" and "apt-get update". Both are empty when the
// entry is not known to be an instruction of a Dockerfile.
func Labelled(entry Entry) (kind, text string) {
	text = cut(entry.CreatedBy)
	text = strings.TrimSuffix(text, "# buildkit")
	text = strings.TrimSpace(buildahSuffix.ReplaceAllString(text, ""))

	if mark := nop.FindString(text); mark != "" {
		return keyword(text[len(mark):])
	}
	if kind, rest := keyword(text); kind == "RUN" {
		return kind, command(rest)
	} else if kind != "" {
		return kind, rest
	}
	// What is left is a RUN of one of the older builders, which does not say so.
	if rest := command(text); rest != text {
		return "RUN", rest
	}
	return "", ""
}

// keyword splits an instruction off its keyword; empty when it has none.
func keyword(text string) (kind, rest string) {
	for _, k := range keywords {
		if rest, ok := strings.CutPrefix(text, k); ok && (rest == "" || strings.ContainsAny(rest[:1], " \t\n")) {
			return k, strings.TrimSpace(rest)
		}
	}
	return "", ""
}

// command is what a RUN runs, without what stands before it.
func command(text string) string {
	if count := arguments.FindString(text); count != "" {
		text = text[len(count):]
		if at := argumentsShell.FindStringIndex(text); at != nil {
			text = text[at[0]+1:]
		} else {
			for a := argument.FindString(text); a != ""; a = argument.FindString(text) {
				text = text[len(a):]
			}
		}
	}
	return strings.TrimSpace(text[len(shell.FindString(text)):])
}

// cut keeps a text within maxText.
func cut(text string) string {
	if len(text) > maxText {
		return text[:maxText]
	}
	return text
}
