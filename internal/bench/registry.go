package bench

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// registry serves OCI layouts over the distribution API, straight from the disk:
// a registry that hashes or holds what it serves would be a part of what is
// measured. The map is from repositories to folders; a repository has one image,
// whatever its tag.
type registry map[string]string

// ServeHTTP answers GET and HEAD.
func (r registry) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	rest, ok := strings.CutPrefix(req.URL.Path, "/v2/")
	if !ok || (req.Method != http.MethodGet && req.Method != http.MethodHead) {
		http.NotFound(w, req)
		return
	}
	if rest == "" {
		return // "yes, I speak version 2"
	}
	parts := strings.Split(rest, "/")
	dir, known := r[parts[0]]
	if len(parts) != 3 || !known {
		http.NotFound(w, req)
		return
	}
	digest, err := v1.NewHash(parts[2])
	if parts[1] == "manifests" {
		if err != nil { // a tag
			if digest, _, err = layoutManifest(dir); err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
		}
		w.Header().Set("Content-Type", string(types.OCIManifestSchema1))
	} else {
		w.Header().Set("Content-Type", "application/octet-stream")
	}
	f, openErr := os.Open(blobFile(dir, digest))
	if err != nil || openErr != nil {
		http.NotFound(w, req)
		return
	}
	defer f.Close()
	stat, err := f.Stat()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Docker-Content-Digest", digest.String())
	http.ServeContent(w, req, "", stat.ModTime(), f)
}

// start serves on a free port of the loopback interface until stop is called.
func (r registry) start(ctx context.Context) (host string, stop func() error, err error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: r}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	stop = func() error {
		err := server.Close()
		if served := <-done; !errors.Is(served, http.ErrServerClosed) {
			err = errors.Join(err, served)
		}
		return err
	}
	return listener.Addr().String(), stop, nil
}
