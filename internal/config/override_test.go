package config_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/config"
)

// Every value that Explain prints can be given to Override, and is then the
// same value.
func TestOverrideReadsWhatExplainPrints(t *testing.T) {
	full, err := config.Load("testdata/ok/everything.yaml", true)
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Parse("f.yaml", []byte("version: 1"))
	if err != nil {
		t.Fatal(err)
	}
	want := full.Explain()
	for i := range want {
		want[i].Origin = "flag --x"
	}
	// The mode first: it takes the date with it.
	order := slices.Clone(want)
	slices.SortStableFunc(order, func(a, b config.Setting) int {
		switch {
		case a.Key == "policy.mode":
			return -1
		case b.Key == "policy.mode":
			return 1
		}
		return 0
	})
	for _, s := range order {
		if err := cfg.Override(s.Key, s.Value, s.Origin); err != nil {
			t.Errorf("%s: %v", s.Key, err)
		}
	}
	if diff := cmp.Diff(want, cfg.Explain()); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(full.Policy, cfg.Policy); diff != "" {
		t.Errorf("policy (-want +got):\n%s", diff)
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
`
	tests := []struct {
		name, key, value string
		want             []string // KEY = VALUE (ORIGIN), of what differs from the file
		err              string
	}{
		{
			name: "over the file", key: "policy.fail-on", value: "critical",
			want: []string{"policy.fail-on = critical (flag --x)"},
		},
		{
			name: "over a default", key: "policy.only-fixable", value: "True",
			want: []string{"policy.only-fixable = true (flag --x)"},
		},
		{
			name: "lists are replaced", key: "policy.accept-gaps", value: "stale-database,\n end-of-life-os,",
			want: []string{"policy.accept-gaps = stale-database,end-of-life-os (flag --x)"},
		},
		{
			name: "lists can be emptied", key: "policy.accept-gaps", value: "",
			want: []string{"policy.accept-gaps =  (flag --x)"},
		},
		{
			name: "commas in braces", key: "policy.paths.exclude", value: "**/*.{jar,war},srv/**",
			want: []string{"policy.paths.exclude = **/*.{jar,war},srv/** (flag --x)"},
		},
		{
			name: "mirrors in order", key: "registry.mirrors", value: "docker.io=b.corp,ghcr.io=c.corp/ghcr,docker.io=a.corp",
			want: []string{"registry.mirrors = docker.io=b.corp,docker.io=a.corp,ghcr.io=c.corp/ghcr (flag --x)"},
		},
		{
			name: "the mode takes the date with it", key: "policy.mode", value: "block",
			want: []string{"policy.enforce-from =  (default)", "policy.mode = block (flag --x)"},
		},
		{
			name: "no limit", key: "database.max-age", value: "0",
			want: []string{"database.max-age = off (flag --x)"},
		},
		{
			name: "unknown key", key: "policy.failon", value: "low",
			err: `flag --x: unknown key "policy.failon": expected one of policy.mode, policy.enforce-from, policy.fail-on,`,
		},
		{
			name: "wrong value", key: "policy.fail-on", value: "HIGH",
			err: `flag --x: unknown threshold "HIGH": expected one of never, critical,`,
		},
		{
			name: "wrong boolean", key: "policy.only-fixable", value: "1",
			err: `flag --x: expected true or false, found "1"`,
		},
		{
			name: "wrong item", key: "policy.types.include", value: "os,nodejs",
			err: `flag --x: unknown package type "nodejs": expected one of os, language,`,
		},
		{
			name: "no pair", key: "registry.mirrors", value: "docker.io",
			err: `flag --x: expected NAME=VALUE, found "docker.io"`,
		},
		{
			name: "wrong name of a pair", key: "registry.mirrors", value: "=a.corp",
			err: `flag --x: expected a host such as ghcr.io or localhost:5000, found ""`,
		},
		{
			name: "wrong value of a pair", key: "registry.mirrors", value: "docker.io=",
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
			err = cfg.Override(tt.key, tt.value, "flag --x")
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
	err = cfg.Override("policy.enforce-from", "2026-03-01", "input enforce-from")
	const want = "input enforce-from: policy.enforce-from: a date to enforce the policy from needs the mode block"
	if err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("error %v, want %s", err, want)
	}
}
