package lineage

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/org/imgscan-action/internal/finding"
)

// What a tag leads to now, on an image that was built on debian:12.
func TestTag(t *testing.T) {
	t.Parallel()
	used, newer := debian("debian-12.1"), debian("debian-12.2")
	sameForUs := used // another platform's image is new in the index
	sameForUs.IndexDigest = digest("another index")
	sameLayers := spec{ref: "debian:12", layers: "debian-12.1", history: debianHistory, env: []string{"NEW=1"}}.image()
	pinned := func(words string) string { return strings.Replace(appDockerfile, "debian:12", words, 1) }

	for name, tt := range map[string]struct {
		file string
		find func(*fake)
		want finding.Tag
		free bool // no request for an image besides the first
	}{
		"current":         {appDockerfile, func(f *fake) { f.tag(used) }, finding.Tag{State: finding.TagCurrent, Digest: used.IndexDigest}, true},
		"the manifest":    {appDockerfile, func(f *fake) { f.tag(used); f.heads["debian:12"] = used.Digest }, finding.Tag{State: finding.TagCurrent, Digest: used.Digest}, true},
		"pinned, current": {pinned("debian:12@" + used.IndexDigest), func(f *fake) { f.heads["debian:12"] = used.IndexDigest }, finding.Tag{State: finding.TagCurrent, Digest: used.IndexDigest}, true},
		"pinned, moved":   {pinned("debian:12@" + used.IndexDigest), func(f *fake) { f.heads["debian:12"] = newer.IndexDigest; f.byDigest(newer) }, finding.Tag{State: finding.TagMoved, Digest: newer.IndexDigest}, false},
		"pinned manifest": {pinned("debian:12@" + used.Digest), func(f *fake) { f.heads["debian:12"] = used.IndexDigest }, finding.Tag{State: finding.TagCurrent, Digest: used.IndexDigest}, true},
		"only a digest":   {pinned("debian@" + used.IndexDigest), func(*fake) {}, finding.Tag{}, true},
		"same for us": {pinned("debian:12@" + used.IndexDigest), func(f *fake) {
			f.heads["debian:12"] = sameForUs.IndexDigest
			f.images["debian@"+sameForUs.IndexDigest] = sameForUs
		}, finding.Tag{State: finding.TagCurrent, Digest: sameForUs.IndexDigest, Detail: "it has another digest now and still leads to the same image for linux/amd64"}, false},
		"same layers": {pinned("debian:12@" + used.IndexDigest), func(f *fake) { f.heads["debian:12"] = sameLayers.IndexDigest; f.byDigest(sameLayers) }, finding.Tag{State: finding.TagCurrent, Digest: sameLayers.IndexDigest, Detail: "it leads to another image now, with the same layers"}, false},
		"gone":        {pinned("debian:12@" + used.IndexDigest), func(f *fake) { f.errors["HEAD debian:12"] = fmt.Errorf("x: %w", ErrNotFound) }, finding.Tag{State: finding.TagGone, Detail: "the registry does not have debian:12"}, true},
		"denied":      {pinned("debian:12@" + used.IndexDigest), func(f *fake) { f.errors["HEAD debian:12"] = ErrDenied }, finding.Tag{State: finding.TagUnknown, Detail: "the registry wants a login for it"}, true},
		"unreachable": {pinned("debian:12@" + used.IndexDigest), func(f *fake) { f.errors["HEAD debian:12"] = fmt.Errorf("dial\x1b: refused") }, finding.Tag{State: finding.TagUnknown, Detail: "the registry could not be asked: dial : refused"}, true},
		"no digest":   {pinned("debian:12@" + used.IndexDigest), func(f *fake) { f.heads["debian:12"] = "\x1b[2J" }, finding.Tag{State: finding.TagUnknown, Detail: "the registry could not be asked: its digest is not one"}, true},
		"not to be looked": {pinned("debian:12@" + used.IndexDigest), func(f *fake) {
			f.heads["debian:12"] = newer.IndexDigest
			f.errors["debian@"+newer.IndexDigest] = ErrDenied
		}, finding.Tag{State: finding.TagMoved, Digest: newer.IndexDigest, Detail: "what it leads to now was not looked at: the registry wants a login for it"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			find := newFake(t)
			find.byDigest(used)
			tt.find(find)
			opts := Options{Dockerfile: []byte(tt.file), DockerfileName: "Dockerfile", CheckTags: true}
			r, err := Of(context.Background(), app("debian-12.1", nil), find, opts)
			if err != nil {
				t.Fatal(err)
			}
			base := r.Lineage.Bases[0]
			if base.Confidence != finding.Proven || base.Tag != tt.want {
				t.Errorf("%s, tag %+v, want %+v", base.Confidence, base.Tag, tt.want)
			}
			gets := 0
			for _, call := range find.calls {
				if strings.HasPrefix(call, "GET ") {
					gets++
				}
			}
			if want := 2; tt.free && gets != 1 || !tt.free && gets != want {
				t.Errorf("requests %q", find.calls)
			}

			// Nobody asks when nobody wants to know.
			find.calls, opts.CheckTags = nil, false
			r, err = Of(context.Background(), app("debian-12.1", nil), find, opts)
			if err != nil || len(find.calls) != 1 || r.Lineage.Bases[0].Tag != (finding.Tag{}) {
				t.Errorf("without CheckTags: %v, requests %q", err, find.calls)
			}
		})
	}
}

// A squashed image without any record of its base's digest: where the tag stands
// says nothing.
func TestTagUnknown(t *testing.T) {
	t.Parallel()
	img := spec{ref: "ghcr.io/acme/app:1", layers: "all", history: []string{`@merge sha256:1 to sha256:2@`}}.image()
	r, err := Of(context.Background(), img, newFake(t, debian("debian-12.1")), Options{Bases: []string{"debian:12"}, CheckTags: true})
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Lineage.Bases[0].Tag; got.State != finding.TagUnknown || got.Detail == "" {
		t.Errorf("tag %+v", got)
	}
	if !r.Lineage.Squashed {
		t.Error("not squashed")
	}
}

// A classic daemon knows an image by its configuration only.
func TestTagOfDaemonImage(t *testing.T) {
	t.Parallel()
	now := debian("debian-12.1")
	local := now
	local.Digest, local.IndexDigest = "", ""
	for state, leads := range map[finding.TagState]Image{finding.TagCurrent: now, finding.TagMoved: debian("debian-12.2")} {
		find := newFake(t, leads)
		find.images["debian:12"] = local
		r, err := Of(context.Background(), app("debian-12.1", nil), find, Options{Bases: []string{"debian:12"}, CheckTags: true})
		if err != nil {
			t.Fatal(err)
		}
		base := r.Lineage.Bases[0]
		if want := (finding.Tag{State: state, Digest: leads.IndexDigest}); base.Tag != want || base.Confidence != finding.Proven {
			t.Errorf("%s, tag %+v, want %+v", base.Confidence, base.Tag, want)
		}
	}
}
