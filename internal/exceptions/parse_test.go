package exceptions_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
)

var ignorePlaces = cmp.Options{cmpopts.IgnoreTypes(finding.Line{}), cmpopts.EquateEmpty()}

func TestParse(t *testing.T) {
	medium := finding.Medium
	no := false
	got := parse(t, string(read(t, "testdata/valid/example.yaml")))[2]
	want := exceptions.Entry{
		ID:              "EX-2026-003",
		Vulnerabilities: []string{"CVE-2023-44487"},
		Images:          []string{"ghcr.io/acme/api", "ghcr.io/acme/web-*"},
		Packages:        []exceptions.Package{{PURL: "pkg:golang/golang.org/x/net"}},
		Decision:        finding.Rescored,
		CVSS: &exceptions.CVSS{
			Base:     "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H",
			Modified: map[string]string{"MAV": "A", "MA": "L"},
			Rationale: map[string]string{
				"MAV": "Only the mesh reaches the listener; the ingress ends HTTP/2.",
				"MA":  "The ingress caps streams per connection, and pods scale out behind it.",
			},
			RemediationLevel: "official_fix",
		},
		Severity:    &medium,
		Reason:      "Nobody outside of the mesh can send a rapid reset.",
		KEVAck:      true,
		RequestedBy: "@kim",
		ApprovedBy:  []string{"@sec-lead", "@ciso"},
		ApprovedOn:  date("2026-11-10"),
		Expires:     date("2026-12-10"),
		FedRAMP:     &exceptions.FedRAMP{RiskAdjustment: "pending", InternetReachable: &no, LikelyExploitable: &no, Pain: 2},
		At:          finding.Line{File: "f.yaml", Start: 41, End: 61, Text: "- id: EX-2026-003"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParseLimits(t *testing.T) {
	tests := map[string]struct{ src, want string }{
		"size":    {"# " + strings.Repeat("x", 4<<20), "bytes are too many"},
		"tokens":  {"version: 1\nexceptions: [" + strings.Repeat("a,", 400_000) + "a]\n", "tokens are too many"},
		"entries": {"version: 1\nexceptions: [" + strings.Repeat("a,", 60_000) + "a]\n", "entries are too many"},
		"keys":    {"version: 1\n" + strings.Repeat("a:\n- b\n", 100_000), "more than 100 keys"},
	}
	for name, tt := range tests {
		start := time.Now()
		_, err := exceptions.Parse("f.yaml", []byte(tt.src))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %.200v, want %s", name, err, tt.want)
		}
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%s took %v", name, took)
		}
	}
}

func TestLoad(t *testing.T) {
	files := map[string][]string{ // file: its entries
		"exceptions.yaml": {"EX-1"}, "exceptions.d/b.yaml": {"EX-3"}, "exceptions.d/a.yaml": {"EX-2"}, "exceptions.d/notes.md": nil,
	}
	fsys := fstest.MapFS{}
	for name, ids := range files {
		fsys[".imgscan/"+name] = &fstest.MapFile{Data: []byte(file(ids...))}
	}
	fsys[".imgscan/exceptions.d/folder.yaml/x"] = &fstest.MapFile{}
	loaded, err := exceptions.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range loaded {
		for _, e := range f.Entries {
			got = append(got, f.Name+" "+e.ID+" "+e.At.File)
		}
	}
	want := []string{
		".imgscan/exceptions.yaml EX-1 .imgscan/exceptions.yaml",
		".imgscan/exceptions.d/a.yaml EX-2 .imgscan/exceptions.d/a.yaml",
		".imgscan/exceptions.d/b.yaml EX-3 .imgscan/exceptions.d/b.yaml",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLoadNothing(t *testing.T) {
	files, err := exceptions.Load(fstest.MapFS{"Dockerfile": {}})
	if files != nil || err != nil {
		t.Errorf("%v, %v, want nothing", files, err)
	}
}

func TestLoadErrors(t *testing.T) {
	one := &fstest.MapFile{Data: []byte(file("EX-1"))}
	tests := map[string]struct {
		fsys fs.FS
		want []string
	}{
		"the same identifier in two files": {
			fstest.MapFS{".imgscan/exceptions.yaml": one, ".imgscan/exceptions.d/a.yaml": one},
			[]string{`.imgscan/exceptions.d/a.yaml:3:1: the identifier "EX-1" is that of another entry, in .imgscan/exceptions.yaml:3`},
		},
		"mistakes in two files": {
			fstest.MapFS{".imgscan/exceptions.yaml": {Data: []byte("version: 2\n")}, ".imgscan/exceptions.d/a.yaml": {Data: []byte("- a\n")}},
			[]string{".imgscan/exceptions.yaml:1:10: version", ".imgscan/exceptions.d/a.yaml:1:1: expected a mapping"},
		},
		"another ending": {
			fstest.MapFS{".imgscan/exceptions.d/a.yml": one},
			[]string{`listing exceptions: ".imgscan/exceptions.d/a.yml" would not be read`},
		},
		"a folder of that name": {
			fstest.MapFS{".imgscan/exceptions.yaml/x": one},
			[]string{`reading exceptions ".imgscan/exceptions.yaml"`},
		},
	}
	for name, tt := range tests {
		files, err := exceptions.Load(tt.fsys)
		if err == nil || files != nil {
			t.Errorf("%s: %v, no error", name, files)
			continue
		}
		lines := strings.Split(err.Error(), "\n")
		if len(lines) != len(tt.want) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for i := range lines {
			if !strings.HasPrefix(lines[i], tt.want[i]) {
				t.Errorf("%s: %s, want %s", name, lines[i], tt.want[i])
			}
		}
	}
}

func TestProblems(t *testing.T) {
	_, err := exceptions.Parse("f.yaml", []byte("version: 1\nexceptions:\n  - id: a b\n    x: 1\n"))
	err = errors.Join(err, errors.New("the disk is gone"))
	var got []string
	for _, p := range exceptions.Problems(err) {
		got = append(got, fmt.Sprintf("%s:%d %s %s", p.At.File, p.At.Start, p.Level, strings.SplitN(p.Text, ":", 2)[0]))
	}
	want := []string{
		"f.yaml:3 error an exception", "f.yaml:3 error id", "f.yaml:4 error unknown key \"x\"", ":0 error the disk is gone",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := exceptions.Problems(nil); got != nil {
		t.Errorf("Problems(nil) = %v", got)
	}
}

func TestActive(t *testing.T) {
	at := func(s string) time.Time {
		when, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	approved := exceptions.Entry{ApprovedBy: []string{"@lead"}, ApprovedOn: date("2026-11-02"), Expires: date("2026-12-31")}
	tests := []struct {
		name  string
		entry exceptions.Entry
		now   string
		want  string // why not; empty when it acts
	}{
		{"the second before", approved, "2026-11-01T23:59:59Z", "is approved from 2026-11-02 on"},
		{"the first second", approved, "2026-11-02T00:00:00Z", ""},
		{"the last second", approved, "2026-12-31T23:59:59Z", ""},
		{"the second after", approved, "2027-01-01T00:00:00Z", "expired 1 day ago"},
		{"three days after", approved, "2027-01-03T12:00:00Z", "expired 3 days ago"},
		{"the last day somewhere else", approved, "2027-01-01T00:30:00+02:00", ""},
		{"nobody approved", exceptions.Entry{ApprovedOn: date("2026-11-02"), Expires: date("2026-12-31")}, "2026-11-05T00:00:00Z", "has no approver"},
		{"some day", exceptions.Entry{ApprovedBy: []string{"@lead"}, Expires: date("2026-12-31")}, "2026-11-05T00:00:00Z", "has no day of approval"},
	}
	for _, tt := range tests {
		acts, why := tt.entry.Active(at(tt.now))
		if why != tt.want || acts != (tt.want == "") {
			t.Errorf("%s: %v %q, want %q", tt.name, acts, why, tt.want)
		}
	}
}

func parse(t *testing.T, src string) []exceptions.Entry {
	t.Helper()
	f, err := exceptions.Parse("f.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	var all []exceptions.Entry
	for _, e := range f.Entries {
		all = append(all, *e)
	}
	return all
}

// file is a file with an entry for each identifier.
func file(ids ...string) string {
	var b strings.Builder
	b.WriteString("version: 1\nexceptions:\n")
	if len(ids) == 0 {
		return "version: 1\nexceptions: []\n"
	}
	for _, id := range ids {
		fmt.Fprintf(&b, `  - id: %s
    vulnerabilities: [CVE-%s]
    images: [ghcr.io/acme/api]
    decision: risk_accepted
    reason: It is not reachable.
    requested_by: "@dana"
    approved_by: ["@lead"]
    approved_on: 2026-11-02
    expires: 2027-05-01
`, id, id)
	}
	return b.String()
}

func date(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}
