package provenance

import (
	"fmt"
	"slices"
	"strings"

	"github.com/distribution/reference"
	"github.com/opencontainers/go-digest"
	"github.com/package-url/packageurl-go"
)

// newMaterial tells what a material is from its URI.
func newMaterial(uri string, digests map[string]string) Material {
	m := Material{URI: uri, Digest: oneDigest(digests), Kind: KindOther}
	switch {
	case strings.HasPrefix(uri, "pkg:"):
		if ref, platform, err := fromPURL(uri); err == nil {
			m.Kind, m.Ref, m.Platform = KindImage, ref, platform
			if digest.Digest(m.Digest).Validate() != nil {
				m.Digest = ""
			}
		}
	case isGit(uri, digests):
		m.Kind = KindGit
	case strings.HasPrefix(uri, "http://"), strings.HasPrefix(uri, "https://"):
		m.Kind = KindHTTP
	}
	return m
}

// isGit tells a repository from a file: BuildKit gives both their URL, and a
// commit its own digest algorithm.
func isGit(uri string, digests map[string]string) bool {
	name, _, _ := strings.Cut(uri, "#")
	return digests["sha1"] != "" || digests["gitCommit"] != "" || strings.HasSuffix(name, ".git") ||
		strings.HasPrefix(uri, "git+") || strings.HasPrefix(uri, "git://") || strings.HasPrefix(uri, "git@") || strings.HasPrefix(uri, "ssh://")
}

// oneDigest is "algorithm:hex" of the digest that registries use, else of the
// first by name; empty when there is none.
func oneDigest(digests map[string]string) string {
	var names []string
	for name, value := range digests {
		if name != "" && value != "" {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	name := slices.Min(names)
	if digests["sha256"] != "" {
		name = "sha256"
	}
	return name + ":" + digests[name]
}

// fromPURL reads the package URL of an image: "pkg:docker/debian@12.1?platform=linux%2Famd64",
// and "pkg:oci/…" for one from an OCI layout. It is the reverse of BuildKit's
// util/purl, and knows the two qualifiers of the package URL specification that
// BuildKit does not write, repository_url and tag.
func fromPURL(uri string) (ref, platform string, err error) {
	// The parser is not ours, and the bytes are anybody's.
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("reading package URL: %v", r)
		}
	}()
	p, err := packageurl.FromString(uri)
	if err != nil {
		return "", "", err
	}
	q := p.Qualifiers.Map()
	if p.Type != packageurl.TypeDocker && p.Type != packageurl.TypeOCI {
		return "", "", fmt.Errorf("%q is not an image", p.Type)
	}
	if q["ref_type"] != "" {
		return "", "", fmt.Errorf("a %q in a registry is not an image", q["ref_type"])
	}

	name := p.Name
	if p.Namespace != "" {
		name = p.Namespace + "/" + name
	}
	if url := q["repository_url"]; url != "" && p.Type == packageurl.TypeOCI {
		name = url // of the repository itself
	} else if url != "" {
		name = url + "/" + name // of the registry
	}
	tag, pin := p.Version, q["digest"]
	if strings.Contains(p.Version, ":") {
		tag, pin = q["tag"], p.Version
	}
	if tag != "" {
		name += ":" + tag
	}
	if pin != "" {
		name += "@" + pin
	}
	ref, err = imageRef(name)
	return ref, q["platform"], err
}

// imageRef is a reference as Docker prints it: without the parts that Docker
// Hub goes without, and with the tag "latest" when it has neither tag nor digest.
func imageRef(name string) (string, error) {
	named, err := reference.ParseNormalizedNamed(name)
	if err != nil {
		return "", err
	}
	return reference.FamiliarString(reference.TagNameOnly(named)), nil
}
