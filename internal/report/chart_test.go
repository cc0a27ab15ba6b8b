package report

import (
	"regexp"
	"strings"
	"testing"

	"github.com/org/imgscan-action/internal/finding"
)

// chartOf is the text of the chart alone, without the fence.
func chartOf(t testing.TB, rep *finding.Report) string {
	t.Helper()
	d := &document{in: markdownInk}
	d.chart(rep)
	_, text, _ := strings.Cut(d.String(), "```mermaid\n")
	text, _, ok := strings.Cut(text, "```\n")
	if !ok {
		t.Fatalf("there is no chart in %q", d.String())
	}
	return text
}

// onBases is debianApp, on bases of these names that all brought something.
func onBases(refs ...string) *finding.Report {
	rep := debianApp()
	base, brought := rep.Lineage.Bases[0], ofOrigin(rep.Findings, finding.OriginInherited, 1)[0]
	rep.Lineage.Bases, rep.Findings = nil, ofOrigin(rep.Findings, finding.OriginUpgraded, 0)
	for i, ref := range refs {
		base.Ref, brought.Origin.Base = ref, i+1
		rep.Lineage.Bases = append(rep.Lineage.Bases, base)
		rep.Findings = append(rep.Findings, brought)
	}
	return rep
}

func TestChartNames(t *testing.T) {
	t.Parallel()
	long := "registry.example.com:5000/team/a-base:1.2.3"
	for name, tt := range map[string]struct {
		refs []string
		want string
	}{
		"plain":     {[]string{"debian:12"}, `"debian:12 (1)"`},
		"digest":    {[]string{"debian:12@" + baseLayer}, `"debian:12 (1)"`},
		"long":      {[]string{long}, `"...team/a-base:1.2.3 (1)"`},
		"same":      {[]string{"debian", "debian", "debian"}, `"debian (1)", "debian, 2 (1)", "debian, 3 (1)"`},
		"same ends": {[]string{"a." + long, "b." + long}, `"...team/a-base:1.2.3 (1)", "...team/a-base:1.2.3, 2 (1)"`},
		"empty":     {[]string{"", "@x"}, `"base 1 (1)", "base 2 (1)"`},
		"quotes":    {[]string{`x"]` + "\n" + `click a "https://evil.example"`}, `"base 1 (1)"`},
		"directive": {[]string{"%%{init: {'securityLevel': 'loose'}}%%", "---", "x\n---\nconfig:"}, `"base 1 (1)", "--- (1)", "base 3 (1)"`},
		"fence":     {[]string{"```", "~~~", "x;y", "#quot;", "日本"}, `"base 1 (1)", "base 2 (1)", "base 3 (1)", "base 4 (1)", "base 5 (1)"`},
	} {
		if got := chartOf(t, onBases(tt.refs...)); !strings.Contains(got, "\n  x-axis [\"upgraded by you (1)\", "+tt.want+"]\n") {
			t.Errorf("%s: want %s in\n%s", name, tt.want, got)
		}
	}
}

// TestChartAddsUp holds that each bar reaches as far as its severity and all that
// are worse, the longest first, and the scale to the largest origin.
func TestChartAddsUp(t *testing.T) {
	t.Parallel()
	got := chartOf(t, debianApp())
	want := `  x-axis ["your layers (5)", "upgraded by you (1)", "debian:12 (3)"]
  y-axis 0 --> 5
  bar [5, 1, 3]
  bar [4, 0, 3]
  bar [2, 0, 2]
`
	if !strings.HasSuffix(got, want) {
		t.Errorf("want it to end with\n%s\ngot\n%s", want, got)
	}
	if !strings.Contains(got, `plotColorPalette: "#fdcb58, #f4900c, #dd2e44"`) {
		t.Errorf("the colours are not those of medium, high and critical:\n%s", got)
	}
}

func TestChartOfLittle(t *testing.T) {
	t.Parallel()
	alike := debianApp()
	alike.Findings = ofOrigin(alike.Findings, finding.OriginUpgraded, 0)
	for want, rep := range map[string]*finding.Report{"": cleanReport(), "🟨 1 medium\n": alike} {
		d := &document{in: markdownInk}
		if d.chart(rep); d.String() != want {
			t.Errorf("%q, want %q", d, want)
		}
	}
}

// chartText is what a chart is made of, whatever the bases are called.
var chartText = regexp.MustCompile(`^---
config:
  xyChart:
(?: {4,6}[a-zA-Z]+:(?: [a-z0-9]+)?
)+  themeVariables:
    xyChart:
      backgroundColor: transparent
      plotColorPalette: "#[0-9a-f]{6}(?:, #[0-9a-f]{6})*"
---
xychart-beta
  accTitle: Findings by origin and severity
  x-axis \["[A-Za-z0-9._/:, ()-]+"(?:, "[A-Za-z0-9._/:, ()-]+")*\]
  y-axis 0 --> [0-9]+
(?:  bar \[[0-9]+(?:, [0-9]+)*\]
)+$`)

func FuzzChart(f *testing.F) {
	f.Add("debian:12", "node:22")
	f.Add(hostile, `"]`+"\n  click a href \"javascript:alert(1)\"")
	f.Add("%%{init: {}}%%", "```\n\n<script>")
	f.Fuzz(func(t *testing.T, nearest, below string) {
		got := chartOf(t, onBases(nearest, below))
		if !chartText.MatchString(got) {
			t.Errorf("a chart is not made of this:\n%s", got)
		}
		names := regexp.MustCompile(`"[^"]*"`).FindAllString(got[strings.Index(got, "x-axis"):], -1)
		if len(names) != 3 || names[1] == names[2] {
			t.Errorf("the names of two bases are %q", names[1:])
		}
	})
}
