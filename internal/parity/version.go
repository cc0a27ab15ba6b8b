package parity

import (
	"regexp"
	"strconv"
	"strings"
)

var digits = regexp.MustCompile(`[0-9]+`)

// next is version with its last number one higher; ".1" is added to a version
// without a number.
func next(version string) string { return bump(version, 1) }

// previous is version with its last number that is not zero one lower; "0" is
// before a version that has none.
func previous(version string) string { return bump(version, -1) }

func bump(version string, by int) string {
	runs := digits.FindAllStringIndex(version, -1)
	for i := len(runs) - 1; i >= 0; i-- {
		from, to := runs[i][0], runs[i][1]
		n, err := strconv.ParseInt(version[from:to], 10, 64)
		if err != nil || n+int64(by) < 0 {
			continue
		}
		return version[:from] + strconv.FormatInt(n+int64(by), 10) + version[to:]
	}
	if by < 0 {
		return "0"
	}
	return version + ".1"
}

func withoutEpoch(version string) string {
	if _, rest, found := strings.Cut(version, ":"); found {
		return rest
	}
	return version
}
