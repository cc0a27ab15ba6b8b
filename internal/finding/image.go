package finding

import "time"

// Image is what was scanned.
type Image struct {
	// Ref is the reference as the user gave it.
	Ref string

	// Name is the logical name: repository without tag and digest, or the file's
	// base name without its extension. It is stable from build to build, so keys
	// and fingerprints are made of it.
	Name string

	// Repository is where the registry or the daemon has the image, which is its Name
	// unless the user gave it another; empty for a file.
	Repository string

	// Names are the logical names that the configuration gives the image; usually
	// empty. The pattern "name:api" means them.
	Names []string

	// Source says where the image was read: "registry", "docker daemon",
	// "docker archive", "oci archive" or "oci layout".
	Source string

	// Digest is the digest of the image manifest ("sha256:…"); empty when the
	// source has no manifest (a daemon with the classic store, a docker archive).
	Digest string

	// ID is the digest of the image configuration ("sha256:…"). Never empty.
	ID string

	// IndexDigest is the digest of the multi-platform index that the image was
	// chosen from; empty when there was none.
	IndexDigest string

	// Platform is "os/arch" or "os/arch/variant" from the image configuration.
	Platform string

	// Created is when the image says it was built; zero when it does not say.
	// Reproducible builds set it to a fixed date.
	Created time.Time

	// Layers are the file-system layers, lowest first.
	Layers []Layer
}

// Identity is the digest that names exactly this image: the manifest's when
// there is one, else the configuration's.
func (i Image) Identity() string {
	if i.Digest != "" {
		return i.Digest
	}
	return i.ID
}

// Layer is one file-system layer of an image.
type Layer struct {
	// DiffID is the digest of the uncompressed layer ("sha256:…").
	DiffID string

	// Digest is the digest of the layer as stored, compressed or not; empty when
	// the source stores no such blob.
	Digest string

	// Size is the stored size in bytes; 0 when unknown.
	Size int64

	// CreatedBy is the history entry that made the layer; empty when the image
	// has no usable history.
	CreatedBy string

	// Base is 0 for a layer of the build itself and n for one that came with
	// Lineage.Bases[n-1].
	Base int

	// Instruction is the line that made the layer, as far as it is known.
	Instruction Instruction
}
