package match

import (
	"cmp"
	"slices"

	dbTypes "github.com/aquasecurity/trivy-db/pkg/types"

	"github.com/org/imgscan-action/internal/finding"
)

// opinions are everything that is said about how bad a vulnerability of a
// package is.
type opinions struct {
	vulnerability dbTypes.Vulnerability

	// own is the source of the advisory.
	own dbTypes.SourceID

	// packageSource and packageWord are a word on this very package, which
	// replaces that source's word on the vulnerability; usually empty.
	packageSource dbTypes.SourceID
	packageWord   string
}

// rank is a kind of opinion. Trivy's own Severity field is none of them: it is
// overridden by distributions.
type rank int

// The ranks in the default order, which finding.Tiers gives reasons for.
const (
	nvdV3 rank = iota
	ownV3
	otherV3
	nvdV4
	otherV4
	nvdV2
	ownWord
	otherV2
	otherWord
	ranks // how many there are
)

type ranked struct {
	rank rank
	finding.Rating
}

// rate chooses the opinion that counts, and lists those it won over. Without any
// opinion the rating is Unknown, which is not low.
func rate(o opinions, order ladder) (finding.Rating, []finding.Rating) {
	all := slices.Concat(o.scores(), o.words())
	if len(all) == 0 {
		return finding.Rating{}, nil
	}
	slices.SortFunc(all, func(a, b ranked) int {
		return cmp.Or(
			cmp.Compare(order[a.rank], order[b.rank]),
			cmp.Compare(o.standing(a.Source), o.standing(b.Source)),
			cmp.Compare(a.Source, b.Source),
		)
	})
	var beaten []finding.Rating
	for _, loser := range all[1:] {
		beaten = append(beaten, loser.Rating)
	}
	return all[0].Rating, beaten
}

// standing orders sources of the same rank: the advisory's own, then those that
// rate themselves with care, then the others by name.
func (o opinions) standing(source string) int {
	switch source {
	case string(o.own):
		return 0
	case "ghsa":
		return 1
	case "redhat":
		return 2
	}
	return 3
}

// scores are the CVSS ratings.
func (o opinions) scores() []ranked {
	var found []ranked
	for source, cvss := range o.vulnerability.CVSS {
		add := func(nvd, own, other rank, rating finding.Rating, ok bool) {
			if !ok {
				return
			}
			rating.Source = string(source)
			switch source {
			case "nvd":
				found = append(found, ranked{nvd, rating})
			case o.own:
				found = append(found, ranked{own, rating})
			default:
				found = append(found, ranked{other, rating})
			}
		}
		v3, ok := rateV3(cvss.V3Vector, cvss.V3Score)
		add(nvdV3, ownV3, otherV3, v3, ok)
		v4, ok := rateV4(cvss.V40Vector, cvss.V40Score)
		add(nvdV4, otherV4, otherV4, v4, ok)
		v2, ok := rateV2(cvss.V2Vector, cvss.V2Score)
		add(nvdV2, otherV2, otherV2, v2, ok)
	}
	return found
}

// words are the ratings that are no more than a word. NVD's is left out when it
// gave a score, as it is only that score's name.
func (o opinions) words() []ranked {
	words := map[dbTypes.SourceID]finding.Severity{}
	for source, severity := range o.vulnerability.VendorSeverity {
		if _, scored := o.vulnerability.CVSS[source]; scored && source == "nvd" {
			continue
		}
		words[source] = severityOf(severity)
	}
	if o.packageSource != "" {
		severity, err := dbTypes.NewSeverity(o.packageWord)
		if err == nil {
			words[o.packageSource] = severityOf(severity)
		}
	}
	var found []ranked
	for source, severity := range words {
		if severity == finding.Unknown {
			continue
		}
		r := otherWord
		if source == o.own || source == o.packageSource {
			r = ownWord
		}
		found = append(found, ranked{r, finding.Rating{Severity: severity, Source: string(source)}})
	}
	return found
}

// severityOf translates trivy-db's severities; Unknown for a number it has none
// for.
func severityOf(s dbTypes.Severity) finding.Severity {
	switch s {
	case dbTypes.SeverityLow:
		return finding.Low
	case dbTypes.SeverityMedium:
		return finding.Medium
	case dbTypes.SeverityHigh:
		return finding.High
	case dbTypes.SeverityCritical:
		return finding.Critical
	}
	return finding.Unknown
}
