package lineage

import (
	"testing"

	"github.com/org/imgscan-action/internal/provenance"
)

func TestChooseBuild(t *testing.T) {
	t.Parallel()
	img := Image{Digest: digest("m"), IndexDigest: digest("i"), ID: digest("c"), Platform: "linux/amd64"}
	p := new(provenance.Provenance)
	named := func(target, platform, config string) provenance.Named {
		return provenance.Named{Target: target, Platform: platform, Provenance: p, ConfigDigest: config}
	}
	for name, tt := range map[string]struct {
		builds []provenance.Named
		target string
		want   int // -1 for none
	}{
		"none":            {nil, "", -1},
		"one":             {[]provenance.Named{named("", "", "")}, "", 0},
		"by digest":       {[]provenance.Named{named("a", "", ""), named("b", "linux/arm64", digest("c"))}, "a", 1},
		"by platform":     {[]provenance.Named{named("", "linux/arm64", ""), named("", "linux/amd64", "")}, "", 1},
		"by target":       {[]provenance.Named{named("app", "", ""), named("db", "", "")}, "db", 1},
		"two that fit":    {[]provenance.Named{named("app", "", ""), named("db", "", "")}, "", -1},
		"other platforms": {[]provenance.Named{named("", "linux/arm64", ""), named("", "windows/amd64", "")}, "", -1},
	} {
		got, ok := chooseBuild(tt.builds, img, tt.target)
		if ok != (tt.want >= 0) || ok && (got.Target != tt.builds[tt.want].Target || got.Platform != tt.builds[tt.want].Platform) {
			t.Errorf("%s: %+v, %v", name, got, ok)
		}
	}
	for name, tt := range map[string]struct {
		build provenance.Named
		want  bool
	}{
		"no digests":     {provenance.Named{}, false},
		"the image":      {provenance.Named{ConfigDigest: digest("c"), Digest: digest("x")}, false},
		"the index":      {provenance.Named{ConfigDigest: digest("x"), Digest: digest("i")}, false},
		"another":        {provenance.Named{ConfigDigest: digest("x"), Digest: digest("y")}, true},
		"another config": {provenance.Named{ConfigDigest: digest("x")}, true},
		// A registry may store what a daemon has under another digest.
		"another manifest": {provenance.Named{Digest: digest("y")}, false},
	} {
		if got := aboutAnother(tt.build, img); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
