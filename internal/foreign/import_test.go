package foreign

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/exceptions"
)

var update = flag.Bool("update", false, "rewrite the goldens")

var now = time.Date(2026, 11, 23, 15, 4, 5, 0, time.UTC)

// TestImport compares with goldens: the entries as a file of exceptions, and behind
// them what was lost, as comments.
func TestImport(t *testing.T) {
	t.Parallel()
	for file, name := range map[string]string{
		"trivyignore.txt":  ".trivyignore",
		"trivyignore.yaml": "deploy/.trivyignore.yaml",
		"grype.yaml":       ".grype.yaml",
		"snyk.yaml":        ".snyk",
		"osv-scanner.toml": "osv-scanner.toml",
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			src := read(t, file)
			entries, lost, err := Import(name, src, ImportOptions{Now: now})
			if err != nil {
				t.Fatal(err)
			}
			text, err := exceptions.Marshal(entries)
			if err != nil {
				t.Fatal(err)
			}
			for _, sentence := range lost {
				text = append(text, "# lost: "+sentence+"\n"...)
			}
			compare(t, file+".golden", text)

			inert(t, entries)
			again, _, err := Import(name, src, ImportOptions{Now: now.AddDate(0, 0, 1)})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(ids(entries), ids(again)); diff != "" {
				t.Errorf("the identifiers depend on the day: %s", diff)
			}
		})
	}
}

// inert checks that nobody has signed what was imported.
func inert(t *testing.T, entries []exceptions.Entry) {
	t.Helper()
	for _, e := range entries {
		if active, _ := e.Active(now); active || len(e.ApprovedBy) > 0 {
			t.Errorf("%s acts", e.ID)
		}
	}
}

func ids(entries []exceptions.Entry) (all []string) {
	for _, e := range entries {
		all = append(all, e.ID)
	}
	return all
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return src
}

func compare(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func TestRecognise(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, src, want string }{
		{".trivyignore", "", ".trivyignore"},
		{`deploy\.snyk`, "", ".snyk"},
		{"a/.grype.yml", "", ".grype.yaml"},
		{"team.txt", "# none\n\nCVE-2020-1 exp:2020-01-01\n", ".trivyignore"},
		{"team.yaml", "vulnerabilities:\n  - id: CVE-2020-1\n", ".trivyignore.yaml"},
		{"team.yaml", "secrets: []\n", ".trivyignore.yaml"},
		{"team.yaml", "ignore:\n  - vulnerability: CVE-2020-1\n", ".grype.yaml"},
		{"team.yaml", "ignore:\n  CVE-2020-1:\n    - '*':\n", ".snyk"},
		{"team.toml", "[[IgnoredVulns]]\nid = 'CVE-2020-1'\n", "osv-scanner.toml"},
		{"team.toml", "PackageOverrides = []\n", "osv-scanner.toml"},
		{"team.txt", "", ""},
		{"team.txt", "well, CVE-2020-1\n", ""},
		{"team.txt", "GPL\n", ""},
		{"team.yaml", "version: 1\nexceptions: []\n", ""},
		{"team.yaml", "- CVE-2020-1\n", ""},
	} {
		f, err := recognise(test.name, []byte(test.src))
		switch {
		case test.want == "" && (err == nil || !strings.Contains(err.Error(), ".trivyignore.yaml, .grype.yaml, .snyk, osv-scanner.toml, .trivyignore")):
			t.Errorf("%s with %q: got %v, %v, want an error that lists the formats", test.name, test.src, f.files, err)
		case test.want != "" && (err != nil || f.name != test.want):
			t.Errorf("%s with %q: got %v, %v, want %s", test.name, test.src, f.files, err, test.want)
		}
	}
}

func TestImportErrors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, src, want string }{
		{".trivyignore", strings.Repeat("#", maxSize+1), "bytes are too many"},
		{".trivyignore", manyIDs(maxEntries + 1), "20001 rules are too many"},
		{".trivyignore.yaml", "- id: CVE-2020-1\n", "line 1: expected a mapping"},
		{".trivyignore.yaml", "vulnerabilities: [\n", "malformed YAML"},
		{".trivyignore.yaml", "vulnerabilities: &a []\nsecrets: *a\n", "line 1: anchors and aliases"},
		{".trivyignore.yaml", "a: 1\n---\nb: 2\n", "several YAML documents"},
		{".trivyignore.yaml", "a: !!binary aGVsbG8=\n", "line 1: YAML tags"},
		{".trivyignore.yaml", "? a\n: b\n", "line 1: keys with"},
		{".trivyignore.yaml", "a:\n  <<: b\n", "line 2: merge keys"},
		{".trivyignore.yaml", "a: " + strings.Repeat("[", 1000), "nested too deep"},
		{".trivyignore.yaml", "a: " + strings.Repeat("- ", 1000), "nested too deep"},
		{".trivyignore.yaml", "a: \xff\n", "not UTF-8"},
		{".grype.yaml", "a: {" + strings.Repeat("a: 1, ", maxKeys+1) + "}\n", "more than 2000 keys"},
		{".snyk", "ignore:\n" + strings.Repeat("  a: 1\n", maxKeys+1), "more than 2000 keys"},
		{".grype.yaml", "ignore:\n" + strings.Repeat("  - package: {name: '[a-z]', upstream-name: '[0-9][0-4]'}\n", 100), "too many packages"},
		{".snyk", "a: [" + strings.Repeat("1,", maxTokens/2), "tokens are too many"},
		{"osv-scanner.toml", "[[IgnoredVulns]]\nid = 1\n", "malformed TOML"},
		{"osv-scanner.toml", "a = " + strings.Repeat("{a = ", 1000), "line 1: nested too deep"},
		{"osv-scanner.toml", "\n" + strings.Repeat("a.", 1000) + "a = 1", "line 2: too many dots"},
		{"osv-scanner.toml", strings.Repeat("\n", maxTOMLLines), "more than 50000 lines"},
		{"osv-scanner.toml", "a = \"\xff\"", "not UTF-8"},
	} {
		_, _, err := Import(test.name, []byte(test.src), ImportOptions{Now: now})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s with %.40q: got %v, want %q", test.name, test.src, err, test.want)
		}
	}
}

func manyIDs(n int) string {
	var b bytes.Buffer
	for i := range n {
		b.WriteString("CVE-2020-")
		b.WriteString(strings.Repeat("1", 1+i%10))
		b.WriteString("x" + time.Duration(i).String() + "\n")
	}
	return strings.ReplaceAll(b.String(), "µ", "u")
}

// TestLastDay is about the last day on which an entry holds whose original ends at a
// moment.
func TestLastDay(t *testing.T) {
	t.Parallel()
	for end, want := range map[string]string{
		"2027-01-01":                "2026-12-31",
		"2027-01-01T00:00:00Z":      "2026-12-31",
		"2027-01-01T15:00:00Z":      "2026-12-31",
		"2027-01-01 23:59:58":       "2026-12-31",
		"2027-01-01T23:59:59Z":      "2027-01-01",
		"2027-01-01T23:59:59.999Z":  "2027-01-01",
		"2027-01-01T01:00:00+02:00": "2026-12-30",
		"2027-01-01 01:00:00-02:00": "2026-12-31",
	} {
		parsed, ok := parseTime(end)
		if got := lastDay(parsed).Format(time.DateOnly); !ok || got != want {
			t.Errorf("%s: got %s, %v, want %s", end, got, ok, want)
		}
	}
	for _, s := range []string{"", "2027-02-30", "01/02/2027", "Thu, 01 Jan 2027 00:00:00 XYZ", "0000-01-01", "0001-01-01"} {
		if got, ok := parseTime(s); ok {
			t.Errorf("%q: got %v, want no time", s, got)
		}
	}
}

// TestExpires is about rules without an end, and those that end today.
func TestExpires(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		src     string
		expires time.Duration
		want    string
	}{
		{"CVE-2020-1", 0, "2027-02-21"},
		{"CVE-2020-1", 24 * time.Hour, "2026-11-24"},
		{"CVE-2020-1 exp:2026-11-24", 0, "2026-11-23"},
		{"CVE-2020-1 exp:2026-11-23", 0, ""},
	} {
		entries, lost, err := Import(".trivyignore", []byte(test.src), ImportOptions{Now: now, Expires: test.expires})
		switch {
		case err != nil:
			t.Error(err)
		case test.want == "" && (len(entries) != 0 || len(lost) != 1):
			t.Errorf("%s: got %v and %q, want nothing and a sentence", test.src, entries, lost)
		case test.want != "" && (len(entries) != 1 || entries[0].Expires.Format(time.DateOnly) != test.want):
			t.Errorf("%s: got %v, want until %s", test.src, entries, test.want)
		}
	}
}

func TestLiterals(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string][]string{
		`^libcurl$`:        {"libcurl"},
		`libstdc\+\+6`:     {"libstdc++6"},
		`lib(curl|crypto)`: {"libcrypto", "libcurl"},
		`(libcurl|libc6)`:  {"libc6", "libcurl"},
		`python3\.[89]`:    {"python3.8", "python3.9"},
		`colou?r`:          {"color", "colour"},
		`(?:foo)`:          {"foo"},
		`libstdc++6`:       nil, // no regular expression
		`a|b`:              nil, // ^a or b$
		`linux-headers-.*`: nil,
		`(?i)curl`:         nil,
		`[a-z]+`:           nil,
		`.`:                nil,
		`[a-z]`:            {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t", "u", "v", "w", "x", "y", "z"},
		`[a-z][a-z]`:       nil, // too many
		`\pL`:              nil,
		`()`:               nil,
		`a\nb`:             nil,
		`(a`:               nil,
		`(^a$)|b`:          nil,
		`(?m)a$`:           nil,
	} {
		got, ok := literals(pattern)
		if diff := cmp.Diff(want, got); ok != (want != nil) || ok && diff != "" {
			t.Errorf("%s: got %q, %v, want %q", pattern, got, ok, want)
		}
	}
}
