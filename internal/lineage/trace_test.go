package lineage

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/history"
	"github.com/org/imgscan-action/internal/provenance"
)

// BuildKit's own provenance in mode=max tells the line of each layer by its
// digest, and carries the Dockerfile: with it, neither a Dockerfile nor a history
// is needed.
func TestLinesOfProvenance(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../provenance/testdata/v1-max.json")
	if err != nil {
		t.Fatal(err)
	}
	p, err := provenance.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	type layer struct {
		digest string
		lines  provenance.Lines
	}
	var above []layer
	for _, d := range sortedKeys(p.LayerLines) {
		above = append(above, layer{d, p.LayerLines[d]})
	}
	slices.SortStableFunc(above, func(a, b layer) int { return a.lines.Start - b.lines.Start })

	img := spec{ref: "ghcr.io/acme/shop:1", layers: "base-1 base-2", statements: []string{string(raw)}}.image()
	for _, l := range above {
		id, _ := v1.NewHash(digest(l.digest))
		img.Config.RootFS.DiffIDs = append(img.Config.RootFS.DiffIDs, id)
		img.Stored = append(img.Stored, l.digest)
	}
	for name, opts := range map[string]Options{
		"of the provenance": {},
		"of the repository": {Dockerfile: p.Source, DockerfileName: "docker/Dockerfile"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			find := newFake(t)
			if opts.Dockerfile != nil { // which names the registry
				find.errors["registry.example.com/acme/base@"+p.Base.Digest] = ErrNotFound
				find.errors["registry.example.com/acme/base:3"] = ErrNotFound
			}
			r, err := Of(context.Background(), img, find, opts)
			if err != nil {
				t.Fatal(err)
			}
			if opts.Dockerfile != nil {
				if base := r.Lineage.Bases; len(base) != 1 || base[0].Layers != 2 || base[0].IndexDigest != p.Base.Digest || base[0].Confidence != finding.Declared {
					t.Errorf("bases %+v", base)
				}
				if got := len(r.Lineage.Builders); got != 2 {
					t.Errorf("%d builders, want 2: %+v", got, r.Lineage.Builders)
				}
			}
			for i, l := range above {
				got := r.Layers[2+i]
				want := finding.Line{File: r.Lineage.Dockerfile, Start: l.lines.Start, End: l.lines.End}
				want.Text = clean(strings.Split(string(p.Source), "\n")[want.Start-1], maxText)
				if got.Instruction.Line != want && !got.Instruction.OnBuild {
					t.Errorf("layer %d: %+v, want %+v", 2+i, got.Instruction.Line, want)
				}
				if onBuild := l.lines.Start == 10; got.Instruction.OnBuild != onBuild {
					t.Errorf("layer %d: %+v, ONBUILD of the base is %v", 2+i, got.Instruction, onBuild)
				}
			}
		})
	}
}

// Another Dockerfile than that of the repository must not give its lines.
func TestLinesOfAnotherDockerfile(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../provenance/testdata/v1-max.json")
	if err != nil {
		t.Fatal(err)
	}
	img := spec{ref: "ghcr.io/acme/shop:1", layers: "base-1 base-2 x", statements: []string{string(raw)}}.image()
	p, _ := provenance.Parse(raw)
	img.Stored[2] = sortedKeys(p.LayerLines)[0]
	file := append(slices.Clone(p.Source), "RUN more\n"...)
	find := newFake(t)
	find.errors["registry.example.com/acme/base@"+p.Base.Digest] = ErrNotFound
	find.errors["registry.example.com/acme/base:3"] = ErrNotFound
	r, err := Of(context.Background(), img, find, Options{Dockerfile: file, DockerfileName: "Dockerfile"})
	if err != nil {
		t.Fatal(err)
	}
	if r.Lineage.Dockerfile != "" || r.Layers[2].Instruction != (finding.Instruction{}) || r.Build != nil {
		t.Errorf("%q %+v", r.Lineage.Dockerfile, r.Layers[2])
	}
}

func TestGuessBase(t *testing.T) {
	t.Parallel()
	e := func(empty bool, by string) history.Entry { return history.Entry{CreatedBy: by, Empty: empty} }
	for name, tt := range map[string]struct {
		entries []history.Entry
		want    int
	}{
		"none":          {nil, 0},
		"classic":       {[]history.Entry{e(false, "/bin/sh -c #(nop) ADD file:1 in / "), e(true, `/bin/sh -c #(nop)  CMD ["bash"]`), e(false, "x")}, 1},
		"buildkit":      {[]history.Entry{e(false, "ADD rootfs.tar / # buildkit"), e(true, `CMD ["bash"]`), e(false, "x")}, 1},
		"its own CMD":   {[]history.Entry{e(false, "x"), e(true, `CMD ["app"]`)}, 0},
		"the last base": {[]history.Entry{e(false, "a"), e(true, `CMD ["a"]`), e(false, "b"), e(true, `CMD ["b"]`), e(false, "c"), e(true, `CMD ["c"]`)}, 2},
		"no CMD":        {[]history.Entry{e(false, "a"), e(true, "ENV A=CMD"), e(false, "b")}, 0},
	} {
		if got := guessBase(tt.entries); got != tt.want {
			t.Errorf("%s: %d, want %d", name, got, tt.want)
		}
	}
}
