package foreign

import (
	"slices"
	"strings"
	"time"

	"github.com/org/imgscan-action/internal/finding"
)

// readSnyk reads the ignored vulnerabilities of .snyk: for each identifier, paths
// through the dependencies, and for each path why and until when.
func readSnyk(im *importer, src []byte) error {
	root, err := parseYAML(src)
	if err != nil {
		return err
	}
	if err := root.mapping(); err != nil || !root.given() {
		return err
	}
	for _, p := range root.pairs {
		switch key := p.key.text; {
		case key == "ignore" && p.value.kind == mappingNode:
			for _, ignored := range p.value.pairs {
				im.snykIgnored(ignored)
			}
		case key == "ignore" && p.value.given():
			im.lose(im.line(p.key.line), "ignore is not a mapping of identifiers")
		case (key == "patch" || key == "exclude") && len(p.value.items)+len(p.value.pairs) > 0:
			im.lose(im.line(p.key.line), "%s is nothing that is known here", key)
		}
	}
	return nil
}

func (im *importer) snykIgnored(ignored pair) {
	id := ignored.key.text
	if ignored.value.kind != listNode {
		if ignored.value.given() {
			im.lose(im.line(ignored.value.line), "the paths for %s are not a list", quote(id))
		}
		return
	}
	for _, item := range ignored.value.items {
		if item.kind != mappingNode {
			im.lose(im.line(item.line), "the rule for %s is not a mapping of a path", quote(id))
			continue
		}
		for _, p := range item.pairs {
			im.snykPath(id, p)
		}
	}
}

func (im *importer) snykPath(id string, p pair) {
	place, n := im.line(p.key.line), p.value
	if p.key.text != "*" {
		im.lose(place, "the rule for %s is left out: the path %s is one through the dependencies, which an entry cannot have", quote(id), quote(p.key.text))
		return
	}
	if n.given() && n.kind != mappingNode {
		im.lose(place, "the rule for %s is left out: it is not a mapping", quote(id))
		return
	}
	r := rule{place: place, vulnerability: id, decision: finding.RiskAccepted, reason: n.get("reason").scalar()}
	if created, ok := parseTime(n.get("created").scalar()); ok {
		r.reason = strings.TrimSpace(r.reason + " (since " + created.Format(time.DateOnly) + ")")
	}
	// Snyk describes it as not exploitable at the time of writing.
	if n.get("reasonType").scalar() == "not-vulnerable" {
		r.decision = finding.NotExploitable
	}
	if expires := n.get("expires"); expires.given() && expires.scalar() != "" {
		end, ok := parseTime(expires.scalar())
		if !ok {
			im.lose(place, "the rule for %s is left out: expires: %s is no date", quote(id), quote(expires.scalar()))
			return
		}
		r.end = end
	}
	if n.get("disregardIfFixable").scalar() == "true" {
		r.reviewWhen = []string{"fix_available"}
	}
	before := len(im.entries)
	im.add(r)
	if len(im.entries) == before {
		return
	}
	if strings.HasPrefix(strings.ToUpper(id), "SNYK-") {
		im.lose(place, "%s is Snyk's own identifier, which no finding here has: write the CVE in its place", quote(id))
	}
	if slices.Contains(r.reviewWhen, "fix_available") {
		im.lose(place, "the rule for %s ends for Snyk as soon as there is a fix, and here when the time for reviewing it is over", quote(id))
	}
}
