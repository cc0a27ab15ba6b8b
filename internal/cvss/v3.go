package cvss

import (
	gocvss30 "github.com/pandatix/go-cvss/30"
	gocvss31 "github.com/pandatix/go-cvss/31"
)

// The metrics of https://www.first.org/cvss/v3-1/specification-document, sections 2
// to 4. Version 3.0 has the same; only the arithmetic differs.
var (
	attackVector   = []value{{"N", "Network"}, {"A", "Adjacent"}, {"L", "Local"}, {"P", "Physical"}}
	lowHigh        = []value{{"L", "Low"}, {"H", "High"}}
	noneLowHigh    = []value{{"N", "None"}, {"L", "Low"}, {"H", "High"}}
	highLowNone    = []value{{"H", "High"}, {"L", "Low"}, {"N", "None"}}
	interaction3   = []value{{"N", "None"}, {"R", "Required"}}
	scope          = []value{{"U", "Unchanged"}, {"C", "Changed"}}
	highMediumLow  = []value{{"H", "High"}, {"M", "Medium"}, {"L", "Low"}}
	codeMaturity3  = []value{{"H", "High"}, {"F", "Functional"}, {"P", "Proof-of-Concept"}, {"U", "Unproven"}}
	remediation3   = []value{{"U", "Unavailable"}, {"W", "Workaround"}, {"T", "Temporary Fix"}, {"O", "Official Fix"}}
	reportTrusted3 = []value{{"C", "Confirmed"}, {"R", "Reasonable"}, {"U", "Unknown"}}
)

var metrics3 = []metric{
	{"AV", base, attackVector},
	{"AC", base, lowHigh},
	{"PR", base, noneLowHigh},
	{"UI", base, interaction3},
	{"S", base, scope},
	{"C", base, highLowNone},
	{"I", base, highLowNone},
	{"A", base, highLowNone},

	{"E", temporal, orNotDefined(codeMaturity3)},
	{"RL", temporal, orNotDefined(remediation3)},
	{"RC", temporal, orNotDefined(reportTrusted3)},

	{"CR", environmental, orNotDefined(highMediumLow)},
	{"IR", environmental, orNotDefined(highMediumLow)},
	{"AR", environmental, orNotDefined(highMediumLow)},
	{"MAV", environmental, orNotDefined(attackVector)},
	{"MAC", environmental, orNotDefined(lowHigh)},
	{"MPR", environmental, orNotDefined(noneLowHigh)},
	{"MUI", environmental, orNotDefined(interaction3)},
	{"MS", environmental, orNotDefined(scope)},
	{"MC", environmental, orNotDefined(highLowNone)},
	{"MI", environmental, orNotDefined(highLowNone)},
	{"MA", environmental, orNotDefined(highLowNone)},
}

var (
	v30 = spec{version: "3.0", prefix: "CVSS:3.0/", metrics: metrics3, calculate: calculate30}
	v31 = spec{version: "3.1", prefix: "CVSS:3.1/", metrics: metrics3, calculate: calculate31}
)

func calculate30(vector string) (scores, error) {
	v, err := gocvss30.ParseVector(vector)
	if err != nil {
		return scores{}, err
	}
	return scores{v.BaseScore(), v.TemporalScore(), v.EnvironmentalScore()}, nil
}

func calculate31(vector string) (scores, error) {
	v, err := gocvss31.ParseVector(vector)
	if err != nil {
		return scores{}, err
	}
	return scores{v.BaseScore(), v.TemporalScore(), v.EnvironmentalScore()}, nil
}
