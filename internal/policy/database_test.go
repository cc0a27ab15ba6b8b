package policy_test

import (
	"testing"
	"time"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/policy"
)

func TestStaleDatabase(t *testing.T) {
	const day = 24 * time.Hour
	tests := []struct {
		name   string
		built  time.Time
		maxAge time.Duration
		want   string // empty: not stale
	}{
		{"fresh", now.Add(-time.Hour), 7 * day, ""},
		{"exactly as old as allowed", now.Add(-7 * day), 7 * day, ""},
		{"just over", now.Add(-7*day - time.Second), 7 * day, "the vulnerability database of 2026-02-21 is 7 days old, over the limit of 7 days"},
		{"old", now.Add(-9 * day), 7 * day, "the vulnerability database of 2026-02-19 is 9 days old, over the limit of 7 days"},
		{"hours", now.Add(-37 * time.Hour), 36 * time.Hour, "the vulnerability database of 2026-02-26 is 37 hours old, over the limit of 36 hours"},
		{"built after the scan's clock", now.Add(day), 7 * day, ""},
		{"no date", time.Time{}, 7 * day, "the vulnerability database does not say when it was built, so it may be over the limit of 7 days"},
		{"no limit", now.Add(-999 * day), 0, ""},
		{"no limit, no date", time.Time{}, 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			gap, stale := policy.StaleDatabase(finding.Database{Source: "db", Built: tt.built}, tt.maxAge, now)
			if stale != (tt.want != "") || gap.Detail != tt.want {
				t.Errorf("got %+v, %v; want detail %q", gap, stale, tt.want)
			}
			if stale && (gap.Kind != finding.GapStaleDatabase || gap.Where != "db") {
				t.Errorf("got %+v, want kind stale-database of db", gap)
			}
		})
	}
}
