package vulndb

import (
	"errors"
	"fmt"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// layerType is the media type of the layer that trivy-db publishes.
const layerType types.MediaType = "application/vnd.aquasec.trivy.db.layer.v1.tar+gzip"

// The largest download and the largest unpacked database that are accepted, in
// bytes. In mid-2026 they were about 100 MB and 1 GB.
const (
	maxDownload = 1 << 30
	maxDatabase = 4 << 30
)

// databaseLayer is the one layer of a database artifact, with the digest of the
// artifact's manifest.
func databaseLayer(img v1.Image) (v1.Hash, v1.Layer, error) {
	digest, err := img.Digest()
	if err != nil {
		return v1.Hash{}, nil, err
	}
	manifest, err := img.Manifest()
	if err != nil {
		return v1.Hash{}, nil, err
	}
	if len(manifest.Layers) != 1 {
		return v1.Hash{}, nil, fmt.Errorf("not a vulnerability database: the artifact has %d layers where one is expected", len(manifest.Layers))
	}
	d := manifest.Layers[0]
	if d.MediaType != layerType {
		return v1.Hash{}, nil, fmt.Errorf("not a vulnerability database: its layer is of type %q, not %q", d.MediaType, layerType)
	}
	if d.Digest.Algorithm != "sha256" {
		return v1.Hash{}, nil, fmt.Errorf("its layer's digest is %q where sha256 is expected", d.Digest.Algorithm)
	}
	if d.Size > maxDownload {
		return v1.Hash{}, nil, fmt.Errorf("its layer of %d bytes is over the limit of %d", d.Size, maxDownload)
	}
	if d.Size <= 0 {
		return v1.Hash{}, nil, errors.New("its layer is empty")
	}
	layer, err := img.LayerByDigest(d.Digest)
	return digest, layer, err
}
