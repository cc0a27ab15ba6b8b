package cvss

import gocvss40 "github.com/pandatix/go-cvss/40"

// The metrics of https://www.first.org/cvss/v4-0/specification-document, sections 2
// to 5.
var (
	requirements4 = []value{{"N", "None"}, {"P", "Present"}}
	interaction4  = []value{{"N", "None"}, {"P", "Passive"}, {"A", "Active"}}
	maturity4     = []value{{"A", "Attacked"}, {"P", "Proof-of-Concept"}, {"U", "Unreported"}}

	// The lowest impact on a subsequent system is "negligible" once it is modified,
	// and there is one value above high.
	modifiedSubsequent = []value{{"H", "High"}, {"L", "Low"}, {"N", "Negligible"}}
	modifiedSafety     = []value{{"S", "Safety"}, {"H", "High"}, {"L", "Low"}, {"N", "Negligible"}}
)

var v40 = spec{
	version:   "4.0",
	prefix:    "CVSS:4.0/",
	calculate: calculate40,
	metrics: []metric{
		{"AV", base, attackVector},
		{"AC", base, lowHigh},
		{"AT", base, requirements4},
		{"PR", base, noneLowHigh},
		{"UI", base, interaction4},
		{"VC", base, highLowNone},
		{"VI", base, highLowNone},
		{"VA", base, highLowNone},
		{"SC", base, highLowNone},
		{"SI", base, highLowNone},
		{"SA", base, highLowNone},

		{"E", temporal, orNotDefined(maturity4)},

		{"CR", environmental, orNotDefined(highMediumLow)},
		{"IR", environmental, orNotDefined(highMediumLow)},
		{"AR", environmental, orNotDefined(highMediumLow)},
		{"MAV", environmental, orNotDefined(attackVector)},
		{"MAC", environmental, orNotDefined(lowHigh)},
		{"MAT", environmental, orNotDefined(requirements4)},
		{"MPR", environmental, orNotDefined(noneLowHigh)},
		{"MUI", environmental, orNotDefined(interaction4)},
		{"MVC", environmental, orNotDefined(highLowNone)},
		{"MVI", environmental, orNotDefined(highLowNone)},
		{"MVA", environmental, orNotDefined(highLowNone)},
		{"MSC", environmental, orNotDefined(modifiedSubsequent)},
		{"MSI", environmental, orNotDefined(modifiedSafety)},
		{"MSA", environmental, orNotDefined(modifiedSafety)},

		{"S", supplemental, orNotDefined([]value{{"N", "Negligible"}, {"P", "Present"}})},
		{"AU", supplemental, orNotDefined([]value{{"N", "No"}, {"Y", "Yes"}})},
		{"R", supplemental, orNotDefined([]value{{"A", "Automatic"}, {"U", "User"}, {"I", "Irrecoverable"}})},
		{"V", supplemental, orNotDefined([]value{{"D", "Diffuse"}, {"C", "Concentrated"}})},
		{"RE", supplemental, orNotDefined([]value{{"L", "Low"}, {"M", "Moderate"}, {"H", "High"}})},
		{"U", supplemental, orNotDefined([]value{{"Clear", "Clear"}, {"Green", "Green"}, {"Amber", "Amber"}, {"Red", "Red"}})},
	},
}

// calculate40 gives the one score that version 4.0 has: it always takes the
// threat and environmental metrics that are defined into account.
func calculate40(vector string) (scores, error) {
	v, err := gocvss40.ParseVector(vector)
	if err != nil {
		return scores{}, err
	}
	score := v.Score()
	return scores{score, score, score}, nil
}
