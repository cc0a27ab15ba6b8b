package provenance

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What has no provenance still has its digests, and what is not about a build is
// no build.
func TestParseMetadataWithoutProvenance(t *testing.T) {
	sha := "sha256:" + strings.Repeat("ab", 32)
	descriptor := `"containerimage.descriptor": {"platform": {"os": "linux", "architecture": "arm64", "variant": "v8"}}`
	for _, tt := range []struct {
		file string
		want []Named
	}{
		{`{}`, nil},
		{`[]`, nil},
		{`{"buildx.build.ref": "x", "image.name": "y"}`, nil},
		{`{"containerimage.digest": "` + sha + `", ` + descriptor + `}`, []Named{{Digest: sha, Platform: "linux/arm64/v8"}}},
		{`{"containerimage.digest": "latest", "containerimage.config.digest": "` + sha + `"}`, []Named{{ConfigDigest: sha}}},
		{`{"web": {"containerimage.digest": "` + sha + `"}, "api": {"containerimage.digest": "` + sha + `"}, "none": {}, "text": "x"}`, []Named{{Target: "api", Digest: sha}, {Target: "web", Digest: sha}}},
	} {
		got, err := ParseMetadata([]byte(tt.file))
		if err != nil {
			t.Errorf("ParseMetadata(%s): %v", tt.file, err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("ParseMetadata(%s) (-want +got):\n%s", tt.file, diff)
		}
	}
}

// The file of a BuildKit before 0.12, after the example in Docker's
// documentation of build info.
func TestParseMetadataBuildInfo(t *testing.T) {
	builds, err := ParseMetadata([]byte(`{"containerimage.buildinfo/linux/amd64": {
		"frontend": "dockerfile.v0",
		"attrs": {"filename": "Dockerfile", "source": "docker/dockerfile:master", "build-arg:foo": "bar", "target": "binary"},
		"sources": [
			{"type": "docker-image", "ref": "docker.io/library/alpine:3.13", "pin": "sha256:026f721af4cf2843e07bba648e158fb35ecc876d822130633cc49f707f0fc88c"},
			{"type": "git", "ref": "https://github.com/docker/buildx.git#master", "pin": "35c7e8bb"},
			{"type": "http", "ref": "https://example.com/README.md", "pin": "sha256:419455202b0ef97e480d7f8199b26a721a417818bc0e2d106975f74323f25e6c"},
			{"type": "new", "ref": "x"}
		]}}`))
	if err != nil || len(builds) != 1 {
		t.Fatalf("%d builds, %v", len(builds), err)
	}
	b := builds[0]
	var got []string
	for _, m := range b.Materials {
		got = append(got, fmt.Sprintf("%s %s %.14s", m.Kind, m.Ref, m.Digest))
	}
	want := []string{"image alpine:3.13 sha256:026f721", "git  35c7e8bb", "http  sha256:4194552", "other  "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if b.Platform != "linux/amd64" || b.Target != "" || b.Provenance.Target != "binary" || b.Args["foo"] != "bar" || b.Dockerfile != "Dockerfile" {
		t.Errorf("build = %+v, provenance = %+v", b, b.Provenance)
	}
}

func TestParseMetadataRefuses(t *testing.T) {
	for file, want := range map[string]string{
		`{`:                               "reading build metadata: unexpected end of JSON input",
		`{"buildx.build.provenance": {}}`: `reading build metadata: "buildx.build.provenance": reading provenance`,
		`{"web": {"buildx.build.provenance/linux/amd64": "x"}}`:             `reading build metadata of "web": "buildx.build.provenance/linux/amd64"`,
		`{"containerimage.buildinfo": {"attrs": ` + manyKeys(10_001) + `}}`: "more than 10000 items",
	} {
		if _, err := ParseMetadata([]byte(file)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseMetadata(%.80s): %v, want %q", file, err, want)
		}
	}
}

func FuzzParseMetadata(f *testing.F) {
	for _, seed := range []string{
		`{"buildx.build.provenance": {"buildType": "x"}, "containerimage.digest": "x"}`,
		`{"web": {"buildx.build.provenance/linux/amd64": {"materials": [{}]}}}`,
		`{"containerimage.buildinfo": {"sources": [{"type": "docker-image", "ref": "alpine"}]}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		builds, err := ParseMetadata(data)
		if err != nil {
			return
		}
		for _, b := range builds {
			if b.Provenance == nil && b.Digest == "" && b.ConfigDigest == "" {
				t.Error("a build of which nothing is said")
			}
		}
	})
}
