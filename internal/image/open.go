package image

import (
	"context"
	"errors"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// Open opens the image that ref names. Ref is an existing path - a docker-save
// or OCI tar, plain, gzip or zstd, or an OCI layout folder - or an image
// reference, which is looked for in the Docker daemon and then in its registry.
// A prefix settles it: "docker:", "registry:", "docker-archive:", "oci-archive:",
// "oci-dir:". One of several images in a file is named by what follows the path:
// "images.tar:app:1.2", "layout@sha256:…".
//
// Errors that callers can tell apart: [*ReferenceError], [*OpenError],
// [*PlatformError], [*SelectError]. Each is one line that says what to do.
func Open(ctx context.Context, ref string, opts Options) (*Image, error) {
	opts = opts.withDefaults()
	want, err := parsePlatform(opts.Platform)
	if err != nil {
		return nil, err
	}
	parsed, err := parseReference(ref)
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
		return nil, err
	}
	img.Ref = ref
	return img, nil
}

// openName looks for a named image, in the daemon and then in the registry.
func openName(ctx context.Context, ref string, parsed reference, want *v1.Platform, opts Options) (*Image, error) {
	named, err := name.ParseReference(parsed.name)
	if err != nil {
		return nil, &ReferenceError{Ref: ref}
	}
	var attempts []Attempt
	if parsed.scheme != schemeRegistry {
		img, attempt, err := openDaemon(ctx, parsed.name, want, opts)
		if img != nil || err != nil {
			return img, err
		}
		attempts = append(attempts, *attempt)
	}
	// An image ID means something to a daemon only.
	if parsed.scheme != schemeDaemon && !strings.HasPrefix(parsed.name, "sha256:") {
		r := newRegistry(opts)
		img, more, err := r.open(ctx, named, want)
		if err != nil {
			return nil, errors.Join(err, r.Close())
		}
		if img != nil {
			img.closers = append(img.closers, r)
			return img, nil
		}
		r.transport.closeIdle()
		attempts = append(attempts, more...)
	}
	return nil, diagnose(ref, attempts)
}

func openDaemon(ctx context.Context, name string, want *v1.Platform, opts Options) (*Image, *Attempt, error) {
	host, err := parseDockerHost(opts.Getenv)
	if err != nil {
		return nil, &Attempt{Where: "docker daemon", Answer: oneLine(err), Err: err, kind: notRunning}, nil
	}
	defer host.client.CloseIdleConnections()
	d := &daemon{host: host, opts: opts}
	return d.open(ctx, name, want)
}
