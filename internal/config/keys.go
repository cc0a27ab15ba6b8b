package config

import (
	"slices"
	"strconv"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/owner"
	"github.com/org/imgscan-action/internal/policy"
)

// versionKey is the one key that is not a setting: it names the format of the
// file, and files of another version are not read.
const versionKey = "version"

// A key is one setting: its name from the root of the file, and the field that
// holds it.
type key struct {
	name  string
	field field
}

// keys lists every key of the file, bound to the fields of c. schema.json and
// docs/config.md describe the same keys; tests compare the three.
func keys(c *Config) []key {
	return []key{
		{"policy.mode", text(&c.Policy.Mode, policy.ParseMode)},
		{"policy.enforce-from", value(&c.Policy.EnforceFrom, parseDate, formatDate)},
		{"policy.fail-on", text(&c.Policy.FailOn, policy.ParseThreshold)},
		{"policy.unknown", text(&c.Policy.Unknown, policy.ParseUnrated)},
		{"policy.only-fixable", boolean(&c.Policy.OnlyFixable)},
		{"policy.only-introduced", boolean(&c.Policy.OnlyIntroduced)},
		{"policy.types.include", list(&c.Policy.Types.Include, policy.ParseType)},
		{"policy.types.exclude", list(&c.Policy.Types.Exclude, policy.ParseType)},
		{"policy.paths.include", list(&c.Policy.Paths.Include, policy.ParsePath)},
		{"policy.paths.exclude", list(&c.Policy.Paths.Exclude, policy.ParsePath)},
		{"policy.introduced-by", list(&c.Policy.IntroducedBy, policy.ParseSide)},
		{"policy.trusted-bases", list(&c.Policy.TrustedBases, owner.ParsePattern)},
		{"policy.inherited.fail-on", text(&c.Policy.Inherited.FailOn, policy.ParseThreshold)},
		{"policy.inherited.only-fixable", maybe(&c.Policy.Inherited.OnlyFixable)},
		{"policy.accept-gaps", list(&c.Policy.AcceptGaps, policy.ParseGap)},
		{"policy.refuse-gaps", list(&c.Policy.RefuseGaps, policy.ParseCommonGap)},
		{"policy.kev", text(&c.Policy.KEV, policy.ParseExploited)},
		{"policy.epss.fail-at", number(&c.Policy.EPSSFailAt, parseScore, formatScore)},
		{"policy.bod-26-04", boolean(&c.Policy.BOD2604)},
		{"policy.grace.new-vulnerability", orZero(value(&c.Policy.Grace.NewVulnerability, parseAge, formatAge))},
		{"policy.grace.new-fix", orZero(value(&c.Policy.Grace.NewFix, parseAge, formatAge))},
		{"policy.rules", objects(&c.Policy.Ladder, rungKeys, checkRung, formatRung)},

		{"baseline.file", text(&c.Baseline.File, line("a file"))},
		{"baseline.until", value(&c.Policy.Baseline.Until, parseDate, formatDate)},

		{"compare.image", text(&c.Compare.Image, line("an image such as ghcr.io/acme/api:main"))},
		{"compare.report", text(&c.Compare.Report, line("artifact:NAME, registry:IMAGE or a file"))},

		{"triage.warn-within", orZero(value(&c.Triage.WarnWithin, parseAge, formatAge))},
		{"triage.stale-grace", orZero(value(&c.Triage.StaleGrace, parseAge, formatAge))},
		{"triage.unused", text(&c.Policy.Unused, policy.ParseUnused)},
		{"triage.vex", list(&c.Triage.VEX, line("a file or a folder"))},
		{"triage.vex-repositories", list(&c.Triage.VEXRepositories, line("a folder"))},
		{"triage.trust-vex", list(&c.Triage.TrustVEX, parseAuthor)},
		{"triage.approvers.default", list(&c.Triage.Approvers, owner.ParseName)},
		{"triage.approvers.kev", list(&c.Triage.KEVApprovers, owner.ParseName)},
		{"triage.max-days.critical", days(&c.Triage.MaxDays.Critical)},
		{"triage.max-days.high", days(&c.Triage.MaxDays.High)},
		{"triage.max-days.medium", days(&c.Triage.MaxDays.Medium)},
		{"triage.max-days.low", days(&c.Triage.MaxDays.Low)},
		{"triage.allow-wildcard-vulnerabilities", boolean(&c.Triage.AllowWildcard)},

		{"context.kev", text(&c.Context.KEV, line("a file or an https URL"))},
		{"context.epss", text(&c.Context.EPSS, line("a file or an https URL"))},
		{"context.ssvc", text(&c.Context.SSVC, line("a file or an https URL"))},
		{"context.max-age", orZero(value(&c.Context.MaxAge, parseAge, formatAge))},

		{"severity.order", list(&c.Severity.Order, finding.ParseTier)},

		{"images", objects(&c.Images, imageKeys, checkImage, formatImage)},

		{"scan.platform", text(&c.Scan.Platform, parsePlatform)},
		{"scan.java-db", text(&c.Scan.JavaDB, line("a folder"))},

		{"build.repository", text(&c.Build.Repository, line("a folder"))},
		{"build.dockerfile", text(&c.Build.Dockerfile, parseInside)},
		{"build.target", text(&c.Build.Target, parseStage)},
		{"build.args", mapping(&c.Build.Args, parseArgument, asIs, hide)},
		{"build.contexts", mapping(&c.Build.Contexts, line("the name of a build context"), line("a folder, an image or a URL"), show)},
		{"build.metadata", text(&c.Build.Metadata, line("a file"))},
		{"build.bases", list(&c.Build.Bases, line("an image such as debian:12"))},
		{"build.registries", list(&c.Build.Registries, parseHost)},
		{"build.check-tags", boolean(&c.Build.CheckTags)},

		{"owners", objects(&c.Owners, ruleKeys, checkRule, formatRule)},

		{"registry.mirrors", lists(&c.Registry.Mirrors, parseHost, parseMirror)},
		{"registry.insecure", list(&c.Registry.Insecure, parseHost)},

		{"database.source", text(&c.Database.Source, line("a folder or an OCI reference"))},
		{"database.mirrors", list(&c.Database.Mirrors, line("a folder or an OCI reference"))},
		{"database.max-age", orZero(value(&c.Policy.MaxDatabaseAge, parseAge, formatAge))},
	}
}

func days(to *int) field { return number(to, parseDays, strconv.Itoa) }

// find is the key of that name; nil when there is none.
func find(all []key, name string) *key {
	i := slices.IndexFunc(all, func(k key) bool { return k.name == name })
	if i < 0 {
		return nil
	}
	return &all[i]
}

// within lists what the section of that name can hold, sorted; nil when there is
// no such section. The root is the section "".
func within(all []key, section string) []string {
	var names []string
	prefix := ""
	if section == "" {
		names = []string{versionKey}
	} else {
		prefix = section + "."
	}
	for _, k := range all {
		if rest, inside := strings.CutPrefix(k.name, prefix); inside {
			name, _, _ := strings.Cut(rest, ".")
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
