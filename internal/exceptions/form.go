package exceptions

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/package-url/packageurl-go"

	"github.com/org/imgscan-action/internal/cvss"
	"github.com/org/imgscan-action/internal/strictyaml"
)

// A form is what a text has to look like. The pattern is the schema's; check is
// for what a pattern cannot say, and may be nil.
type form struct {
	want    string
	pattern *regexp.Regexp
	check   func(string) error
}

// oneLine is a text that is not blank and has no control characters.
var oneLine = regexp.MustCompile(`^[^\x00-\x1f\x7f-\x9f]*[^\x00-\x20\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$`)

var (
	anyLine    = form{want: "a text of one line", pattern: oneLine}
	identifier = form{
		want:    "an identifier of letters, digits, dots, dashes and underscores such as EX-2026-001",
		pattern: regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`),
	}
	vulnerability = form{
		want:    `an identifier such as CVE-2023-45853, or "*"`,
		pattern: regexp.MustCompile(`^(\*|[A-Za-z][A-Za-z0-9]*-[A-Za-z0-9._:-]+)$`),
	}
	dateForm = form{
		want:    "a date such as 2026-11-02",
		pattern: regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`),
	}
	reason = form{
		want:    "a reason of at least 10 characters",
		pattern: regexp.MustCompile(`^\s*\S[\s\S]{8,}\S\s*$`),
	}
	glob         = form{"a text or a glob", oneLine, checkGlob}
	imagePattern = form{`an image such as ghcr.io/acme/api, or a glob of one`, oneLine, checkGlob}
	packageURL   = form{
		"a package URL such as pkg:deb/debian/zlib1g", regexp.MustCompile(`^pkg:[a-z][a-z0-9.+-]*/`), checkPURL,
	}
	baseVector = form{
		"a vector such as CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", regexp.MustCompile(`^CVSS:(3\.[01]|4\.0)/`), checkVector,
	}
	wholeVector = form{
		"a vector such as CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H/MAV:A", regexp.MustCompile(`^(CVSS:(3\.[01]|4\.0)/|AV:)`), checkVector,
	}
	metricValue = form{want: "the letter of a metric's value", pattern: regexp.MustCompile(`^[A-Z]$`)}
)

func checkGlob(s string) error {
	if !doublestar.ValidatePattern(s) {
		return fmt.Errorf("%s is not a glob: a bracket or a brace is not closed", strictyaml.Quote(s))
	}
	return nil
}

func checkVector(s string) error {
	_, err := cvss.Parse(s)
	return err
}

// checkPURL turns a panic of the parser, which is not ours, into an error.
func checkPURL(s string) (err error) {
	defer func() {
		if recover() != nil {
			err = fmt.Errorf("%s is not a package URL", strictyaml.Quote(s))
		}
	}()
	p, err := packageurl.FromString(s)
	switch {
	case err != nil:
		return fmt.Errorf("%s is not a package URL: %w", strictyaml.Quote(s), err)
	case p.Name == "":
		return errors.New(strictyaml.Quote(s) + " is not a package URL: it has no name")
	}
	return nil
}
