package config

import (
	"slices"
	"strings"

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
		{"policy.types.include", list(&c.Policy.Types.Include, policy.ParseType)},
		{"policy.types.exclude", list(&c.Policy.Types.Exclude, policy.ParseType)},
		{"policy.paths.include", list(&c.Policy.Paths.Include, policy.ParsePath)},
		{"policy.paths.exclude", list(&c.Policy.Paths.Exclude, policy.ParsePath)},
		{"policy.introduced-by", list(&c.Policy.IntroducedBy, policy.ParseSide)},
		{"policy.inherited.fail-on", text(&c.Policy.Inherited.FailOn, policy.ParseThreshold)},
		{"policy.inherited.only-fixable", maybe(&c.Policy.Inherited.OnlyFixable)},
		{"policy.accept-gaps", list(&c.Policy.AcceptGaps, policy.ParseGap)},
		{"policy.refuse-gaps", list(&c.Policy.RefuseGaps, policy.ParseCommonGap)},

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
