package image

import (
	"cmp"
	"os"

	"github.com/google/go-containerregistry/pkg/authn"
)

// DefaultMaxLayer is how many bytes a layer may have when uncompressed, unless
// [Options] say otherwise: well over any image we know, well under what fills a
// night.
const DefaultMaxLayer = 64 << 30

// Limits on what an archive or a registry may make us hold in memory. Real
// manifests and configurations are a few KiB; the largest ones we know of, with
// hundreds of layers and long histories, stay under 1 MiB.
const (
	maxManifest = 8 << 20 // bytes of a manifest, an index or a configuration
	maxEntries  = 1 << 20 // files in an archive
	maxLayers   = 10_000  // layers in an image; Docker itself stops at 127
)

// Options say how to look for an image. The zero value uses the Docker
// configuration of the user, the daemon at its default address, and the
// platform of the host.
type Options struct {
	// Keychain finds credentials per registry; nil means the Docker configuration
	// and its credential helpers (authn.DefaultKeychain).
	Keychain authn.Keychain

	// Getenv reads DOCKER_HOST, DOCKER_TLS_VERIFY and DOCKER_CERT_PATH; nil means
	// that none of them is set.
	Getenv func(string) string

	// OnBytes is called with the number of stored (compressed) layer bytes that
	// were just read. The calls of one complete pass over the layers add up to the
	// sum of their sizes. It must be safe for concurrent use; nil means nobody
	// is watching.
	OnBytes func(n int64)

	// OnSpool is called during Open with the number of bytes that were just copied
	// to a temporary file, where the source needs one; nil means nobody is
	// watching.
	OnSpool func(n int64)

	// Platform is "os/arch" or "os/arch/variant". Empty means the only platform
	// there is, or linux on the architecture of the host when there are several.
	Platform string

	// Username and Password are for the registry that the reference names, and
	// win over the keychain there. Mirrors do not get them. For a Finder, which
	// looks for many images, that reference is Scanned.
	Username string
	Password string

	// Scanned is the reference of the image under test as the user gave it, and Given
	// are further references from the user: those may be paths and have prefixes, as
	// for Open. Only a Finder looks at these two.
	Scanned string
	Given   []string

	// Name is the image's logical name as the user gives it, a repository without tag
	// and digest as [ParseName] takes it, and becomes Image.Name wherever the image
	// is from; empty means the name that the image has there. Only Open looks at it:
	// it is the name of one image, and a Finder looks for others.
	Name string

	// DistrustNames is for images in files that somebody else may have made: what such
	// a file says of its own name is not believed, and the image is named after the
	// file. Policies, exceptions and baselines go by the name, so that a file could
	// choose whose rules it is held to.
	DistrustNames bool

	// MarkedPaths is for a working folder that holds somebody else's files: words that
	// could name an image or a file, such as "alpine" and "build/layout", name an
	// image, and a path has to be marked as one, by "./" or "/" in front, a prefix, or
	// the extension of an archive.
	MarkedPaths bool

	// Mirrors maps a registry to the mirrors to ask before it, in order. A mirror
	// is a host, or a host and a path that goes before the repository:
	// "mirror.gcr.io", "registry.corp/docker-hub".
	Mirrors map[string][]string

	// Insecure lists the registry hosts, with their port, that may be spoken to
	// over plain http or over TLS that is not verified.
	Insecure []string

	// TempDir is where temporary files go; empty means the system's default.
	TempDir string

	// MaxLayer is how many bytes one layer may have when uncompressed, and how
	// many bytes a temporary file may have; 0 means DefaultMaxLayer.
	MaxLayer int64

	// Version is imgscan's own, for the User-Agent; empty means "dev".
	Version string
}

func (o Options) withDefaults() Options {
	if o.Keychain == nil {
		o.Keychain = authn.DefaultKeychain
	}
	if o.Getenv == nil {
		o.Getenv = func(string) string { return "" }
	}
	if o.OnBytes == nil {
		o.OnBytes = func(int64) {}
	}
	if o.OnSpool == nil {
		o.OnSpool = func(int64) {}
	}
	o.TempDir = cmp.Or(o.TempDir, os.TempDir())
	o.MaxLayer = cmp.Or(o.MaxLayer, DefaultMaxLayer)
	o.Version = cmp.Or(o.Version, "dev")
	return o
}
