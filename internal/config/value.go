package config

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/strictyaml"
)

var (
	agePattern      = regexp.MustCompile(`^([1-9][0-9]{0,4})([dh])$`)
	platformPattern = regexp.MustCompile(`^[a-z0-9]+/[a-z0-9_]+(/[a-z0-9.]+)?$`)
	hostPattern     = regexp.MustCompile(`^([A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?$`)
	stagePattern    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]*$`)
	argumentPattern = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	daysPattern     = regexp.MustCompile(`^(0|[1-9][0-9]{0,3})$`)
	scorePattern    = regexp.MustCompile(`^(0|1|[01]\.0{1,6}|0\.[0-9]{1,6})$`)
	mirrorPattern   = regexp.MustCompile(`^[A-Za-z0-9_.:\[\]-]+(/[a-z0-9._-]+)*$`)
)

// parseAge reads a length of time in whole days or hours. No limit, which is
// 0, is spelled 0 or off.
func parseAge(s string) (time.Duration, error) {
	if s == "0" || s == "off" {
		return 0, nil
	}
	m := agePattern.FindStringSubmatch(s)
	if m == nil {
		return 0, fmt.Errorf("expected days or hours such as 7d or 36h, or off for no limit, found %s", strictyaml.Quote(s))
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return 0, err
	}
	if m[2] == "d" {
		n *= 24
	}
	return time.Duration(n) * time.Hour, nil
}

// formatAge is the text that parseAge reads back.
func formatAge(d time.Duration) string {
	hours := int(d.Hours())
	switch {
	case hours == 0:
		return "off"
	case hours%24 == 0:
		return strconv.Itoa(hours/24) + "d"
	}
	return strconv.Itoa(hours) + "h"
}

func parseDate(s string) (time.Time, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.IsZero() {
		return time.Time{}, fmt.Errorf("expected a date such as 2026-03-01, found %s", strictyaml.Quote(s))
	}
	return t, nil
}

func formatDate(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// parseDays reads a number of days; 0 is no limit.
func parseDays(s string) (int, error) {
	if !daysPattern.MatchString(s) {
		return 0, fmt.Errorf("expected a number of days such as 30, or 0 for no limit, found %s", strictyaml.Quote(s))
	}
	return strconv.Atoi(s)
}

// parseScore reads an EPSS score; 0 is none.
func parseScore(s string) (float64, error) {
	if !scorePattern.MatchString(s) {
		return 0, fmt.Errorf("expected a score from 0 to 1 such as 0.5, found %s", strictyaml.Quote(s))
	}
	return strconv.ParseFloat(s, 64)
}

func formatScore(score float64) string {
	if score == 0 {
		return ""
	}
	return strconv.FormatFloat(score, 'f', -1, 64)
}

// parseSeverity reads the name of a severity, in the one spelling that files have.
func parseSeverity(s string) (finding.Severity, error) {
	severity, err := finding.ParseSeverity(s)
	if err == nil && s != severity.String() {
		return 0, fmt.Errorf("severities are in small letters: expected %s, found %s", severity, strictyaml.Quote(s))
	}
	return severity, err
}

// parseAuthor reads a pattern of the authors of VEX documents.
func parseAuthor(s string) (string, error) {
	if _, err := line("the author of a VEX document such as Red Hat*")(s); err != nil {
		return "", err
	}
	if !doublestar.ValidatePattern(s) {
		return "", fmt.Errorf("malformed pattern %s: a [, { or \\ is not closed", strictyaml.Quote(s))
	}
	return s, nil
}

func parsePlatform(s string) (string, error) {
	if !platformPattern.MatchString(s) {
		return "", fmt.Errorf("expected a platform such as linux/amd64 or linux/arm64/v8, found %s", strictyaml.Quote(s))
	}
	return s, nil
}

// parseHost reads the name of a registry, with its port where it has one.
func parseHost(s string) (string, error) {
	if !hostPattern.MatchString(s) {
		return "", fmt.Errorf("expected a host such as ghcr.io or localhost:5000, found %s", strictyaml.Quote(s))
	}
	return s, nil
}

// parseMirror reads a host, or a host and a path.
func parseMirror(s string) (string, error) {
	host, _, _ := strings.Cut(s, "/")
	if !hostPattern.MatchString(host) || !mirrorPattern.MatchString(s) {
		return "", fmt.Errorf("expected a mirror such as mirror.gcr.io or registry.corp/docker-hub, found %s", strictyaml.Quote(s))
	}
	return s, nil
}

// line reads any text of one line that is not blank. What says what is
// expected. Whether it is there, such as a file, is found out when it is used.
func line(what string) func(string) (string, error) {
	return func(s string) (string, error) {
		if strings.TrimSpace(s) == "" || strings.ContainsFunc(s, unicode.IsControl) {
			return "", fmt.Errorf("expected %s, found %s", what, strictyaml.Quote(s))
		}
		return s, nil
	}
}

// parseInside reads the path of a file below a folder, which it must not leave.
func parseInside(s string) (string, error) {
	if !fs.ValidPath(path.Clean(s)) || path.Clean(s) == "." || strings.ContainsFunc(s, unicode.IsControl) {
		return "", fmt.Errorf("expected a path inside build.repository such as build/Dockerfile, found %s", strictyaml.Quote(s))
	}
	return path.Clean(s), nil
}

func parseStage(s string) (string, error) {
	if !stagePattern.MatchString(s) {
		return "", fmt.Errorf("expected the name of a stage or its number, found %s", strictyaml.Quote(s))
	}
	return s, nil
}

func parseArgument(s string) (string, error) {
	if !argumentPattern.MatchString(s) {
		return "", fmt.Errorf("expected the name of a build argument such as VERSION, found %s", strictyaml.Quote(s))
	}
	return s, nil
}

// asIs reads any text. An empty build argument is one too.
func asIs(s string) (string, error) { return s, nil }

// hide is shown in place of a text that may be a secret.
func hide(string) string { return "…" }

// show is a text that is none.
func show(s string) string { return s }
