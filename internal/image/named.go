package image

import (
	"strings"

	dockerref "github.com/distribution/reference"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// maxHost is the length of the longest host and port: a name has 253 bytes at most
// (RFC 1035). Docker's grammar bounds the rest.
const maxHost = 253 + len(":65535")

// parseNamed takes a reference apart that may come from anywhere. It is the name
// of an image in Docker's own grammar, or something that only the daemon knows: the
// ID of an image, or a name below "localhost/", which Podman and Buildah give to
// images that were built and never pushed.
//
// go-containerregistry's parser alone would not do. It allows any mixture of the
// letters that occur in names, such as "a/../../b", which would lead requests
// elsewhere; and a reader who disagrees with another about where the host ends
// would have one host checked and another asked. So both have to agree.
func parseNamed(ref string) (reference, name.Reference, error) {
	refused := &ReferenceError{Ref: clip(ref), nameOnly: true}
	id, err := v1.NewHash(ref)
	isID := err == nil && id.Algorithm == "sha256"
	named, err := name.ParseReference(ref)
	if err != nil {
		return reference{}, nil, refused
	}
	if isID {
		return reference{scheme: schemeDaemon, name: ref}, named, nil
	}
	strict, err := dockerref.ParseNormalizedNamed(ref)
	if err == nil && dockerref.Domain(strict) == "localhost" {
		return reference{scheme: schemeDaemon, name: dockerref.TagNameOnly(strict).String()}, named, nil
	}
	if err != nil || len(dockerref.Domain(strict)) > maxHost ||
		registryKey(dockerref.Domain(strict)) != registryKey(named.Context().RegistryStr()) ||
		dockerref.Path(strict) != named.Context().RepositoryStr() {
		return reference{}, nil, refused
	}
	// Podman's service looks for familiar names among its own images, too.
	return reference{name: dockerref.FamiliarString(dockerref.TagNameOnly(strict))}, named, nil
}

// clip is text short enough for a message.
func clip(s string) string {
	const enough = 200
	if len(s) <= enough {
		return s
	}
	return strings.ToValidUTF8(s[:enough], "") + "…"
}
