package provenance

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/opencontainers/go-digest"
)

// Named is one build in a metadata file.
type Named struct {
	// Target is the name of a bake target; empty for docker buildx build.
	Target string

	// Platform is "os/arch[/variant]"; empty when the build was for one platform
	// and the file does not say which.
	Platform string

	// Provenance is nil when the file has digests only.
	*Provenance

	// Digest is that of the manifest or index that was made, and ConfigDigest that
	// of the configuration, the image ID; each empty when the file does not say.
	Digest, ConfigDigest string
}

// The keys of a metadata file. A build for several platforms has the first two
// once for each, with "/" and the platform behind them.
const (
	keyProvenance = "buildx.build.provenance"
	keyBuildInfo  = "containerimage.buildinfo" // before BuildKit 0.12
	keyDigest     = "containerimage.digest"
	keyConfig     = "containerimage.config.digest"
	keyDescriptor = "containerimage.descriptor"
)

// ParseMetadata reads the file that docker buildx build and docker buildx bake
// write with --metadata-file; docker/build-push-action has it as its output
// "metadata". The builds come sorted by target and platform. A file that tells
// of no build gives none, without an error.
func ParseMetadata(file []byte) ([]Named, error) {
	var top table[json.RawMessage]
	if err := decode(file, &top); err != nil {
		return nil, fmt.Errorf("reading build metadata: %w", err)
	}
	builds, err := namedBuilds("", top)
	if err != nil {
		return nil, fmt.Errorf("reading build metadata: %w", err)
	}
	for _, key := range slices.Sorted(maps.Keys(top)) {
		if isMetadataKey(key) {
			continue
		}
		var target table[json.RawMessage]
		if err := decode(top[key], &target); err != nil {
			return nil, fmt.Errorf("reading build metadata of %q: %w", key, err)
		}
		more, err := namedBuilds(key, target)
		if err != nil {
			return nil, fmt.Errorf("reading build metadata of %q: %w", key, err)
		}
		builds = append(builds, more...)
	}
	slices.SortFunc(builds, func(a, b Named) int {
		return cmp.Or(strings.Compare(a.Target, b.Target), strings.Compare(a.Platform, b.Platform))
	})
	return builds, nil
}

// isMetadataKey tells the keys of buildx and BuildKit from the names of bake
// targets, which have no dots.
func isMetadataKey(key string) bool { return strings.Contains(key, ".") }

// namedBuilds finds the builds of one target.
func namedBuilds(target string, values table[json.RawMessage]) ([]Named, error) {
	named := Named{Target: target, Digest: digestIn(values[keyDigest]), ConfigDigest: digestIn(values[keyConfig])}
	var builds []Named
	for _, reader := range []struct {
		key  string
		read func([]byte) (*Provenance, error)
	}{{keyProvenance, Parse}, {keyBuildInfo, parseBuildInfo}} {
		for _, key := range slices.Sorted(maps.Keys(values)) {
			platform, ok := platformOf(key, reader.key)
			if !ok {
				continue
			}
			p, err := reader.read(values[key])
			if err != nil {
				return nil, fmt.Errorf("%q: %w", key, err)
			}
			build := named
			build.Provenance, build.Platform = p, cmp.Or(platform, describedPlatform(values[keyDescriptor]))
			builds = append(builds, build)
		}
		if len(builds) > 0 {
			return builds, nil
		}
	}
	if named.Digest == "" && named.ConfigDigest == "" {
		return nil, nil
	}
	named.Platform = describedPlatform(values[keyDescriptor])
	return []Named{named}, nil
}

// platformOf reads the platform behind a key; empty for the key alone.
func platformOf(key, prefix string) (platform string, ok bool) {
	rest, ok := strings.CutPrefix(key, prefix)
	if !ok || rest == "" {
		return "", ok
	}
	return strings.CutPrefix(rest, "/")
}

// digestIn is a digest in JSON; empty for anything else.
func digestIn(value json.RawMessage) string {
	var d digest.Digest
	if json.Unmarshal(value, &d) != nil || d.Validate() != nil {
		return ""
	}
	return d.String()
}

// describedPlatform is the platform in an OCI descriptor; empty when it has
// none, as those of indexes have not.
func describedPlatform(value json.RawMessage) string {
	var d struct {
		Platform struct {
			OS           string `json:"os"`
			Architecture string `json:"architecture"`
			Variant      string `json:"variant"`
		} `json:"platform"`
	}
	if json.Unmarshal(value, &d) != nil || d.Platform.OS == "" || d.Platform.Architecture == "" {
		return ""
	}
	platform := d.Platform.OS + "/" + d.Platform.Architecture
	if d.Platform.Variant != "" {
		platform += "/" + d.Platform.Variant
	}
	return platform
}
