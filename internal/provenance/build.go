package provenance

import (
	"cmp"
	"strings"
)

// provenance puts what a build says into our words.
func (b build) provenance() *Provenance {
	p := &Provenance{
		BuildType:  b.buildType,
		Target:     b.args["target"],
		Dockerfile: cmp.Or(b.dockerfile, b.args["filename"]),
		Args:       withPrefix(b.args, "build-arg:"),
		Contexts:   withPrefix(b.args, "context:"),
		Max:        len(b.steps) > 0,
	}

	// A "# syntax=" line, or the build argument that stands for it, makes the
	// request one to an image; "source" is its name.
	frontend, _ := imageRef(b.args["source"])
	for _, m := range b.materials {
		material := newMaterial(m.URI, m.Digest)
		if material.Kind == KindImage && material.Ref == frontend {
			material.Kind = KindFrontend
		}
		p.Materials = append(p.Materials, material)
	}

	if p.Max {
		source, index := b.buildkit.dockerfile()
		p.Source = source
		p.LayerLines, p.BaseLayers, p.Base = b.layers(index, p.Materials)
	}
	return p
}

// withPrefix picks the arguments whose names start with prefix, without it.
func withPrefix(args map[string]string, prefix string) map[string]string {
	picked := make(map[string]string)
	for name, value := range args {
		if name, ok := strings.CutPrefix(name, prefix); ok {
			picked[name] = value
		}
	}
	return picked
}
