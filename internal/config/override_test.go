package config_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/org/imgscan-action/internal/config"
)

// What a flag says is the same value as when the file says it.
func TestOverrideAndFileAgree(t *testing.T) {
	want, err := config.Load("testdata/ok/everything.yaml", true)
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Parse("f.yaml", []byte("version: 1"))
	if err != nil {
		t.Fatal(err)
	}
	flags := map[string][]string{
		"policy.enforce-from":                   {"2026-03-01"},
		"policy.fail-on":                        {"medium"},
		"policy.unknown":                        {"ignore"},
		"policy.only-fixable":                   {"true"},
		"policy.only-introduced":                {"true"},
		"policy.types.include":                  {"os", "node-pkg", "gobinary"},
		"policy.types.exclude":                  {"debian"},
		"policy.paths.include":                  {"/usr/local/**", "**/*.{jar,war}"},
		"policy.paths.exclude":                  {"opt/vendor/**"},
		"policy.introduced-by":                  {"app", "base"},
		"policy.trusted-bases":                  {"debian", "ghcr.io/acme/**"},
		"policy.inherited.fail-on":              {"critical"},
		"policy.inherited.only-fixable":         {"FALSE"},
		"policy.accept-gaps":                    {"end-of-life-os", "stale-database"},
		"policy.refuse-gaps":                    {"replaced-module"},
		"policy.kev":                            {"ignore"},
		"policy.epss.fail-at":                   {"0.5"},
		"policy.bod-26-04":                      {"true"},
		"policy.grace.new-vulnerability":        {"7d"},
		"policy.grace.new-fix":                  {"36h"},
		"baseline.file":                         {".imgscan/known.json"},
		"baseline.until":                        {"2027-06-30"},
		"compare.image":                         {"ghcr.io/acme/api:main"},
		"compare.report":                        {"build/main.json"},
		"triage.warn-within":                    {"30d"},
		"triage.stale-grace":                    {"0"},
		"triage.unused":                         {"fail"},
		"triage.vex":                            {"vex/acme.json", "vex/vendors"},
		"triage.vex-repositories":               {"vex/hub"},
		"triage.trust-vex":                      {"Red Hat*", "https://vex.acme.example/**"},
		"triage.approvers.default":              {"@sec-lead", "@acme/security"},
		"triage.approvers.kev":                  {"@ciso"},
		"triage.max-days.critical":              {"14"},
		"triage.max-days.high":                  {"0"},
		"triage.max-days.medium":                {"90"},
		"triage.max-days.low":                   {"180"},
		"triage.allow-wildcard-vulnerabilities": {"true"},
		"context.kev":                           {"data/kev.json"},
		"context.epss":                          {"https://epss.empiricalsecurity.com/epss_scores-current.csv.gz"},
		"context.ssvc":                          {"data/ssvc.csv"},
		"context.max-age":                       {"3d"},
		"severity.order":                        {"nvd-v4", "word"},
		"scan.platform":                         {"linux/arm64/v8"},
		"scan.java-db":                          {"/var/lib/imgscan/java-db"},
		"build.repository":                      {"../app"},
		"build.dockerfile":                      {"./build/Dockerfile"},
		"build.target":                          {"release"},
		"build.args":                            {"GO_VERSION=1.26", "HOSTS=a.example,b.example", "EMPTY="},
		"build.contexts":                        {"alpine=docker-image://alpine:3.22", "docker.io/library/golang=../golang"},
		"build.metadata":                        {"build.json"},
		"build.bases":                           {"ghcr.io/acme/base:3", "debian:12"},
		"build.registries":                      {"ghcr.io", "registry.corp:5000"},
		"build.check-tags":                      {"false"},
		"registry.mirrors":                      {"docker.io=mirror.gcr.io", "localhost:5000=[::1]:5001", "docker.io=registry.corp/docker-hub"},
		"registry.insecure":                     {"localhost:5000", "[::1]:5001"},
		"database.source":                       {"/var/lib/imgscan/db"},
		"database.mirrors":                      {"registry.corp/trivy-db:2"},
		"database.max-age":                      {"36h"},
	}
	for _, s := range cfg.Explain() {
		if slices.Contains([]string{"policy.mode", "policy.rules", "owners", "images"}, s.Key) {
			continue // the same in both, and not for flags
		}
		values, ok := flags[s.Key]
		if !ok {
			t.Errorf("%s has no value to try", s.Key)
			continue
		}
		if err := cfg.Override(s.Key, values, "flag --x"); err != nil {
			t.Errorf("%s: %v", s.Key, err)
		}
	}
	cfg.Owners, cfg.Images, cfg.Policy.Ladder = want.Owners, want.Images, want.Policy.Ladder
	if diff := cmp.Diff(want, cfg, cmpopts.IgnoreUnexported(config.Config{})); diff != "" {
		t.Errorf("configuration (-file +flags):\n%s", diff)
	}
}

// Build arguments are where people put their tokens.
func TestBuildArgumentsAreNotShown(t *testing.T) {
	const secret = "ghp_secret"
	file := "version: 1\nbuild: {args: {TOKEN: " + secret + "}}"
	for _, s := range explain(t, file) {
		if strings.Contains(s.Value, secret) {
			t.Errorf("%s shows %q", s.Key, s.Value)
		}
		if s.Key == "build.args" && s.Value != "TOKEN=…" {
			t.Errorf("%s is shown as %q", s.Key, s.Value)
		}
	}
	cfg, err := config.Parse("f.yaml", []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Build.Args["TOKEN"] != secret {
		t.Errorf("TOKEN = %q", cfg.Build.Args["TOKEN"])
	}
	for _, pair := range []string{secret, "=" + secret, "a-b=" + secret} {
		if err := cfg.Override("build.args", []string{pair}, "flag --build-arg"); err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%q: error %v", pair, err)
		}
	}
}

func TestOverride(t *testing.T) {
	const file = `
version: 1
policy:
  mode: block
  enforce-from: 2026-03-01
  fail-on: low
  accept-gaps: [unknown-os]
  rules: [{severities: [critical], mode: observe}]
`
	tests := []struct {
		name, key string
		values    []string
		want      []string // KEY = VALUE (ORIGIN), of what differs from the file
		err       string
	}{
		{
			name: "over the file", key: "policy.fail-on", values: []string{"critical"},
			want: []string{"policy.fail-on = critical (flag --x)"},
		},
		{
			name: "over a default", key: "policy.only-fixable", values: []string{"True"},
			want: []string{"policy.only-fixable = true (flag --x)"},
		},
		{
			name: "lists are replaced", key: "policy.accept-gaps", values: []string{"stale-database", "end-of-life-os"},
			want: []string{"policy.accept-gaps = stale-database,end-of-life-os (flag --x)"},
		},
		{
			name: "lists can be emptied", key: "policy.accept-gaps", values: nil,
			want: []string{"policy.accept-gaps =  (flag --x)"},
		},
		{
			name: "commas in braces", key: "policy.paths.exclude", values: []string{"**/*.{jar,war}", "srv/**"},
			want: []string{"policy.paths.exclude = **/*.{jar,war},srv/** (flag --x)"},
		},
		{
			name: "mirrors in order", key: "registry.mirrors", values: []string{"docker.io=b.corp", "ghcr.io=c.corp/ghcr", "docker.io=a.corp"},
			want: []string{"registry.mirrors = docker.io=b.corp,docker.io=a.corp,ghcr.io=c.corp/ghcr (flag --x)"},
		},
		{
			name: "the mode takes the date and the rules with it", key: "policy.mode", values: []string{"block"},
			want: []string{"policy.enforce-from =  (default)", "policy.mode = block (flag --x)", "policy.rules =  (default)"},
		},
		{
			name: "no limit", key: "database.max-age", values: []string{"0"},
			want: []string{"database.max-age = off (flag --x)"},
		},
		{
			name: "unknown key", key: "policy.failon", values: []string{"low"},
			err: `flag --x: unknown key "policy.failon": expected one of policy.mode, policy.enforce-from, policy.fail-on,`,
		},
		{
			name: "wrong value", key: "policy.fail-on", values: []string{"HIGH"},
			err: `flag --x: unknown threshold "HIGH": expected one of never, critical,`,
		},
		{
			name: "wrong boolean", key: "policy.only-fixable", values: []string{"1"},
			err: `flag --x: expected true or false, found "1"`,
		},
		{
			name: "wrong item", key: "policy.types.include", values: []string{"os", "nodejs"},
			err: `flag --x: unknown package type "nodejs": expected one of os, language,`,
		},
		{
			name: "two values for one", key: "policy.fail-on", values: []string{"low", "high"},
			err: `flag --x: expected one value, found 2`,
		},
		{
			name: "no value for one", key: "policy.only-fixable", values: nil,
			err: `flag --x: expected one value, found 0`,
		},
		{
			name: "a comma is part of the item", key: "build.bases", values: []string{"a,b"},
			want: []string{"build.bases = a,b (flag --x)"},
		},
		{
			name: "a setting of the file only", key: "owners", values: []string{"debian=kim"},
			err: `flag --x: this is set in the configuration file only`,
		},
		{
			name: "rules of the file only", key: "policy.rules", values: []string{"critical=observe"},
			err: `flag --x: this is set in the configuration file only`,
		},
		{
			name: "a number", key: "policy.epss.fail-at", values: []string{"0.25"},
			want: []string{"policy.epss.fail-at = 0.25 (flag --x)"},
		},
		{
			name: "a score in per cent", key: "policy.epss.fail-at", values: []string{"50"},
			err: `flag --x: expected a score from 0 to 1 such as 0.5, found "50"`,
		},
		{
			name: "days with a unit", key: "triage.max-days.low", values: []string{"30d"},
			err: `flag --x: expected a number of days such as 30, or 0 for no limit, found "30d"`,
		},
		{
			name: "no pair in a mapping", key: "build.contexts", values: []string{"alpine"},
			err: `flag --x: expected NAME=VALUE, found a text without =`,
		},
		{
			name: "a gap that is not common", key: "policy.refuse-gaps", values: []string{"stale-database"},
			err: `flag --x: the gap "stale-database" is not common, so it makes a scan inconclusive unless it is accepted: expected one of unidentified-executable,`,
		},
		{
			name: "no pair", key: "registry.mirrors", values: []string{"docker.io"},
			err: `flag --x: expected NAME=VALUE, found "docker.io"`,
		},
		{
			name: "wrong name of a pair", key: "registry.mirrors", values: []string{"=a.corp"},
			err: `flag --x: expected a host such as ghcr.io or localhost:5000, found ""`,
		},
		{
			name: "wrong value of a pair", key: "registry.mirrors", values: []string{"docker.io="},
			err: `flag --x: expected a mirror such as`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := explain(t, file)
			cfg, err := config.Parse("f.yaml", []byte(file))
			if err != nil {
				t.Fatal(err)
			}
			untouched := cfg
			err = cfg.Override(tt.key, tt.values, "flag --x")
			if tt.err != "" {
				if err == nil || !strings.HasPrefix(err.Error(), tt.err) {
					t.Fatalf("error\n got %v\nwant %s", err, tt.err)
				}
			} else if err != nil {
				t.Fatal(err)
			}
			var changed []config.Setting
			for i, s := range cfg.Explain() {
				if s != before[i] {
					changed = append(changed, s)
				}
			}
			if diff := cmp.Diff(strings.Join(tt.want, "\n"), strings.TrimSuffix(table(changed), "\n")); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
			if untouched.Explain()[0].Origin != before[0].Origin {
				t.Error("a copy of the configuration changed too")
			}
		})
	}
}

// A date from which nothing is enforced is a mistake, wherever it came from.
func TestOverrideChecksTheWhole(t *testing.T) {
	cfg, err := config.Parse("f.yaml", []byte("version: 1\npolicy: {mode: warn}"))
	if err != nil {
		t.Fatal(err)
	}
	err = cfg.Override("policy.enforce-from", []string{"2026-03-01"}, "input enforce-from")
	const want = "input enforce-from: policy.enforce-from: a date to enforce the policy from needs the mode block"
	if err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestIsSet(t *testing.T) {
	cfg, err := config.Parse("f.yaml", []byte("version: 1\nbuild: {repository: .}"))
	if err != nil {
		t.Fatal(err)
	}
	if err := cfg.Override("scan.platform", []string{"linux/amd64"}, "flag --platform"); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"build.repository": true, "scan.platform": true, "build.target": false} {
		if got := cfg.IsSet(name); got != want {
			t.Errorf("%s is set: %v, want %v", name, got, want)
		}
	}
}
