package provenance

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNewMaterial(t *testing.T) {
	hex := strings.Repeat("ab", 32)
	sha := "sha256:" + hex
	for _, tt := range []struct {
		uri     string
		digests map[string]string
		want    Material
	}{
		{
			"pkg:docker/debian@12.1?platform=linux%2Famd64",
			map[string]string{"sha256": hex},
			Material{Ref: "debian:12.1", Digest: sha, Platform: "linux/amd64", Kind: KindImage},
		},
		{"pkg:docker/debian@12.1?digest=" + sha + "&platform=linux%2Farm%2Fv7", nil, Material{Ref: "debian:12.1@" + sha, Platform: "linux/arm/v7", Kind: KindImage}},
		{"pkg:docker/debian?digest=" + sha, nil, Material{Ref: "debian@" + sha, Kind: KindImage}},
		{"pkg:docker/debian", nil, Material{Ref: "debian:latest", Kind: KindImage}},
		{"pkg:docker/docker.io/library/debian@12", nil, Material{Ref: "debian:12", Kind: KindImage}},
		{"pkg:docker/ghcr.io/acme/base@3", nil, Material{Ref: "ghcr.io/acme/base:3", Kind: KindImage}},
		{"pkg:docker/registry.example.com%3A5000/acme/base@3", nil, Material{Ref: "registry.example.com:5000/acme/base:3", Kind: KindImage}},
		{"pkg:docker/acme/base@" + sha + "?repository_url=ghcr.io", nil, Material{Ref: "ghcr.io/acme/base@" + sha, Kind: KindImage}},
		{"pkg:oci/local@1", nil, Material{Ref: "local:1", Kind: KindImage}},
		{"pkg:oci/debian@" + sha + "?repository_url=docker.io/library/debian&tag=12", nil, Material{Ref: "debian:12@" + sha, Kind: KindImage}},
		{"pkg:docker/debian@12.1", map[string]string{"sha256": "short"}, Material{Ref: "debian:12.1", Kind: KindImage}},

		// A blob in a registry, a package, and names that no registry has.
		{"pkg:docker/acme/files@1?ref_type=blob", nil, Material{Kind: KindOther}},
		{"pkg:npm/left-pad@1", nil, Material{Kind: KindOther}},
		{"pkg:docker/acme/UPPER@1", nil, Material{Kind: KindOther}},
		{"pkg:docker/a%0Ab@1", nil, Material{Kind: KindOther}},
		{"pkg:docker/" + strings.Repeat("a", 300) + "@1", nil, Material{Kind: KindOther}},
		{"pkg:", nil, Material{Kind: KindOther}},

		// Hosts that must not be asked are for those who ask to refuse.
		{"pkg:docker/169.254.169.254/latest/meta-data@x", nil, Material{Ref: "169.254.169.254/latest/meta-data:x", Kind: KindImage}},

		{"https://github.com/acme/app.git#refs/heads/main", map[string]string{"sha1": "9f"}, Material{Digest: "sha1:9f", Kind: KindGit}},
		{"https://git.example.com/acme/app.git?ref=main#x", map[string]string{"sha1": "9f"}, Material{Digest: "sha1:9f", Kind: KindGit}},
		{"git@github.com:acme/app", nil, Material{Kind: KindGit}},
		{"https://example.com/tool.tgz", map[string]string{"sha256": hex, "md5": "1"}, Material{Digest: sha, Kind: KindHTTP}},
		{"https://example.com/tool.tgz", map[string]string{"sha512": "2", "md5": "1", "": "x"}, Material{Digest: "md5:1", Kind: KindHTTP}},
		{"", nil, Material{Kind: KindOther}},
	} {
		tt.want.URI = tt.uri
		if diff := cmp.Diff(tt.want, newMaterial(tt.uri, tt.digests)); diff != "" {
			t.Errorf("newMaterial(%q) (-want +got):\n%s", tt.uri, diff)
		}
	}
}
