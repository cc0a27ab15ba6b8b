package cli

import (
	"testing"
	"time"

	"github.com/org/imgscan-action/internal/exceptions"
)

var now = time.Date(2026, 11, 23, 22, 0, 0, 0, time.UTC)

func TestDay(t *testing.T) {
	tests := []struct{ text, want string }{
		{"2027-01-31", "2027-01-31"},
		{"1d", "2026-11-24"},
		{"90d", "2027-02-21"},
		{"0d", ""},
		{"-3d", ""},
		{"90", ""},
		{"99999999d", ""},
		{"2027-02-30", ""},
		{"", ""},
	}
	for _, tt := range tests {
		got, err := day(tt.text, now)
		if tt.want == "" {
			if err == nil {
				t.Errorf("%q: got %s, want an error", tt.text, got)
			}
			continue
		}
		if err != nil || got.Format(time.DateOnly) != tt.want || !got.Equal(today(got)) {
			t.Errorf("%q: got %s, %v, want %s", tt.text, got, err, tt.want)
		}
	}
}

func TestNextID(t *testing.T) {
	file := func(ids ...string) *exceptions.File {
		f := &exceptions.File{}
		for _, id := range ids {
			f.Entries = append(f.Entries, &exceptions.Entry{ID: id})
		}
		return f
	}
	tests := []struct {
		name  string
		files []*exceptions.File
		want  string
	}{
		{"none", nil, "EX-2026-001"},
		{"over all files, and not into gaps", []*exceptions.File{file("EX-2026-001", "EX-2026-007"), file("EX-2026-003")}, "EX-2026-008"},
		{"other years and names", []*exceptions.File{file("EX-2025-099", "IMPORT-trivy-1", "EX-2026-x")}, "EX-2026-001"},
		{"more than three digits", []*exceptions.File{file("EX-2026-999")}, "EX-2026-1000"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := nextID(tt.files, now); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestExceptionsFile(t *testing.T) {
	for name, ok := range map[string]bool{
		".imgscan/exceptions.yaml":             true,
		"./.imgscan/exceptions.d/web.yaml":     true,
		".imgscan/exceptions.d/web.yml":        false,
		".imgscan/exceptions.d/web/a.yaml":     false,
		".imgscan/exceptions.d/../other.yaml":  false,
		"/srv/repo/.imgscan/exceptions.yaml":   false,
		"../.imgscan/exceptions.yaml":          false,
		".imgscan/exceptions.d/../config.yaml": false,
	} {
		if _, err := exceptionsFile(name); (err == nil) != ok {
			t.Errorf("%s: %v, want it read: %t", name, err, ok)
		}
	}
}

func TestOwns(t *testing.T) {
	p := place{
		&exceptions.File{Name: ".imgscan/exceptions.d/web.yaml"},
		&exceptions.Entry{RequestedBy: "@dana", ApprovedBy: []string{"@Sec-Lead"}},
	}
	for who, want := range map[string]bool{
		"dana": true, "@sec-lead": true, "@acme/web": true, "web": true, "kim": false, "@acme/os": false,
	} {
		if owns(who, p) != want {
			t.Errorf("owns(%s) = %t", who, !want)
		}
	}
	p.file.Name, p.entry.RequestedBy = ".imgscan/exceptions.yaml", ""
	if owns("exceptions", p) || owns("@", p) {
		t.Error("the common file is nobody's")
	}
}
