package catalog

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// contentManifest is the analyzer of Red Hat's lists of the repositories that
// the packages of a layer come from.
type contentManifest struct{}

func (contentManifest) name() string { return "redhat-content-manifest" }

func (contentManifest) wants(name string, _ int64, _ fs.FileMode) bool {
	dir, base := path.Split(name)
	return (dir == "root/buildinfo/content_manifests/" || dir == "usr/share/buildinfo/") && path.Ext(base) == ".json"
}

func (contentManifest) analyze(_ context.Context, f *file) (*facts, error) {
	var manifest struct {
		ContentSets []string `json:"content_sets"`
	}
	if err := json.NewDecoder(io.LimitReader(f.reader(), 32<<20)).Decode(&manifest); err != nil {
		return nil, fmt.Errorf("reading the content manifest: %w", err)
	}
	if len(manifest.ContentSets) == 0 {
		return nil, nil
	}
	return &facts{Build: &buildInfo{ContentSets: manifest.ContentSets}}, nil
}

// buildDockerfile is the analyzer of the Dockerfile that Red Hat puts into its
// images, named after the image's version and release. Its labels say which
// component this is, and for which architecture.
type buildDockerfile struct{}

func (buildDockerfile) name() string { return "redhat-dockerfile" }

func (buildDockerfile) wants(name string, _ int64, _ fs.FileMode) bool {
	dir, base := path.Split(name)
	return dir == "root/buildinfo/" && strings.HasPrefix(base, "Dockerfile")
}

func (buildDockerfile) analyze(_ context.Context, f *file) (*facts, error) {
	b, err := f.bytes(4 << 20)
	if err != nil {
		return nil, err
	}
	labels := dockerfileLabels(string(b))
	component := labels["com.redhat.component"]
	if component == "" {
		component = labels["bzcomponent"]
	}
	arch := labels["architecture"]
	if component == "" || arch == "" {
		return nil, nil // some other Dockerfile
	}
	return &facts{Build: &buildInfo{NVR: component + "-" + versionRelease(f.path), Arch: arch}}, nil
}

// versionRelease is "8.3-227" for ".../Dockerfile-ubi8-8.3-227"; empty when the
// name has no hyphen.
func versionRelease(name string) string {
	release := strings.LastIndexByte(name, '-')
	if release < 0 {
		return ""
	}
	return name[strings.LastIndexByte(name[:release], '-')+1:]
}

// builds is Red Hat's build information for the packages of each layer: the
// layer's own, or for the lowest layer, where it is put into the next one, that
// one's; else that of the nearest layer below, since customers build on top. It
// is Trivy's rule (lookupBuildInfo). It is nil where there is none.
func builds(layers []layerFacts) []*buildInfo {
	own := make([]*buildInfo, len(layers))
	for i, layer := range layers {
		own[i] = buildIn(layer)
	}
	of := slices.Clone(own)
	var below *buildInfo
	for i := range of {
		switch {
		case own[i] != nil:
			below = own[i]
		case i > 0:
			of[i] = below
		case len(own) > 1:
			of[i] = own[1]
		}
	}
	return of
}

// buildIn joins what the files of one layer say of its build; nil when they say
// nothing.
func buildIn(layer layerFacts) *buildInfo {
	var joined *buildInfo
	for _, f := range layer.Files {
		if f.Build == nil {
			continue
		}
		if joined == nil {
			joined = new(buildInfo)
		}
		if f.Build.NVR != "" || f.Build.Arch != "" {
			joined.NVR, joined.Arch = f.Build.NVR, f.Build.Arch
		}
		if len(f.Build.ContentSets) > 0 {
			joined.ContentSets = f.Build.ContentSets
		}
	}
	return joined
}
