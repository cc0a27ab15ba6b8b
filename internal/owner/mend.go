package owner

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// mend is what the owner of the build has to do about findings of its own.
func mend(findings []finding.Finding) string {
	work := make(map[repair]map[string]set)
	for _, f := range findings {
		if !f.Fixable() {
			continue
		}
		how, where, what := repairOf(f)
		if work[how] == nil {
			work[how] = make(map[string]set)
		}
		if work[how][where] == nil {
			work[how][where] = make(set)
		}
		work[how][where][what] = true
	}
	var clauses []string
	for _, how := range repairs() {
		if lines := work[how]; lines != nil {
			clauses = append(clauses, how.clause(lines))
		}
	}
	if len(clauses) == 0 {
		return wait
	}
	return strings.Join(clauses, "; ")
}

type set = map[string]bool

// repair is a way to get a fixed version into an image.
type repair int

const (
	upgrade  repair = iota // edit a manifest
	compiler               // edit what chooses the compiler
	repin                  // edit the version in an instruction
	uncache                // run an instruction again
	replace                // copy or download something newer
	seek                   // find out first
)

func repairs() []repair { return []repair{upgrade, compiler, repin, uncache, replace, seek} }

// repairOf says how to repair a finding that has a fix, where, and what to name.
func repairOf(f finding.Finding) (how repair, where, what string) {
	o := f.Origin
	if len(o.Manifests) > 0 {
		first := o.Manifests[0]
		if first.Role == "toolchain" {
			return compiler, place(first.Line, "FROM"), f.Package.Name
		}
		return upgrade, first.Line.File, f.Package.Name
	}
	switch o.Instruction.Kind {
	case "RUN":
		line := o.Line
		if line.File == "" {
			line = o.Instruction.Line
		}
		what := f.Package.Name
		if len(o.Path) > 0 {
			what = o.Path[0]
		}
		if downloads(o.Asked) {
			return replace, place(line, "RUN"), f.Package.Name
		}
		if len(o.Path) <= 1 && pinned(o.Asked, f.Package.Name) {
			return repin, place(line, "RUN"), what
		}
		return uncache, place(line, "RUN"), what
	case "COPY", "ADD":
		return replace, place(o.Instruction.Line, o.Instruction.Kind), f.Package.Name
	}
	return seek, "", f.Package.Name
}

// clause says it for all places; packages are by place.
func (r repair) clause(packages map[string]set) string {
	places := sortedKeys(packages)
	all := make(set)
	for _, p := range places {
		for name := range packages[p] {
			all[name] = true
		}
	}
	switch r {
	case upgrade:
		return fmt.Sprintf("upgrade %s in %s", countPackages(all), few(places, ", "))
	case compiler:
		return fmt.Sprintf("move to a newer compiler in %s", few(places, ", "))
	case repin:
		return fmt.Sprintf("raise the version of %s in %s", countPackages(all), few(places, ", "))
	case uncache:
		var runs []string
		for _, p := range places {
			runs = append(runs, fmt.Sprintf("%s installs %s", p, few(sortedKeys(packages[p]), ", ")))
		}
		return "rebuild without cache: " + few(runs, " and ")
	case replace:
		return fmt.Sprintf("upgrade %s in what %s brings", countPackages(all), few(places, ", "))
	}
	return fmt.Sprintf("upgrade %s, wherever %s from", countPackages(all), oneOrMany(len(all), "it comes", "they come"))
}

func countPackages(names set) string {
	if len(names) == 1 {
		return sortedKeys(names)[0]
	}
	return fmt.Sprintf("%d packages", len(names))
}

func oneOrMany(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// downloads says whether a command fetches one file: running it again fetches
// the same.
func downloads(asked string) bool {
	command, _, _ := strings.Cut(asked, " ")
	return command == "curl" || command == "wget" || strings.Contains(asked, "://")
}

var oneVersion = regexp.MustCompile(`^(=|==|===|~=|@v?)[0-9]`)

// pinned says whether a command asks for one version of the package: curl=7.88,
// flask==2.3, eslint@9. The npm word "latest" pins nothing.
func pinned(asked, name string) bool {
	for _, word := range strings.Fields(asked) {
		if rest, is := strings.CutPrefix(strings.Trim(word, `"'`), name); is && oneVersion.MatchString(rest) {
			return true
		}
	}
	return false
}
