package cvss

import gocvss20 "github.com/pandatix/go-cvss/20"

// The metrics of https://www.first.org/cvss/v2/guide, section 2.
var (
	impact20      = []value{{"N", "None"}, {"P", "Partial"}, {"C", "Complete"}}
	requirement20 = []value{{"ND", "Not Defined"}, {"L", "Low"}, {"M", "Medium"}, {"H", "High"}}
)

var v20 = spec{
	version:     "2.0",
	wholeGroups: true,
	readOnly:    true,
	calculate:   calculate20,
	metrics: []metric{
		{"AV", base, []value{{"L", "Local"}, {"A", "Adjacent Network"}, {"N", "Network"}}},
		{"AC", base, []value{{"H", "High"}, {"M", "Medium"}, {"L", "Low"}}},
		{"Au", base, []value{{"M", "Multiple"}, {"S", "Single"}, {"N", "None"}}},
		{"C", base, impact20},
		{"I", base, impact20},
		{"A", base, impact20},

		{"E", temporal, []value{{"ND", "Not Defined"}, {"U", "Unproven"}, {"POC", "Proof-of-Concept"}, {"F", "Functional"}, {"H", "High"}}},
		{"RL", temporal, []value{{"ND", "Not Defined"}, {"OF", "Official Fix"}, {"TF", "Temporary Fix"}, {"W", "Workaround"}, {"U", "Unavailable"}}},
		{"RC", temporal, []value{{"ND", "Not Defined"}, {"UC", "Unconfirmed"}, {"UR", "Uncorroborated"}, {"C", "Confirmed"}}},

		{"CDP", environmental, []value{{"ND", "Not Defined"}, {"N", "None"}, {"L", "Low"}, {"LM", "Low-Medium"}, {"MH", "Medium-High"}, {"H", "High"}}},
		{"TD", environmental, []value{{"ND", "Not Defined"}, {"N", "None"}, {"L", "Low"}, {"M", "Medium"}, {"H", "High"}}},
		{"CR", environmental, requirement20},
		{"IR", environmental, requirement20},
		{"AR", environmental, requirement20},
	},
}

func calculate20(vector string) (scores, error) {
	v, err := gocvss20.ParseVector(vector)
	if err != nil {
		return scores{}, err
	}
	return scores{v.BaseScore(), v.TemporalScore(), v.EnvironmentalScore()}, nil
}
