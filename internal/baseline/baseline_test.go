package baseline_test

import (
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/baseline"
	"github.com/org/imgscan-action/internal/finding"
)

var (
	update = flag.Bool("update", false, "rewrite the golden files")
	now    = time.Date(2026, 11, 1, 15, 4, 5, 0, time.UTC)
)

func report(image string, findings ...finding.Finding) *finding.Report {
	return &finding.Report{Tool: "1.2.0", Image: finding.Image{Name: image}, Findings: findings}
}

func found(id, pkg, path string, judged finding.Judgement) finding.Finding {
	return finding.Finding{ID: id, Package: finding.Package{Name: pkg, Type: "debian", Path: path}, Judgement: judged}
}

var api = report("ghcr.io/acme/api",
	found("CVE-2026-0002", "openssl", "var/lib/dpkg/status", finding.Judgement{Breaks: true, Rule: "severity"}),
	found("CVE-2026-0001", "openssl", "var/lib/dpkg/status", finding.Judgement{Breaks: true, Rule: "unknown"}),
	found("CVE-2026-0001", "a<b>&\u2028\"", "", finding.Judgement{Breaks: true, Rule: "epss"}),
	found("CVE-2026-0003", "known", "", finding.Judgement{Rule: "baseline"}),
	found("CVE-2026-0003", "new", "", finding.Judgement{Rule: "grace"}),
	found("CVE-2026-0004", "low", "", finding.Judgement{Rule: "severity"}),
	found("CVE-2026-0004", "unfixable", "", finding.Judgement{Rule: "only-fixable"}),
	found("CVE-2026-0004", "decided", "", finding.Judgement{Rule: "decision"}),
	found("CVE-2026-0005", "exploited", "", finding.Judgement{Breaks: true, Rule: "kev"}),
	found("CVE-2026-0005", "late", "", finding.Judgement{Breaks: true, Rule: "bod-26-04"}),
	found("CVE-2026-0006", "no\xfftext", "", finding.Judgement{Breaks: true, Rule: "severity"}),
	// The same package in two versions is one line.
	found("CVE-2026-0002", "openssl", "var/lib/dpkg/status", finding.Judgement{Breaks: true, Rule: "severity"}),
)

func TestMarshal(t *testing.T) {
	got := baseline.Of(api, now).Marshal()
	const golden = "testdata/baseline.json"
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("file (-want +got):\n%s", diff)
	}
}

// What was written is read back as it was, and knows the findings by the
// fingerprints that reports have.
func TestRoundTrip(t *testing.T) {
	for name, file := range map[string]*baseline.File{
		"one image":  baseline.Of(api, now),
		"no finding": baseline.Of(report("debian"), now),
		"no policy has looked": baseline.Of(report("debian",
			found("CVE-2026-0001", "low", "", finding.Judgement{})), now),
	} {
		read, err := baseline.Parse(name, file.Marshal())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(file, read); diff != "" {
			t.Errorf("%s (-written +read):\n%s", name, diff)
		}
	}

	known := baseline.Of(api, now).Known()
	for _, f := range api.Findings {
		if want := baselined(f); known[f.Fingerprint(api.Image.Name)] != want {
			t.Errorf("%s in %s is known: %v, want %v", f.ID, f.Package.Name, !want, want)
		}
	}
}

func baselined(f finding.Finding) bool {
	switch f.Package.Name {
	case "low", "unfixable", "decided", "exploited", "late", "no\xfftext":
		return false
	}
	return true
}

// The order in which images are scanned and merged does not show, apart from the
// date.
func TestMerge(t *testing.T) {
	counts := finding.Judgement{Breaks: true, Rule: "severity"}
	web := report("ghcr.io/acme/web", found("CVE-2026-0001", "zlib", "", counts))
	web.Tool = "1.3.0"
	one, two := baseline.Of(api, now), baseline.Of(web, now.AddDate(0, 0, 3))

	merged := baseline.Merge(one, two)
	if diff := cmp.Diff(merged, baseline.Merge(two, one, two)); diff != "" {
		t.Errorf("in another order:\n%s", diff)
	}
	if len(merged.Findings) != len(one.Findings)+1 || merged.Tool != "1.3.0" || !merged.Created.Equal(two.Created) {
		t.Errorf("%d findings of %s, %s", len(merged.Findings), merged.Tool, merged.Created)
	}
	if diff := cmp.Diff(two.Findings, merged.Without("ghcr.io/acme/api").Findings); diff != "" {
		t.Errorf("without one image (-want +got):\n%s", diff)
	}
	if got := baseline.Merge(); len(got.Findings) != 0 || !got.Created.IsZero() {
		t.Errorf("of nothing: %+v", got)
	}

	// An image that has nothing left is scanned again.
	rest := baseline.Merge(merged.Without("ghcr.io/acme/web"), baseline.Of(report("ghcr.io/acme/web"), now))
	if diff := cmp.Diff(one.Findings, rest.Findings); diff != "" {
		t.Errorf("written anew (-want +got):\n%s", diff)
	}
}

func TestParseErrors(t *testing.T) {
	good := string(baseline.Of(report("debian", found("CVE-1", "zlib", "p", finding.Judgement{})), now).Marshal())
	replace := func(old, with string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("no %q in\n%s", old, good)
		}
		return strings.Replace(good, old, with, 1)
	}
	entry := good[strings.Index(good, `{"image"`) : strings.LastIndex(good, "}\n  ]")+1]
	tests := map[string]struct{ src, want string }{
		"nothing":           {"", "f:1: the file ends too soon"},
		"cut short":         {good[:len(good)-3], "f:7: the file ends too soon"},
		"cut in a text":     {good[:60], "f:4: the file ends too soon"},
		"no JSON":           {"{\n  version", "f:2: malformed JSON: invalid character 'v'"},
		"a list":            {"[]", "f:1: expected an object"},
		"something after":   {good + "{}", "f:9: there is something after the end"},
		"garbage after":     {good + "x", "f:9: there is something after the end"},
		"unknown key":       {replace(`"tool"`, `"Tool"`), `f:4: unknown key "Tool": expected version,`},
		"twice":             {replace(`"tool": "1.2.0"`, `"created": "2026-11-01"`), `f:4: "created" is set twice`},
		"another version":   {replace(`: 1,`, `: 2,`), "f:2: version: this imgscan reads version 1, and the file is of version 2"},
		"a version in text": {replace(`: 1,`, `: "1",`), "f:2: version: expected the number 1"},
		"no version":        {`{"created": "2026-11-01", "findings": []}`, "f:1: version is missing"},
		"no findings":       {`{"created": "2026-11-01", "version": 1}`, "f:1: findings is missing"},
		"no such day":       {replace("2026-11-01", "2026-02-30"), `f:3: created: expected a date such as 2026-03-01, found "2026-02-30"`},
		"no list":           {`{"findings": {}}`, "f:1: expected a list of findings"},
		"a finding in text": {`{"findings": ["x"]}`, "f:1: expected an object"},
		"a key too many":    {replace(`"image"`, `"images"`), `f:6: unknown key "images": expected image, vulnerability,`},
		"a key too few":     {replace(`"image":"debian",`, ``), "f:6: image is missing"},
		"a number":          {replace(`"zlib"`, `1`), "f:6: package: expected a text"},
		"another finding":   {replace(`CVE-1`, `CVE-2`), `is not that of "CVE-2" in "zlib", which is "`},
		"no fingerprint":    {replace(entry[strings.Index(entry, `,"fingerprint"`):len(entry)-1], ""), "f:6: fingerprint is missing"},
		"the same twice":    {replace(entry, entry+",\n"+entry), "f:7: this finding is there twice, first in line 6"},
		"too large":         {strings.Repeat(" ", 64<<20) + good, "too many for a baseline: the limit is 67108864"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			file, err := baseline.Parse("f", []byte(tt.src))
			if err == nil {
				t.Fatalf("no error: %+v", file)
			}
			if !strings.Contains(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), "f:") {
				t.Errorf("error\n got %v\nwant %s", err, tt.want)
			}
		})
	}
}

// Whatever is in the file, Parse neither panics nor reads something else than it
// writes.
func FuzzParse(f *testing.F) {
	f.Add(baseline.Of(api, now).Marshal())
	f.Add([]byte(`{"version": 1, "created": "2026-11-01", "findings": []}`))
	f.Add([]byte(`{"version": 1e0, "findings": [[[{}]]]}`))
	f.Fuzz(func(t *testing.T, src []byte) {
		file, err := baseline.Parse("f", src)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "f:") {
				t.Errorf("an error without its file: %v", err)
			}
			return
		}
		again, err := baseline.Parse("f", file.Marshal())
		if err != nil {
			t.Fatalf("reading what was written: %v\n%s", err, file.Marshal())
		}
		if diff := cmp.Diff(file, again); diff != "" {
			t.Errorf("(-read +read again):\n%s", diff)
		}
	})
}
