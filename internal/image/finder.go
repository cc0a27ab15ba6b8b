package image

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/go-containerregistry/pkg/name"
)

// Finder finds images that others name: the bases that a Dockerfile, a provenance
// or a label speaks of. Connections, and what a registry said about logging in,
// are kept from one image to the next. It is safe for concurrent use, and must be
// closed.
//
// What names an image may be hostile. So a reference is taken for nothing but the
// name of an image: never for a path, a prefix such as "oci-dir:" means nothing,
// and anything outside Docker's grammar for names is a [*ReferenceError] before
// anybody is asked. Only what [Options].Given lists may be more than a name, by the
// rules of [Open]. Which hosts may be asked at all is for the caller to decide;
// every one of them is spoken to under the same rules, over verified TLS unless
// Options.Insecure names it.
type Finder struct {
	opts     Options
	registry *registry
}

// NewFinder makes a Finder. Of the options, Platform and Name have no meaning here:
// every call says what it wants, and the images keep their names. Username and
// Password are for the registry of Options.Scanned.
func NewFinder(opts Options) *Finder {
	opts = opts.withDefaults()
	return &Finder{opts: opts, registry: newRegistry(opts, loginHost(opts.Scanned, opts.MarkedPaths))}
}

// loginHost is the registry that a user's reference names; empty for files.
func loginHost(ref string, marked bool) string {
	parsed, err := parseReference(ref, marked)
	if err != nil || parsed.path != "" {
		return ""
	}
	named, err := name.ParseReference(parsed.name)
	if err != nil {
		return ""
	}
	return registryKey(named.Context().RegistryStr())
}

// Close drops the connections. Attestations and VEX of images that were found in a
// registry can no longer be read.
func (f *Finder) Close() error { return f.registry.Close() }

// Describe finds an image and reads everything about it but its layers: its
// Layers are empty, and the DiffIDs are in Config. It looks in the Docker daemon,
// which is asked what it knows and never to save anything, then in the mirrors
// and the registry. Platform is "os/arch[/variant]", which the image must be for;
// empty means what it means to [Open].
//
// A daemon whose folders cannot be read leaves some things unknown. Config then
// holds what the daemon tells when asked about an image; its History has no authors
// and dates to the second, and is empty when it cannot be told which of its entries
// made a layer. With containerd's store, ID is empty, and Digest too when the daemon
// names an index.
//
// The errors are those of [Open], and [IsNotFound] and [IsDenied] tell the two
// answers of a registry from its not answering. The image must be closed.
func (f *Finder) Describe(ctx context.Context, ref, platform string) (*Image, error) {
	img, err := f.find(ctx, ref, platform, search{registry: f.registry, opts: f.opts, describe: true})
	if err != nil {
		return nil, err
	}
	img.layers = nil
	return img, nil
}

// Open finds an image as [Finder.Describe] does, with its layers. The image must
// be closed, before the Finder is.
func (f *Finder) Open(ctx context.Context, ref, platform string) (*Image, error) {
	return f.find(ctx, ref, platform, search{registry: f.registry, opts: f.opts})
}

func (f *Finder) find(ctx context.Context, ref, platform string, s search) (*Image, error) {
	want, err := parsePlatform(platform)
	if err != nil {
		return nil, err
	}
	parsed, named, err := f.parse(ref)
	if err != nil {
		return nil, err
	}
	var img *Image
	if parsed.path != "" {
		img, err = openPath(ctx, parsed, want, f.opts)
	} else {
		img, err = s.open(ctx, ref, parsed, named, want)
	}
	if err != nil {
		if f.given(ref) {
			err = parsed.overlooked(ref, err)
		}
		return nil, err
	}
	img.Ref = ref
	return img, nil
}

// given says whether a reference is the user's own.
func (f *Finder) given(ref string) bool { return slices.Contains(f.opts.Given, ref) }

// parse takes a reference apart, more freely if the user gave it. The name is nil
// for a path.
func (f *Finder) parse(ref string) (reference, name.Reference, error) {
	if !f.given(ref) {
		return parseNamed(ref)
	}
	parsed, err := parseReference(ref, f.opts.MarkedPaths)
	if err != nil || parsed.path != "" {
		return parsed, nil, err
	}
	named, err := name.ParseReference(parsed.name)
	if err != nil {
		return reference{}, nil, parsed.overlooked(ref, &ReferenceError{Ref: ref})
	}
	return parsed, named, nil
}

// Head is the digest to which a tag leads now, which for an image of several
// platforms is that of its index. A reference with a digest asks whether that
// digest is still there.
//
// Nothing but a HEAD request is made, with what it takes to log in: a registry
// that counts pulls counts a GET as one. The registry itself is asked first and
// its word is final, since a mirror may hold what the tag led to a while ago. Only
// when it does not answer, or denies access, its mirrors are asked. The errors are
// those of [Finder.Describe].
func (f *Finder) Head(ctx context.Context, ref string) (string, error) {
	parsed, named, err := parseNamed(ref)
	if err != nil {
		return "", err
	}
	if parsed.scheme == schemeDaemon {
		return "", fmt.Errorf("%q means an image to a Docker daemon, and to no registry", ref)
	}
	digest, attempts, err := f.registry.head(ctx, named)
	if err != nil {
		return "", err
	}
	if attempts != nil {
		return "", diagnose(ref, attempts)
	}
	return digest, nil
}
