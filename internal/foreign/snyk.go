package foreign

import (
	"slices"
	"strings"
	"time"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/strictyaml"
)

// readSnyk reads the ignored vulnerabilities of .snyk: for each identifier, paths
// through the dependencies, and for each path why and until when.
func readSnyk(im *importer, src []byte) error {
	pairs, err := parseMapping(src)
	if err != nil {
		return err
	}
	for _, p := range pairs {
		switch key := p.Key.Text; {
		case key == "ignore" && p.Value.Kind == strictyaml.Mapping:
			for _, ignored := range p.Value.Pairs {
				im.snykIgnored(ignored)
			}
		case key == "ignore" && given(p.Value):
			im.lose(im.at(p.Key), "ignore is not a mapping of identifiers")
		case (key == "patch" || key == "exclude") && len(p.Value.Items)+len(p.Value.Pairs) > 0:
			im.lose(im.at(p.Key), "%s is nothing that is known here", key)
		}
	}
	return nil
}

func (im *importer) snykIgnored(ignored strictyaml.Pair) {
	id := ignored.Key.Text
	if ignored.Value.Kind != strictyaml.List {
		if given(ignored.Value) {
			im.lose(im.at(ignored.Value), "the paths for %s are not a list", quote(id))
		}
		return
	}
	for _, item := range ignored.Value.Items {
		if item.Kind != strictyaml.Mapping {
			im.lose(im.at(item), "the rule for %s is not a mapping of a path", quote(id))
			continue
		}
		for _, p := range item.Pairs {
			im.snykPath(id, p)
		}
	}
}

func (im *importer) snykPath(id string, p strictyaml.Pair) {
	place, n, about := im.at(p.Key), p.Value, "the rule for "+quote(id)
	if p.Key.Text != "*" {
		im.leaveOut(place, about, "the path %s is one through the dependencies, which an entry cannot have", quote(p.Key.Text))
		return
	}
	if given(n) && n.Kind != strictyaml.Mapping {
		im.leaveOut(place, about, "it is not a mapping")
		return
	}
	r := rule{place: place, vulnerability: id, decision: finding.RiskAccepted, reason: scalar(get(n, "reason"))}
	if created, ok := parseTime(scalar(get(n, "created"))); ok {
		r.reason = strings.TrimSpace(r.reason + " (since " + created.Format(time.DateOnly) + ")")
	}
	// Snyk describes it as not exploitable at the time of writing.
	if scalar(get(n, "reasonType")) == "not-vulnerable" {
		r.decision = finding.NotExploitable
	}
	if expires := get(n, "expires"); given(expires) && scalar(expires) != "" {
		end, ok := parseTime(scalar(expires))
		if !ok {
			im.leaveOut(place, about, "expires: %s is no date", quote(scalar(expires)))
			return
		}
		r.end = end
	}
	if scalar(get(n, "disregardIfFixable")) == "true" {
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
		im.lose(place, "%s ends for Snyk as soon as there is a fix, and here when the time for reviewing it is over", about)
	}
}
