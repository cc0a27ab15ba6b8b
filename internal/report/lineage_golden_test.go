package report

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
)

// TestLineageGolden shows what explain and layers say of the image whose history
// is known, of one of which nothing is known, and of one that means harm.
func TestLineageGolden(t *testing.T) {
	t.Parallel()
	explain := func(query string) func(*bytes.Buffer, *finding.Report) error {
		return func(b *bytes.Buffer, rep *finding.Report) error {
			return WriteExplanation(b, rep, query, goldenOptions)
		}
	}
	layers := func(b *bytes.Buffer, rep *finding.Report) error { return WriteLayers(b, rep, goldenOptions) }
	for name, tt := range map[string]struct {
		rep   *finding.Report
		write func(*bytes.Buffer, *finding.Report) error
	}{
		"debian-app.explain-package":   {debianApp(), explain("LibSSL3")},
		"debian-app.explain-inherited": {debianApp(), explain("cve-2024-37371")},
		"debian-app.explain-lodash":    {debianApp(), explain("pkg:npm/lodash")},
		"debian-app.explain-source":    {debianApp(), explain("curl")},
		"debian-app.explain-removed":   {debianApp(), explain("CVE-2022-48303")},
		"debian-app.layers":            {debianApp(), layers},
		"chain.layers":                 {chainReport(), layers},
		"failing.explain":              {failingReport(), explain("GHSA-35jh-r3h4-6jhm")},
		"failing.layers":               {failingReport(), layers},
		"hostile.explain":              {hostileReport(), explain("CVE-2020-0002")},
		"hostile.layers":               {hostileReport(), layers},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got bytes.Buffer
			if err := tt.write(&got, tt.rep); err != nil {
				t.Fatal(err)
			}
			checkInert(t, got.String())
			file := filepath.Join("testdata", name+".golden.txt")
			if *update {
				if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(readFile(t, file)), got.String()); diff != "" {
				t.Errorf("%s differs (-want +got):\n%s", file, diff)
			}
		})
	}
}

func TestNothingToExplain(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		query string
		want  []string
	}{
		{"libssl1", []string{"libssl3"}},
		{"lodahs", []string{"lodash"}},
		{"CVE-2024-5536", []string{"CVE-2024-5535"}},
		{"cve-2024-553", []string{"CVE-2024-5535"}},
		{"libcur", []string{"libcurl4", "libc6"}},
		{"pkg:npm/lodas", nil},
		{"something else entirely", nil},
		{"", nil},
		{"  ", nil},
	} {
		var b bytes.Buffer
		err := WriteExplanation(&b, debianApp(), tt.query, Options{})
		var none *NoMatchError
		if !errors.As(err, &none) || b.Len() > 0 {
			t.Errorf("%q: %v, %d bytes written", tt.query, err, b.Len())
			continue
		}
		if diff := cmp.Diff(tt.want, none.Similar); diff != "" {
			t.Errorf("similar to %q (-want +got):\n%s", tt.query, diff)
		}
	}
	err := WriteExplanation(&bytes.Buffer{}, hostileReport(), "evil", Options{})
	if err == nil {
		t.Fatal("evil is explained")
	}
	checkInert(t, err.Error())
}

func TestSamePURL(t *testing.T) {
	t.Parallel()
	const purl = "pkg:deb/debian/libssl3@3.0.11-1~deb12u2?arch=amd64&distro=debian-12.7"
	for query, want := range map[string]bool{
		purl:                     true,
		strings.ToUpper(purl):    true,
		"pkg:deb/debian/libssl3": true,
		"pkg:deb/debian/libssl3@3.0.11-1~deb12u2": true,
		"pkg:deb/debian/libssl":                   false,
		"pkg:deb/debian/libssl3@3.0":              false,
		"pkg:":                                    false,
		"libssl3":                                 false,
		"":                                        false,
	} {
		if got := samePURL(purl, query); got != want {
			t.Errorf("samePURL(%q) = %t", query, got)
		}
	}
}

func TestLayersWidth(t *testing.T) {
	t.Parallel()
	for _, width := range []int{80, 100, 160} {
		var b bytes.Buffer
		if err := WriteLayers(&b, debianApp(), Options{Width: width}); err != nil {
			t.Fatal(err)
		}
		tree, _, _ := strings.Cut(b.String(), "\n\n")
		for line := range strings.Lines(tree) {
			if got := cells.StringWidth(strings.TrimSuffix(line, "\n")); got > width {
				t.Errorf("width %d: a line of %d: %s", width, got, line)
			}
		}
	}
}
