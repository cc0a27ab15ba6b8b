package policy

import "fmt"

// ruleScope spares findings in packages that the policy is not about. They are
// reported all the same.
func ruleScope(f subject, p Policy) (word, string) {
	typeMatches := func(name string) bool { return matchesType(name, f.Package) }
	if outside, why := p.Types.leavesOut(typeMatches); outside {
		return spares, fmt.Sprintf("the package type %s is %s", f.Package.Type, why)
	}
	pathMatches := func(pattern string) bool { return matchesPath(pattern, f.Package.Path) }
	if outside, why := p.Paths.leavesOut(pathMatches); outside {
		return spares, fmt.Sprintf("the path %q is %s", f.Package.Path, why)
	}
	return silent, ""
}
