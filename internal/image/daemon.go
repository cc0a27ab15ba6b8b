package image

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// daemon is a Docker Engine, or Podman's service that speaks the same API. A few
// requests are all we need of it, so no client library comes in.
type daemon struct {
	host *dockerHost
	opts Options
}

// inspected is the part of GET /images/{name}/json that we use.
type inspected struct {
	ID          string `json:"Id"`
	RepoTags    []string
	RepoDigests []string

	RootFS struct {
		Layers []string // DiffIDs
	}

	// What an image's configuration says, in the daemon's words, for who does not
	// get to see the configuration. It is parsed when it is needed.
	OS                            string `json:"Os"`
	Architecture, Variant, Author string
	Created, Config               json.RawMessage

	// Descriptor is what the name stands for, an index or a manifest, in a daemon
	// that keeps images as registries do (containerd's store); nil in the others.
	Descriptor *v1.Descriptor
}

// daemonError is an answer other than 200.
type daemonError struct {
	status  int
	message string
}

func (e *daemonError) Error() string {
	if e.message == "" {
		return fmt.Sprintf("%d %s", e.status, http.StatusText(e.status))
	}
	return fmt.Sprintf("%d %s: %s", e.status, http.StatusText(e.status), e.message)
}

// daemonReader makes an image of what the daemon said about it.
type daemonReader func(ctx context.Context, name string, found *inspected, want *v1.Platform) (*Image, error)

// find asks the daemon for an image, which read then makes of the answer. When
// the daemon does not have it or cannot be asked, the attempt says so; once it has
// said that it has the image, whatever goes wrong is an error.
func (d *daemon) find(ctx context.Context, name string, want *v1.Platform, read daemonReader) (*Image, *Attempt, error) {
	where := "docker daemon at " + redactURL(d.host.address)
	found, err := d.inspect(ctx, name)
	if ctx.Err() != nil {
		return nil, nil, ctx.Err()
	}
	if err != nil {
		a := &Attempt{Where: where, Err: err}
		var answer *daemonError
		if errors.As(err, &answer) {
			a.Answer = oneLine(answer)
			if answer.status == http.StatusNotFound {
				a.kind, a.Answer = notThere, "no such image"
			}
		} else {
			a.kind, a.Answer = daemonAnswer(err)
		}
		return nil, a, nil
	}
	img, err := read(ctx, name, found, want)
	var platform *PlatformError
	if errors.As(err, &platform) {
		_, answer := registryAnswer(err)
		return nil, &Attempt{Where: where, Answer: answer, Err: err, kind: wrongPlatform}, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("reading image %q from the %s: %w", name, where, err)
	}
	return img, nil, nil
}

// inspect asks what the daemon knows about an image.
func (d *daemon) inspect(ctx context.Context, name string) (*inspected, error) {
	body, err := d.get(ctx, "/images/"+name+"/json", nil)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	var found inspected
	if err := json.NewDecoder(io.LimitReader(body, maxManifest)).Decode(&found); err != nil {
		return nil, fmt.Errorf("parsing the daemon's answer: %w", err)
	}
	return &found, nil
}

// read opens the image where the daemon keeps it, if that can be read, and else
// what the daemon saves.
func (d *daemon) read(ctx context.Context, name string, found *inspected, want *v1.Platform) (*Image, error) {
	img, err := d.readKept(ctx, name, found, want)
	var platform *PlatformError
	if err != nil && !errors.As(err, &platform) && ctx.Err() == nil {
		img, err = d.readSaved(ctx, name, found, want)
	}
	if err != nil {
		return nil, err
	}
	for _, l := range img.layers {
		l.vouched = "docker daemon at " + d.host.address
	}
	return known(img, name, found), nil
}

// known adds to an image under what names the daemon knows it.
func known(img *Image, asked string, found *inspected) *Image {
	img.Source = SourceDaemon
	img.RepoTags, img.RepoDigests = found.RepoTags, found.RepoDigests
	img.Repository = daemonName(asked, img)
	img.Name = img.Repository
	return img
}

// readKept opens the image where the daemon keeps it: as registries do, or
// unpacked.
func (d *daemon) readKept(ctx context.Context, name string, found *inspected, want *v1.Platform) (*Image, error) {
	folders, err := d.folders(ctx)
	if err != nil {
		return nil, err
	}
	if found.Descriptor != nil {
		return d.readContent(ctx, folders, name, found, want, true)
	}
	return d.readFolders(folders, name, found, want)
}

// readSaved has the daemon save the image, once and to a temporary file, and opens
// that.
func (d *daemon) readSaved(ctx context.Context, name string, found *inspected, want *v1.Platform) (*Image, error) {
	body, err := d.get(ctx, "/images/get", url.Values{"names": {name}})
	if err != nil {
		return nil, err
	}
	temp, err := spool(ctx, body, d.opts.TempDir, d.opts.MaxLayer, d.opts.OnSpool)
	if err := errors.Join(err, body.Close()); err != nil {
		if temp != nil {
			err = errors.Join(err, temp.Close())
		}
		return nil, err
	}
	files, closer, err := indexed(temp.File, temp.size, "", temp)
	if err != nil {
		return nil, err
	}
	img, err := d.openSaved(ctx, files, name, found, want)
	if err != nil {
		return nil, errors.Join(err, closer.Close())
	}
	img.closers = append(img.closers, closer)
	return img, nil
}

// openSaved opens what the daemon saved. A daemon with containerd's store saves
// the manifests as they were pulled or built, so their digests are true ones;
// the manifests of a classic one are made up while saving.
func (d *daemon) openSaved(ctx context.Context, files *tarFS, name string, found *inspected, want *v1.Platform) (*Image, error) {
	if found.Descriptor == nil || !isLayout(files) {
		return openDockerArchive(files, name, "", want, d.opts)
	}
	r := &resolver{store: layoutStore{files}, ref: name, want: want, opts: d.opts}
	return r.resolve(ctx, []v1.Descriptor{*found.Descriptor})
}

// daemonName is the logical name of an image that was asked for by name, or by
// ID, which says nothing.
func daemonName(asked string, img *Image) string {
	bare := strings.TrimPrefix(asked, "sha256:")
	for _, id := range []string{img.ID, img.Digest, img.IndexDigest} {
		hex := strings.TrimPrefix(id, "sha256:")
		if len(bare) >= 4 && strings.HasPrefix(hex, bare) {
			return fileName(hex[:12], img.RepoTags)
		}
	}
	return fileName(asked, []string{asked})
}

// get is the body of a GET request to the daemon, whose answer is 200.
func (d *daemon) get(ctx context.Context, path string, query url.Values) (io.ReadCloser, error) {
	// Paths without a version mean the newest that the daemon speaks; these have not
	// changed since version 1.
	u := d.host.base
	u.Path += path
	u.RawQuery = query.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", "imgscan/"+d.opts.Version)
	resp, err := d.host.client.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode == http.StatusOK {
		return resp.Body, nil
	}
	defer resp.Body.Close()
	var answer struct {
		Message string `json:"message"`
	}
	// A body that is no JSON leaves the message empty; the status says enough.
	_ = json.NewDecoder(io.LimitReader(resp.Body, 1<<16)).Decode(&answer)
	return nil, &daemonError{status: resp.StatusCode, message: answer.Message}
}
