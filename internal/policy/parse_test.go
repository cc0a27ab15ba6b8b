package policy_test

import (
	"errors"
	"testing"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/policy"
)

func TestParseAcceptsWhatIsListed(t *testing.T) {
	accepts(t, policy.Modes(), policy.ParseMode)
	accepts(t, policy.Thresholds(), policy.ParseThreshold)
	accepts(t, policy.UnratedChoices(), policy.ParseUnrated)
	accepts(t, policy.Types(), policy.ParseType)
	accepts(t, finding.GapKinds(), policy.ParseGap)
	accepts(t, []finding.GapKind{finding.GapUnidentified, finding.GapReplaced, finding.GapThirdParty}, policy.ParseCommonGap)
	accepts(t, policy.Sides(), policy.ParseSide)
	accepts(t, policy.ExploitedChoices(), policy.ParseExploited)
	accepts(t, policy.UnusedChoices(), policy.ParseUnused)
}

func accepts[T ~string](t *testing.T, listed []T, parse func(string) (T, error)) {
	t.Helper()
	for _, want := range listed {
		if got, err := parse(string(want)); got != want || err != nil {
			t.Errorf("parsing %q = %q, %v", want, got, err)
		}
	}
}

func TestParseErrorsNameWhatIsValid(t *testing.T) {
	tests := []struct {
		err  error
		want string
	}{
		{second(policy.ParseMode("audit")), `unknown mode "audit": expected one of observe, warn, block`},
		{second(policy.ParseThreshold("unknown")), `unknown threshold "unknown": expected one of never, critical, high, medium, low, none`},
		{second(policy.ParseThreshold("High")), `unknown threshold "High": expected one of never, critical, high, medium, low, none`},
		{second(policy.ParseUnrated("")), `unknown choice "": expected one of fail, ignore`},
		{second(policy.ParseGap("eol")), `unknown gap "eol": expected one of unknown-os, end-of-life-os, unreadable-layer, unparsable-package-database, unreadable-file, go-binary-without-build-info, stale-database, no-advisories, unidentified-executable, replaced-module, third-party-repository`},
		{second(policy.ParseCommonGap("eol")), `unknown common gap "eol": expected one of unidentified-executable, replaced-module, third-party-repository`},
		{second(policy.ParseCommonGap("stale-database")), `the gap "stale-database" is not common, so it makes a scan inconclusive unless it is accepted: expected one of unidentified-executable, replaced-module, third-party-repository`},
		{second(policy.ParseSide("you")), `unknown side "you": expected one of app, base`},
		{second(policy.ParseExploited("warn")), `unknown choice "warn": expected one of fail, ignore`},
		{second(policy.ParseUnused("")), `unknown choice "": expected one of warn, fail, ignore`},
		{second(policy.ParsePath("usr/[a")), `malformed path pattern "usr/[a": a [, { or \ is not closed`},
		{second(policy.ParsePath("/")), `empty path pattern: expected one such as usr/local/**`},
	}
	for _, tt := range tests {
		if tt.err == nil || tt.err.Error() != tt.want {
			t.Errorf("error\n got %v\nwant %s", tt.err, tt.want)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestParsePathTakesOffTheRoot(t *testing.T) {
	if got, err := policy.ParsePath("/usr/local/**"); got != "usr/local/**" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestValidate(t *testing.T) {
	p := policy.Default()
	if err := p.Validate(); err != nil {
		t.Errorf("the default policy: %v", err)
	}
	p.EnforceFrom = now
	if err := p.Validate(); err != nil {
		t.Errorf("block from a date: %v", err)
	}
	for _, mode := range []finding.Mode{finding.Observe, finding.Warn} {
		p.Mode = mode
		wantConflict(t, p, "enforce-from")
	}

	p = policy.Default()
	p.RefuseGaps = []finding.GapKind{finding.GapReplaced}
	p.AcceptGaps = []finding.GapKind{finding.GapThirdParty}
	if err := p.Validate(); err != nil {
		t.Errorf("one common gap refused, another accepted: %v", err)
	}
	p.AcceptGaps = append(p.AcceptGaps, finding.GapReplaced)
	wantConflict(t, p, "refuse-gaps")
}

func wantConflict(t *testing.T, p policy.Policy, setting string) {
	t.Helper()
	var conflict *policy.Conflict
	if err := p.Validate(); !errors.As(err, &conflict) || conflict.Setting != setting {
		t.Errorf("%+v: error %v, want one about %s", p, err, setting)
	}
}
