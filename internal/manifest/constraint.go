package manifest

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// dialect is how an ecosystem writes ranges of versions.
type dialect struct {
	// bare is the operator of a version that has none.
	bare string

	// tildeByPart is set where "~1.2" allows 1.3, as the part before the last may
	// not change; else only "~1" would.
	tildeByPart bool

	// partial is set when "1.2", "=1.2" and "<=1.2" are about all of 1.2.
	partial bool
}

// The dialects differ little enough to share a reader.
var (
	npmRange      = dialect{bare: "=", partial: true}
	cargoRange    = dialect{bare: "^"}
	composerRange = dialect{bare: "=", tildeByPart: true}
	rubyRange     = dialect{bare: "=", tildeByPart: true}
	pythonRange   = dialect{bare: "="}
	mavenRange    = dialect{bare: "="}
	nuGetRange    = dialect{bare: ">="}
)

// answer is whether a range allows a version.
type answer int

const (
	unsure answer = iota // one of the two is not plain numbers
	allowed
	forbidden
)

// maxRange is the length of the longest range that is read.
const maxRange = 1000

var comparator = regexp.MustCompile(`^(\^|~>|~=|~|===|==|=|!=|>=|<=|>|<)?\s*v?([0-9A-Za-z.*+!_-]+)`)

// allows says whether want, a range as a manifest writes it, lets version be
// chosen. Pre-releases and words are not compared.
func (d dialect) allows(want, version string) answer {
	want = strings.TrimSpace(want)
	have, ok := release(version)
	switch {
	case want == "" || want == "*":
		return allowed
	case d.pins(want, version):
		return allowed
	case !ok || len(want) > maxRange || strings.ContainsAny(want, ":/[]()"):
		return unsure
	}
	result := forbidden
	for alternative := range strings.SplitSeq(strings.ReplaceAll(want, "||", "|"), "|") {
		switch d.allowsAll(strings.TrimSpace(alternative), have) {
		case allowed:
			return allowed
		case unsure:
			result = unsure
		}
	}
	return result
}

// pins says whether want names version and no other.
func (d dialect) pins(want, version string) bool {
	if inner, found := strings.CutPrefix(want, "["); found && strings.HasSuffix(inner, "]") {
		want = strings.TrimSuffix(inner, "]") // how Maven and NuGet write one version
		return want == version
	}
	bare := strings.TrimLeft(strings.TrimSpace(want), "=")
	if d.bare == "^" && bare == want || version == "" {
		return false
	}
	return strings.TrimPrefix(strings.TrimSpace(bare), "v") == strings.TrimPrefix(version, "v")
}

func (d dialect) allowsAll(rest string, have []int) answer {
	if low, high, isRange := strings.Cut(rest, " - "); isRange {
		rest = ">=" + strings.TrimSpace(low) + " <=" + strings.TrimSpace(high)
	}
	if rest == "" {
		return allowed
	}
	result := allowed
	for rest != "" {
		m := comparator.FindStringSubmatch(rest)
		if m == nil {
			return unsure
		}
		rest = strings.TrimLeft(rest[len(m[0]):], " ,\t")
		op := m[1]
		if op == "" {
			op = d.bare
		}
		switch d.compare(op, m[2], have) {
		case forbidden:
			return forbidden
		case unsure:
			result = unsure
		}
	}
	return result
}

// compare applies one operator. The number of parts that are written matters:
// "=1.2" is any 1.2 where a wildcard may be left out.
func (d dialect) compare(op, operand string, have []int) answer {
	wildcard := false
	parts := strings.Split(operand, ".")
	if i := slices.IndexFunc(parts, func(p string) bool { return p == "*" || p == "x" || p == "X" }); i >= 0 {
		parts, wildcard = parts[:i], true
	}
	if len(parts) == 0 {
		return allowed
	}
	bound, ok := release(strings.Join(parts, "."))
	if !ok {
		return unsure
	}
	c := compareReleases(have, bound)
	yes := false
	switch op {
	case "=", "==", "===":
		yes = c == 0 || (wildcard || d.partial && len(bound) < 3) && hasPrefix(have, bound)
	case "!=":
		yes = !(c == 0 || wildcard && hasPrefix(have, bound))
	case ">":
		yes = c > 0
	case ">=":
		yes = c >= 0
	case "<":
		yes = c < 0
	case "<=":
		yes = c <= 0 || d.partial && len(bound) < 3 && hasPrefix(have, bound)
	case "~>", "~=":
		yes = c >= 0 && hasPrefix(have, bound[:max(1, len(bound)-1)])
	case "~":
		fixed := min(2, len(bound))
		if d.tildeByPart {
			fixed = max(1, len(bound)-1)
		}
		yes = c >= 0 && hasPrefix(have, bound[:fixed])
	case "^":
		// Up to the first part that is not zero, nothing may change.
		fixed := 1 + slices.IndexFunc(bound, func(n int) bool { return n != 0 })
		if fixed == 0 {
			fixed = len(bound)
		}
		yes = c >= 0 && hasPrefix(have, bound[:fixed])
	}
	if yes {
		return allowed
	}
	return forbidden
}

// release reads a version of numbers; build metadata is ignored.
func release(version string) ([]int, bool) {
	version, _, _ = strings.Cut(strings.TrimPrefix(version, "v"), "+")
	var parts []int
	for p := range strings.SplitSeq(version, ".") {
		n, err := strconv.Atoi(p)
		if err != nil || n < 0 {
			return nil, false
		}
		parts = append(parts, n)
	}
	return parts, true
}

func compareReleases(a, b []int) int {
	for i := range max(len(a), len(b)) {
		if d := part(a, i) - part(b, i); d != 0 {
			return d
		}
	}
	return 0
}

func hasPrefix(version, prefix []int) bool {
	for i, n := range prefix {
		if part(version, i) != n {
			return false
		}
	}
	return true
}

// part is the number at i; what is not written is 0.
func part(version []int, i int) int {
	if i < len(version) {
		return version[i]
	}
	return 0
}
