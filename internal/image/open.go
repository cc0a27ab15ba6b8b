package image

import (
	"cmp"
	"context"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Open opens the image that ref names. Ref is a path - of a docker-save or OCI
// tar, plain, gzip or zstd, or of an OCI layout folder - or an image reference,
// which is looked for in the Docker daemon and then in its registry.
//
// The spelling settles which: what begins with "/", "./" or "../" and what has the
// extension of an archive is a path; anything else with a tag, a digest or a
// registry's host is a reference, whatever files there are. So does a prefix:
// "docker:", "registry:", "docker-archive:", "oci-archive:", "oci-dir:". Words that
// could be either, "alpine" or "build/layout", are a path where one exists; see
// [Options].MarkedPaths. One of several images in a file is named by what follows
// the path: "images.tar:app:1.2", "./layout@sha256:…".
//
// Errors that callers can tell apart: [*ReferenceError], [*OpenError],
// [*PlatformError], [*SelectError]. Each is one line that says what to do.
func Open(ctx context.Context, ref string, opts Options) (*Image, error) {
	opts = opts.withDefaults()
	want, err := parsePlatform(opts.Platform)
	if err != nil {
		return nil, err
	}
	logical := ""
	if opts.Name != "" {
		if logical, err = ParseName(opts.Name); err != nil {
			return nil, err
		}
	}
	parsed, err := parseReference(ref, opts.MarkedPaths)
	if err != nil {
		return nil, err
	}
	var img *Image
	if parsed.path != "" {
		img, err = openPath(ctx, parsed, want, opts)
	} else {
		img, err = openName(ctx, ref, parsed, want, opts)
	}
	if err != nil {
		return nil, parsed.overlooked(ref, err)
	}
	img.Ref = ref
	img.Name = cmp.Or(logical, img.Name)
	return img, nil
}

// openName looks for a named image, over connections of its own.
func openName(ctx context.Context, ref string, parsed reference, want *v1.Platform, opts Options) (*Image, error) {
	named, err := name.ParseReference(parsed.name)
	if err != nil {
		return nil, &ReferenceError{Ref: ref}
	}
	r := newRegistry(opts, registryKey(named.Context().RegistryStr()))
	s := search{registry: r, opts: opts}
	img, err := s.open(ctx, ref, parsed, named, want)
	if err != nil {
		r.transport.closeIdle()
		return nil, err
	}
	img.closers = append(img.closers, r)
	return img, nil
}

// search looks for named images.
type search struct {
	registry *registry
	opts     Options

	// describe asks the daemon what it knows of an image instead of for the image.
	describe bool
}

// open looks in the daemon and then in the registry.
func (s search) open(ctx context.Context, ref string, parsed reference, named name.Reference, want *v1.Platform) (*Image, error) {
	var attempts []Attempt
	if parsed.scheme != schemeRegistry {
		img, attempt, err := s.daemon(ctx, parsed.name, want)
		if img != nil || err != nil {
			return img, err
		}
		attempts = append(attempts, *attempt)
	}
	// An image ID means something to a daemon only.
	if parsed.scheme != schemeDaemon && !strings.HasPrefix(parsed.name, "sha256:") {
		img, more, err := s.registry.open(ctx, named, want)
		if img != nil || err != nil {
			return img, err
		}
		attempts = append(attempts, more...)
	}
	return nil, diagnose(ref, attempts)
}

func (s search) daemon(ctx context.Context, name string, want *v1.Platform) (*Image, *Attempt, error) {
	host, err := parseDockerHost(s.opts.Getenv)
	if err != nil {
		return nil, &Attempt{Where: "docker daemon", Answer: oneLine(err), Err: err, kind: notRunning}, nil
	}
	defer host.client.CloseIdleConnections()
	d := &daemon{host: host, opts: s.opts}
	if s.describe {
		return d.find(ctx, name, want, d.described)
	}
	return d.find(ctx, name, want, d.read)
}
