package foreign

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
)

func own(comment string) bool { return strings.Contains(comment, " (imgscan): ") }

// TestImportAlerts compares with a golden, as TestImport does, in each of the shapes
// in which gh prints pages.
func TestImportAlerts(t *testing.T) {
	t.Parallel()
	src := read(t, "codescanning.json")
	var alerts []json.RawMessage
	if err := json.Unmarshal(src, &alerts); err != nil {
		t.Fatal(err)
	}
	first, second := list(t, alerts[:7]), list(t, alerts[7:])
	for shape, src := range map[string][]byte{
		"one array":               src,
		"one array after another": bytes.Join([][]byte{first, []byte("[]"), second}, []byte("\n")),
		"without a line break":    append(bytes.Clone(first), second...),
		"an array of arrays":      list(t, []json.RawMessage{first, list(t, nil), second}),
		"with a byte order mark":  append([]byte("\uFEFF"), src...),
	} {
		t.Run(shape, func(t *testing.T) {
			t.Parallel()
			entries, lost, err := Import("build/alerts.json", src, ImportOptions{Now: now, OwnDismissal: own})
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
			compare(t, "codescanning.json.golden", text)
			inert(t, entries)
		})
	}
}

func list(t *testing.T, items []json.RawMessage) []byte {
	t.Helper()
	if items == nil {
		items = []json.RawMessage{}
	}
	src, err := json.Marshal(items)
	if err != nil {
		t.Fatal(err)
	}
	return src
}

// Without somebody to tell, what imgscan dismissed is like any other dismissal.
func TestImportAlertsOfAnybody(t *testing.T) {
	t.Parallel()
	src := []byte(dismissed("CVE-1-1-alpine-curl", "imgscan/api/linux/amd64/app/", "Dockerfile", 7))
	entries, lost, err := Import("x", src, ImportOptions{Now: now})
	if err != nil || len(entries) != 1 || len(lost) != 0 {
		t.Errorf("got %v, %q, %v", entries, lost, err)
	}
}

func dismissed(rule, category, path string, line int) string {
	text := func(v any) string {
		src, err := json.Marshal(v)
		if err != nil {
			panic(err) // these are texts and numbers
		}
		return string(src)
	}
	return `[{"number": 1, "state": "dismissed", "tool": {"name": "imgscan"}, "rule": {"id": ` + text(rule) + `},
		"dismissed_reason": "won't fix", "most_recent_instance": {"category": ` + text(category) + `,
		"location": {"path": ` + text(path) + `, "start_line": ` + text(line) + `, "end_line": ` + text(line) + `}}}]`
}

// An entry is about what the alert is about, or there is none.
func TestAlertScope(t *testing.T) {
	t.Parallel()
	const amd64 = "imgscan/ghcr.io/acme/api/linux/amd64/app/"
	for _, tt := range []struct {
		rule, category, path string
		line                 int
		want                 string // "VULNERABILITY IMAGES PACKAGES"; else a part of the sentence
	}{
		{"CVE-2020-1-alpine-curl", amd64, "Dockerfile", 3, "[CVE-2020-1] [ghcr.io/acme/api] [{pkg:apk/alpine/curl    [] []}]"},
		{"CVE-2020-1-redhat-curl", "imgscan/api/windows/amd64/base", "api/var/lib/rpm/Packages", 1, "[CVE-2020-1] [api] [{pkg:rpm/redhat/curl    [] []}]"},
		{"CVE-2020-1-sles-g++", amd64, "x", 1, "[CVE-2020-1] [ghcr.io/acme/api] [{pkg:rpm/suse/g%2B%2B    [] []}]"},
		{"CVE-2020-1-debian-Curl", amd64, "x", 1, "[CVE-2020-1] [ghcr.io/acme/api] [{pkg:deb/debian/curl Curl   [] []}]"},
		{"TEMP-0841856-B18BAF-debian-debian-keyring", amd64, "x", 1, "[TEMP-0841856-B18BAF] [ghcr.io/acme/api] [{pkg:deb/debian/debian-keyring    [] []}]"},
		{"CVE-2020-1-debian-a-npm-b", amd64, "x", 1, "[CVE-2020-1] [ghcr.io/acme/api] [{pkg:deb/debian/a-npm-b    [] []}]"},
		{"GHSA-67hx-6x53-jw92-jar-org.x:lib", amd64, "acme/api/srv/a b.jar", 1, "[GHSA-67hx-6x53-jw92] [ghcr.io/acme/api] [{ org.x:lib  maven [] [srv/a b.jar]}]"},
		{"CVE-2020-1-jar-x:y", amd64, "acme/api/srv/a%20b.jar", 1, "[CVE-2020-1] [ghcr.io/acme/api] [{ x:y  maven [] [srv/a b.jar]}]"},
		{"CVE-2020-1-jar-x:y", amd64, "acme/api/srv/{a,b}*.jar", 1, `[CVE-2020-1] [ghcr.io/acme/api] [{ x:y  maven [] [srv/\{a,b\}\*.jar]}]`},
		{"CVE-2020-1-alpine-a", "imgscan/acme/linux/linux/arm/v7/app/", "x", 1, "[CVE-2020-1] [acme/linux] [{pkg:apk/alpine/a    [] []}]"},
		{"CVE-2020-1-alpine-a", "imgscan/localhost-5000/api/linux/arm64/v8/app/", "x", 1, "[CVE-2020-1] [localhost-5000/api localhost:5000/api] [{pkg:apk/alpine/a    [] []}]"},
		{"CVE-2020-1-gobinary-a", "imgscan/localhost-5000/api/linux/arm64/v8/app/", "localhost-5000/api/b", 1, "[CVE-2020-1] [localhost-5000/api] [{ a  golang [] [b]}]"},
		{"CVE-2020-1-gobinary-a", "imgscan/localhost-5000/api/linux/arm64/v8/app/", "api/b", 1, "[CVE-2020-1] [localhost:5000/api] [{ a  golang [] [b]}]"},

		// What it is about is not what somebody would like it to be.
		{"CVE-2020-1-alpine-a", "imgscan/*/linux/amd64/app/", "x", 1, "is not one of an image and a platform"},
		{"CVE-2020-1-alpine-a", "imgscan/api/linux/amd64/else/", "x", 1, "is not one of an image and a platform"},
		{"CVE-2020-1-alpine-a", "imgscan/api/unknown/app/", "x", 1, "is not one of an image and a platform"},
		{"CVE-2020-1-alpine-a", "", "x", 1, "is not one of an image and a platform"},
		{"*-alpine-a", amd64, "x", 1, "does not name a vulnerability"},
		{"CVE-2020-1-alpine-", amd64, "x", 1, "does not name a vulnerability"},
		{"CVE-2020-1-guix-a", amd64, "x", 1, "does not name a vulnerability"},
		{"CVE-2020-1-alpine-a\n", amd64, "x", 1, "does not name a vulnerability"},
		{"CVE-2020-1-alpine-a…", amd64, "x", 1, "does not name a vulnerability"},
		{"CVE-2020-1-composer-vendor-a", amd64, "x", 1, "may name several packages"},

		// A file of the repository says nothing of the image.
		{"CVE-2020-1-jar-x:y", amd64, "pom.xml", 1, `shown at "pom.xml"`},
		{"CVE-2020-1-jar-x:y", amd64, "acme/api/srv/a.jar", 2, `shown at "acme/api/srv/a.jar"`},
		{"CVE-2020-1-jar-x:y", amd64, "acme/api/Dockerfile", 1, `shown at "acme/api/Dockerfile"`},
		{"CVE-2020-1-jar-x:y", amd64, "acme/api/../a.jar", 1, "shown at"},
		{"CVE-2020-1-jar-x:y", amd64, "acme/api/a\u202ejar", 1, "shown at"},
		{"CVE-2020-1-jar-x:y", amd64, "acme/api/", 1, "shown at"},
		{"CVE-2020-1-jar-x:y", amd64, "", 0, "shown at"},
	} {
		entries, lost, err := Import("x", []byte(dismissed(tt.rule, tt.category, tt.path, tt.line)), ImportOptions{Now: now})
		if err != nil {
			t.Errorf("%s: %v", tt.rule, err)
			continue
		}
		got := strings.Join(lost, "\n")
		if len(entries) == 1 {
			got = describe(entries[0])
		}
		if got != tt.want && (len(entries) > 0 || len(lost) != 1 || !strings.Contains(got, tt.want)) {
			t.Errorf("%s of %s at %s:%d: got %q, want %q", tt.rule, tt.category, tt.path, tt.line, got, tt.want)
		}
	}
}

func describe(e exceptions.Entry) string {
	var text []string
	for _, part := range []any{e.Vulnerabilities, e.Images, e.Packages} {
		text = append(text, fmt.Sprint(part))
	}
	return strings.Join(text, " ")
}

// A report says where the package is that an alert shows at a line of the repository.
func TestAlertsAndReports(t *testing.T) {
	t.Parallel()
	report := func(image string, paths ...string) *finding.Report {
		rep := &finding.Report{Image: finding.Image{Name: image}}
		for _, path := range paths {
			rep.Findings = append(rep.Findings, finding.Finding{ID: "CVE-2020-1", Package: finding.Package{Type: "node-pkg", Name: "a", Path: path}})
		}
		rep.Findings = append(rep.Findings, finding.Finding{ID: "CVE-2020-2", Package: finding.Package{Type: "node-pkg", Name: "a", Path: "other/package.json"}})
		return rep
	}
	src := []byte(dismissed("CVE-2020-1-node-pkg-a", "imgscan/acme/api/linux/amd64/app/", "package.json", 9))
	for name, tt := range map[string]struct {
		reports []*finding.Report
		want    string
	}{
		"none":             {nil, "a report of the image would say"},
		"one":              {[]*finding.Report{report("acme/api", "srv/a/package.json")}, "[CVE-2020-1] [acme/api] [{ a  npm [] [srv/a/package.json]}]"},
		"two that agree":   {[]*finding.Report{report("acme/api", "a"), report("acme/api", "a")}, "[CVE-2020-1] [acme/api] [{ a  npm [] [a]}]"},
		"another image's":  {[]*finding.Report{report("acme/web", "a")}, "a report of the image would say"},
		"it is gone":       {[]*finding.Report{report("acme/api")}, "a report of the image would say"},
		"it is in two":     {[]*finding.Report{report("acme/api", "a", "b")}, "the image has the package in 2 places"},
		"two that do not":  {[]*finding.Report{report("acme/api", "a"), report("acme/api", "b")}, "the image has the package in 2 places"},
		"no path":          {[]*finding.Report{report("acme/api", "")}, `the path of its package, "", is none`},
		"one has no path":  {[]*finding.Report{report("acme/api", "a", "")}, "the image has the package in 2 places"},
		"a hostile path":   {[]*finding.Report{report("acme/api", "a\nb")}, `the path of its package, "a b", is none`},
		"a path to escape": {[]*finding.Report{report("acme/api", "a*")}, `[CVE-2020-1] [acme/api] [{ a  npm [] [a\*]}]`},
	} {
		entries, lost, err := Import("x", src, ImportOptions{Now: now, Reports: tt.reports})
		got := strings.Join(lost, "\n")
		if len(entries) == 1 {
			got = describe(entries[0])
		}
		if err != nil || !strings.Contains(got, tt.want) {
			t.Errorf("%s: got %q, %v, want %q", name, got, err, tt.want)
		}
	}
}

func TestImportAlertsErrors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ src, want string }{
		{`[{"number": 1`, "malformed list of alerts: unexpected EOF"},
		{`[{}`, "malformed list of alerts: unexpected EOF"},
		{`[{}] [`, "malformed list of alerts: unexpected EOF"},
		{`[{}] {"message": "Not Found"}`, "expected a list of alerts, found {"},
		{`[{}] 7`, "expected a list of alerts, found 7"},
		{`[{}, 7]`, "number 2 is not one as GitHub writes it"},
		{`[[{}], [[{}]]]`, "number 2 is not one as GitHub writes it"},
		{`[{"number": "1"}]`, "number 1 is not one as GitHub writes it"},
		{"[" + strings.Repeat("{},", maxAlerts) + "{}]", "it has more than 100000"},
		{`[{}]` + strings.Repeat(" ", maxAlertsSize), "bytes are too many"},
	} {
		_, _, err := Import("alerts.json", []byte(tt.src), ImportOptions{Now: now})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%.40q: got %v, want %q", tt.src, err, tt.want)
		}
	}
	entries, lost, err := Import("alerts.json", []byte("[]"), ImportOptions{Now: now})
	if diff := cmp.Diff(0, len(entries)+len(lost)); err != nil || diff != "" {
		t.Errorf("an empty list: %v, %s", err, diff)
	}
}
