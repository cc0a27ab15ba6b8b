package github

import (
	"strings"
	"testing"
)

func TestSanitize(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                             "",
		"openssl 1.1.1k-r0":            "openssl 1.1.1k-r0",
		"a\tb":                         "a\tb",
		"std::string ##1 [x] 漢字 é 🐳":   "std::string ##1 [x] 漢字 é 🐳",
		"::set-output name=a::b":       `\::set-output name=a::b`,
		" \u3000::error::x":            " \u3000\\::error::x",
		"x ##[error]y ##[add-mask]z":   `x ##\[error]y ##\[add-mask]z`,
		"###[error]":                   `###\[error]`,
		"a\nb\r\n::error::":            `a\nb\r\n::error::`,
		"\x1b[31mred\x00":              `\x1b[31mred\x00`,
		"\ufeff::error::x":             `\ufeff::error::x`,
		"a\u202eb\u200bc\u2028d\u0085": `a\u202eb\u200bc\u2028d\u0085`,
		"\xff\xfe:\xc3":                `\xff\xfe:\xc3`,
		"a\ufffdb":                     "a\ufffdb",
		"\U000e0041":                   `\U000e0041`,
	} {
		if got := Sanitize(in); got != want {
			t.Errorf("Sanitize(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzSanitize(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Sanitize(s)
		if commands, shown := readLog(got); len(commands) > 0 || len(shown) > 1 {
			t.Errorf("Sanitize(%q) = %q: the runner obeys %v and shows %q", s, got, commands, shown)
		}
		if again := Sanitize(got); again != got {
			t.Errorf("Sanitize(%q) = %q, and once more %q", s, got, again)
		}
		if strings.ContainsAny(got, "\n\r\x1b") {
			t.Errorf("Sanitize(%q) = %q keeps a control character", s, got)
		}
	})
}

// hostile are the attacks that every fuzz test starts from.
var hostile = []string{
	"",
	"plain",
	"::error::x",
	"\t ::set-output name=verdict::pass",
	"\ufeff::stop-commands::x",
	"pkg ##[set-output name=verdict]pass",
	"##[##[set-output name=a]b",
	"#\x00#[error]x",
	"a\r::add-mask::a",
	"a\n::add-mask::a\nb",
	"%0A::error::x%25",
	"x::y,file=z::w",
	"verdict<<E\npass\nE\n",
	"_GitHubActionsFileCommandDelimeter_\ninjected<<E\npwned\nE",
	"ghadelimiter_\nverdict=pass\n",
	"\xff\xfe\x00:\u2028::error::",
	"密码🔑\u202e",
}
