package dockerfile

import (
	"path"
	"regexp"
	"strings"
)

// split cuts at the first of some characters.
func split(text, characters string) (before, operator, after string) {
	n := strings.IndexAny(text, characters)
	if n < 0 {
		return text, "", ""
	}
	before, rest := text[:n], text[n:]
	after = strings.TrimLeft(rest, characters)
	return before, rest[:len(rest)-len(after)], after
}

// exact returns a version that may have an operator in front of it. A range is
// pinned when it has an upper end.
func exact(text string) (version string, pinned bool) {
	text = strings.TrimSpace(text)
	_, operator, version := split(text, "=<>~^! ")
	if operator == "" || strings.HasPrefix(text, unset) {
		return text, text != ""
	}
	if strings.IndexAny(text, "=<>~^! ") > 0 || strings.ContainsAny(version, ",<>| ") {
		return "", strings.ContainsAny(text, "<~^")
	}
	switch strings.TrimSpace(operator) {
	case "=", "==", "===", "~=", "~", "=~":
		return version, true
	case ">", ">=", "!=", "":
		return "", false
	}
	return "", true
}

// isPath says whether a name is a file, a folder or an address.
func isPath(text string) bool {
	return strings.HasPrefix(text, ".") || strings.HasPrefix(text, "/") || strings.HasPrefix(text, "~") || strings.Contains(text, "://")
}

// splitDebian reads name[:arch][=version][/release]; "name-" removes, "name^" is
// a task, and the rest is patterns.
func splitDebian(text string) (requirement, bool) {
	if isPath(text) {
		return splitDebianFile(text)
	}
	name, _, version := split(text, "=")
	name, _, _ = strings.Cut(name, "/")
	name, _, _ = strings.Cut(name, ":")
	if strings.HasSuffix(name, "-") || strings.HasSuffix(name, "^") || strings.ContainsAny(name, "*?~") {
		return requirement{}, false
	}
	return requirement{name, version, strings.Contains(text, "=")}, true
}

// splitDebianFile reads folder/name_version_arch.deb. A file named otherwise does
// not tell its package.
func splitDebianFile(text string) (requirement, bool) {
	file, ok := strings.CutSuffix(path.Base(text), ".deb")
	parts := strings.Split(file, "_")
	if !ok || len(parts) < 2 {
		return requirement{}, false
	}
	if len(parts) == 2 || parts[1] == "" || parts[1][0] < '0' || parts[1][0] > '9' {
		return requirement{name: parts[0], pinned: true}, true
	}
	return requirement{parts[0], parts[1], true}, true
}

// splitAlpine reads name[@repository], name=1.2-r0, name~=1.2, name>1. A dot in
// front is a virtual package, an exclamation mark a conflict.
func splitAlpine(text string) (requirement, bool) {
	if text == "" || text[0] == '.' || text[0] == '!' || isPath(text) {
		return requirement{}, false
	}
	text, _, _ = strings.Cut(text, "@")
	name, operator, version := split(text, "=<>~")
	if operator == "" {
		return requirement{name: name}, true
	}
	version, pinned := exact(operator + version)
	return requirement{name, version, pinned}, true
}

var (
	// A release begins with a digit, a name's last part may do so too: the
	// version needs a dot where there is no release.
	rpmRelease = regexp.MustCompile(`^(.+)-([0-9][^-]*-[0-9\x00][^-]*)$`)
	rpmVersion = regexp.MustCompile(`^(.+)-([0-9][^-]*\.[^-]*|\x00[^-]*)$`)
	rpmArch    = regexp.MustCompile(`\.(x86_64|i[3-6]86|aarch64|armv7hl|ppc64le|s390x|riscv64|noarch)$`)

	// Microsoft's packages have the series in the name.
	rpmSeries = regexp.MustCompile(`^(dotnet|aspnetcore)-.*-[0-9]+\.[0-9]+$`)
)

// splitRPM reads name[-version[-release]][.arch]; "@name" is a group.
func splitRPM(text string) (requirement, bool) {
	if strings.HasSuffix(text, ".rpm") {
		return splitRPMFile(text)
	}
	if text == "" || text[0] == '@' || text[0] == '-' || isPath(text) || strings.ContainsAny(text, "*?[") {
		return requirement{}, false
	}
	return splitNEVRA(rpmArch.ReplaceAllString(text, "")), true
}

func splitNEVRA(text string) requirement {
	if found := rpmRelease.FindStringSubmatch(text); found != nil {
		return requirement{found[1], found[2], true}
	}
	if found := rpmVersion.FindStringSubmatch(text); found != nil && !rpmSeries.MatchString(text) {
		return requirement{found[1], found[2], true}
	}
	return requirement{name: text}
}

// splitRPMFile reads folder/name-version-release.arch.rpm.
func splitRPMFile(text string) (requirement, bool) {
	file, ok := strings.CutSuffix(path.Base(text), ".rpm")
	if !ok || strings.ContainsAny(file, "*?[") {
		return requirement{}, false
	}
	found := splitNEVRA(rpmArch.ReplaceAllString(file, ""))
	found.pinned = true
	return found, true
}

// splitZypper reads name[=version] besides.
func splitZypper(text string) (requirement, bool) {
	name, operator, version := split(text, "=<>")
	if operator == "" {
		return splitRPM(text)
	}
	version, pinned := exact(operator + version)
	return requirement{rpmArch.ReplaceAllString(name, ""), version, pinned}, true
}

// splitPython reads a requirement of PEP 508, or the name of a wheel.
func splitPython(text string) (requirement, bool) {
	if name, _, ok := strings.Cut(text, "@"); ok && !isPath(name) {
		return requirement{name: strings.TrimSpace(name), pinned: true}, true // name @ address
	}
	if wheel, ok := strings.CutSuffix(text, ".whl"); ok {
		parts := strings.Split(path.Base(wheel), "-")
		if len(parts) < 2 {
			return requirement{}, false
		}
		return requirement{parts[0], parts[1], true}, true
	}
	if isPath(text) || strings.HasSuffix(text, ".tar.gz") || strings.HasSuffix(text, ".zip") {
		return requirement{}, false
	}
	text, _, _ = strings.Cut(text, ";") // a marker: for which systems it is
	name, operator, version := split(text, "=<>!~[( ")
	if strings.HasPrefix(operator, "[") {
		_, rest, _ := strings.Cut(text, "]")
		_, operator, version = split(rest, "=<>!~( ")
	}
	if operator == "" {
		return requirement{name: name}, true
	}
	version, pinned := exact(strings.Trim(operator, "( ") + strings.TrimRight(version, ") "))
	return requirement{name, version, pinned}, true
}

// splitNode reads [@scope/]name[@version]; a tag such as "latest" is no version.
func splitNode(text string) (requirement, bool) {
	if text == "" || isPath(text) || strings.HasPrefix(text, "git+") || strings.HasSuffix(text, ".tgz") {
		return requirement{}, false
	}
	at := strings.LastIndexByte(text, '@')
	name, version := text, ""
	if at > 0 {
		name, version = text[:at], text[at+1:]
	}
	if strings.Contains(name, "/") && name[0] != '@' {
		return requirement{}, false // a repository on GitHub
	}
	if version == "" || strings.Trim(version[:1], "0123456789v^~=<>"+unset) != "" {
		return requirement{name: name}, true
	}
	if version[0] == '^' || version[0] == '~' {
		return requirement{name: name, pinned: true}, true
	}
	version, pinned := exact(version)
	return requirement{name, version, pinned}, true
}

// splitGem reads name[:version].
func splitGem(text string) (requirement, bool) {
	if isPath(text) {
		return requirement{}, false
	}
	if file, ok := strings.CutSuffix(text, ".gem"); ok {
		if n := strings.LastIndexByte(file, '-'); n > 0 {
			return requirement{file[:n], file[n+1:], true}, true
		}
		return requirement{}, false
	}
	name, version, _ := strings.Cut(text, ":")
	version, pinned := exact(version)
	return requirement{name, version, pinned}, true
}

var goCommit = regexp.MustCompile(`^[0-9a-f]{7,40}$`)

// splitGo reads path@version. Without a version it is a package of the module at
// hand.
func splitGo(text string) (requirement, bool) {
	name, version, ok := strings.Cut(text, "@")
	if !ok || isPath(name) {
		return requirement{}, false
	}
	if strings.HasPrefix(version, unset) || goCommit.MatchString(version) ||
		len(version) > 1 && version[0] == 'v' && version[1] >= '0' && version[1] <= '9' {
		return requirement{name, version, true}, true
	}
	return requirement{name: name}, true // a branch, or "latest"
}

// splitCargo reads name[@version].
func splitCargo(text string) (requirement, bool) {
	name, version, _ := strings.Cut(text, "@")
	version, pinned := exact(version)
	return requirement{name, version, pinned}, true
}

// splitComposer reads vendor/name[:version], also with "=" or a space.
func splitComposer(text string) (requirement, bool) {
	name, _, version := split(text, ":= ")
	if !strings.Contains(name, "/") || isPath(name) {
		return requirement{}, false
	}
	if strings.HasPrefix(version, "dev-") || strings.HasPrefix(version, "@") || version == "*" {
		return requirement{name: name}, true
	}
	version, pinned := exact(version)
	return requirement{name, version, pinned}, true
}
