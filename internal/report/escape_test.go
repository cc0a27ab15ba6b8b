package report

import (
	"encoding/json"
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/org/imgscan-action/internal/finding"
)

func TestClean(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"libssl1.1":                 "libssl1.1",
		"a\r\nb\tc":                 "a  b c",
		"\x1b[31mred":               "\uFFFD[31mred",
		"a\u202Eb\u2066c\u200bd":    "a\uFFFDb\uFFFDc\uFFFDd",
		"\u009b31m":                 "\uFFFD31m",
		"bad\xffbyte":               "bad\uFFFDbyte",
		"x ##[group]y":              "x ## [group]y",
		"::error::x":                ": :error::x",
		"see ::error::x":            "see : :error::x",
		"std::vector":               "std::vector",
		"日本語":                       "日本語",
		"  \n":                      "",
		"a\u2028b\u00a0c\U000E0041": "a b c\uFFFD",
	} {
		if got := clean(in); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestMarkdownText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"plain words, 2021-05-01.": "plain words, 2021-05-01.",
		"@octocat":                 "@\u200boctocat",
		"Fixes #1":                 "Fixes \\#\u200b1",
		"gh-12 GH-":                "gh-\u200b12 GH-",
		"https://x.example":        "https:\u200b//x.example",
		"WWW.x.example":            "WWW\u200b.x.example",
		"<img src=x> --> &lt;":     `\<img src=x\> --\> \&lt;`,
		"[l](u) ![i](u)":           `\[l\](u) !\[i\](u)`,
		"a|b `c` *d* _e_ ~~f~~ $g": "a\\|b \\`c\\` \\*d\\* \\_e\\_ \\~\\~f\\~\\~ \\$g",
		"1. one":                   `1\. one`,
		"so :tada: debian:12: x":   "so :\u200btada: debian:12: x",
		"at 1f3c5d7, a1b2c3d":      "at 1f3c5d\u200b7, a1b2c3\u200bd",
		"00000000000000":           "000000\u200b000000\u200b00",
		"defaced 1234567x 123456":  "defaced 1234567x 123456",
		"12)":                      `12\)`,
		"1.1.1c":                   "1.1.1c",
		"- item":                   `\- item`,
		`\`:                        `\\`,
	} {
		if got := markdownText(in); got != want {
			t.Errorf("markdownText(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestMarkdownCode(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":         "",
		"libssl":   "`libssl`",
		"a|b":      "`a¦b`",
		"a`b":      "``a`b``",
		"``":       "``` `` ```",
		"a\n\n# b": "`a  # b`",
	} {
		if got := markdownCode(in); got != want {
			t.Errorf("markdownCode(%q) = %q, want %q", in, got, want)
		}
	}
	if got := markdownCode(strings.Repeat("日", 1000)); len(got) > maxMarkdownValue+2 || !utf8.ValidString(got) {
		t.Errorf("a long value became %d bytes", len(got))
	}
}

// seeds are what the fuzzers start from.
var seeds = []string{"", "libssl1.1", hostile, "`", "a`", "\\", "|", "##[", "#\u200b#[", " ::x", "..", "../..", "/", "%2e%2e", "a:b@c"}

// notEscaped finds what Markdown would read as markup: its punctuation without
// an odd number of backslashes before it.
var notEscaped = regexp.MustCompile("(^|[^\\\\])(\\\\\\\\)*[`*_\\[\\]<>#|~&$]")

// bareLink finds what GitHub would make a mention, a reference or a link.
var bareLink = regexp.MustCompile(`(?i)@[a-z0-9]|#[0-9]|gh-[0-9]|://|www\.|:[a-z0-9_+-]*[a-z][a-z0-9_+-]*:|\b[0-9][0-9a-f]{6,}\b`)

func FuzzMarkdownText(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := markdownText(s)
		checkInert(t, got)
		if strings.Contains(got, "\n") {
			t.Errorf("markdownText(%q) = %q has lines", s, got)
		}
		if m := notEscaped.FindString(got); m != "" {
			t.Errorf("markdownText(%q) = %q leaves %q", s, got, m)
		}
		if m := bareLink.FindString(strings.ReplaceAll(got, `\`, "")); m != "" {
			t.Errorf("markdownText(%q) = %q leaves %q", s, got, m)
		}
	})
}

func FuzzMarkdownCode(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	backticks := regexp.MustCompile("`+")
	f.Fuzz(func(t *testing.T, s string) {
		got := markdownCode(s)
		checkInert(t, got)
		if got == "" {
			return
		}
		// A span ends at the first run of backticks as long as the one it began with.
		runs := backticks.FindAllString(got, -1)
		for i, run := range runs {
			if edge := i == 0 || i == len(runs)-1; edge != (len(run) == len(runs[0])) {
				t.Errorf("markdownCode(%q) = %q ends early or late", s, got)
			}
		}
		if strings.ContainsAny(got, "|\n") || !strings.HasPrefix(got, "`") || !strings.HasSuffix(got, "`") {
			t.Errorf("markdownCode(%q) = %q leaves its cell", s, got)
		}
	})
}

func FuzzJSONForTerminals(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		doc, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var want, got string
		if err := json.Unmarshal(doc, &want); err != nil {
			t.Fatal(err)
		}
		safe := jsonForTerminals(doc)
		checkInert(t, string(safe))
		if err := json.Unmarshal(safe, &got); err != nil || got != want {
			t.Errorf("%q came back as %q, %v", want, got, err)
		}
	})
}

func FuzzHTML(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	reference := regexp.MustCompile(`[@#][A-Za-z0-9]|://|(?i)gh-\d|www\.|:[A-Za-z0-9_+-]*[A-Za-z][A-Za-z0-9_+-]*:`)
	f.Fuzz(func(t *testing.T, s string) {
		got := htmlText(s)
		if strings.ContainsAny(got, "<>\n") || !utf8.ValidString(got) {
			t.Errorf("htmlText(%q) = %q is not one line of text", s, got)
		}
		// What a reader of the page sees is what GitHub looks into.
		if seen := html.UnescapeString(got); reference.MatchString(seen) {
			t.Errorf("htmlText(%q) = %q is a link or mention", s, got)
		}
	})
}

func FuzzLocation(f *testing.F) {
	for _, s := range seeds {
		f.Add("registry.example.com/shop/api", s)
		f.Add(s, "usr/bin/app")
	}
	f.Fuzz(func(t *testing.T, name, file string) {
		rep := cleanReport()
		rep.Image.Name = name
		p := lodash()
		p.Path = file
		line := finding.Origin{Line: finding.Line{File: file, Start: 1}}
		for _, got := range []string{
			location(rep.Image, finding.Finding{Package: p}),
			location(rep.Image, finding.Finding{Package: p, Origin: line}),
		} {
			u, err := url.Parse(got)
			if err != nil || u.IsAbs() || u.Host != "" || u.RawQuery != "" || u.Fragment != "" || strings.ContainsAny(got, ":@ ") {
				t.Errorf("location(%q, %q) = %q, %v", name, file, got, err)
			}
			if got == "" || strings.HasPrefix(got, "/") || strings.Contains("/"+got+"/", "/../") {
				t.Errorf("location(%q, %q) = %q leaves the repository", name, file, got)
			}
		}
	})
}
