package imagetest

import (
	"archive/tar"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/partial"
)

// Daemon pretends to be a Docker Engine on a unix socket, of the version that its
// archive style belongs to. It can inspect, tell the history and save, and knows its
// images by their tags, digests and IDs.
type Daemon struct {
	// Host is for DOCKER_HOST: "unix://PATH".
	Host string

	server *httptest.Server

	mu         sync.Mutex
	images     []Tagged
	style      ArchiveStyle
	root       string // see Keep
	saved      int
	unexpected []error
}

// StartDaemon starts a daemon whose socket is in dir. Socket paths are short on
// every system (about 100 bytes), so dir must be. Close it.
func StartDaemon(dir string, style ArchiveStyle, images ...Tagged) (*Daemon, error) {
	path := filepath.Join(dir, "docker.sock")
	listener, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	d := &Daemon{Host: "unix://" + path, images: images, style: style}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /images/get", d.save)
	mux.HandleFunc("GET /images/", d.inspect)
	mux.HandleFunc("GET /info", d.info)
	mux.HandleFunc("/", d.refuse)
	d.server = httptest.NewUnstartedServer(mux)
	d.server.Listener.Close()
	d.server.Listener = listener
	d.server.Start()
	return d, nil
}

// NewDaemon is StartDaemon for a test. It ends with the test, which fails when
// there was a request that the daemon does not know.
func NewDaemon(t testing.TB, style ArchiveStyle, images ...Tagged) *Daemon {
	t.Helper()
	d, err := StartDaemon(shortDir(t), style, images...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// Close stops the daemon; its error tells of unexpected requests.
func (d *Daemon) Close() error {
	d.server.Close()
	d.mu.Lock()
	defer d.mu.Unlock()
	return errors.Join(d.unexpected...)
}

// Saved is how often the daemon was asked to save an image.
func (d *Daemon) Saved() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.saved
}

func (d *Daemon) refuse(w http.ResponseWriter, req *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.unexpected = append(d.unexpected, fmt.Errorf("unexpected request to the Docker daemon: %s %s", req.Method, req.URL))
	message(w, http.StatusNotImplemented, "not implemented")
}

// info says where the daemon's folders are: nowhere near, until Keep.
func (d *Daemon) info(w http.ResponseWriter, _ *http.Request) {
	d.mu.Lock()
	root := d.root
	d.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]string{"DockerRootDir": cmp.Or(root, "/does-not-exist"), "Driver": "overlay2"})
}

// inspect answers what is asked about an image: what it is, or its history.
func (d *Daemon) inspect(w http.ResponseWriter, req *http.Request) {
	path := strings.TrimPrefix(req.URL.Path, "/images/")
	asked, isInspect := strings.CutSuffix(path, "/json")
	asked, isHistory := strings.CutSuffix(asked, "/history")
	if isInspect == isHistory {
		d.refuse(w, req)
		return
	}
	found := d.find(asked)
	if found == nil {
		message(w, http.StatusNotFound, "No such image: "+asked)
		return
	}
	var answer any
	var err error
	if isHistory {
		answer, err = history(found.Image)
	} else {
		answer, err = d.describe(found)
	}
	if err != nil {
		message(w, http.StatusInternalServerError, err.Error())
		return
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(answer)
}

func (d *Daemon) describe(t *Tagged) (map[string]any, error) {
	config, err := t.Image.ConfigFile()
	if err != nil {
		return nil, err
	}
	id, err := d.id(t)
	if err != nil {
		return nil, err
	}
	answer := map[string]any{
		"Id":           id.String(),
		"RepoTags":     []string{t.Ref},
		"RepoDigests":  append([]string{}, t.RepoDigests...),
		"Created":      config.Created.Format(time.RFC3339Nano),
		"Author":       config.Author,
		"Os":           config.OS,
		"Architecture": config.Architecture,
		"Variant":      config.Variant,
		"Config":       config.Config,
		"RootFS":       map[string]any{"Type": "layers", "Layers": config.RootFS.DiffIDs},
	}
	if d.style == Containerd {
		if answer["Descriptor"], err = partial.Descriptor(t.target()); err != nil {
			return nil, err
		}
	}
	return answer, nil
}

// history is what a daemon tells of an image's history, the newest entry first.
func history(img v1.Image) ([]map[string]any, error) {
	config, err := img.ConfigFile()
	if err != nil {
		return nil, err
	}
	layers, err := img.Layers()
	if err != nil {
		return nil, err
	}
	items := []map[string]any{}
	for _, h := range config.History {
		item := map[string]any{"Id": "<missing>", "CreatedBy": h.CreatedBy, "Comment": h.Comment, "Size": 0, "Tags": nil, "Created": 0}
		if !h.Created.IsZero() {
			item["Created"] = h.Created.Unix()
		}
		if !h.EmptyLayer {
			if len(layers) == 0 {
				return nil, errors.New("too many non-empty layers in History section")
			}
			if item["Size"], err = filesSize(layers[0]); err != nil {
				return nil, err
			}
			layers = layers[1:]
		}
		items = append(items, item)
	}
	slices.Reverse(items)
	return items, nil
}

// filesSize is the size that Docker gives a layer: that of the files in it.
func filesSize(l v1.Layer) (int64, error) {
	content, err := uncompressed(l)
	if err != nil {
		return 0, err
	}
	var size int64
	for r := tar.NewReader(bytes.NewReader(content)); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return size, nil
		}
		if err != nil {
			return 0, err
		}
		size += h.Size
	}
}

// id is the digest that names an image: its configuration's, or in containerd's
// store that of its index or manifest.
func (d *Daemon) id(t *Tagged) (v1.Hash, error) {
	if d.style == Containerd {
		return t.target().Digest()
	}
	return t.Image.ConfigName()
}

// target is what containerd's store has under the image's name.
func (t *Tagged) target() mutate.Appendable {
	if t.Index != nil {
		return t.Index
	}
	return t.Image
}

func (d *Daemon) save(w http.ResponseWriter, req *http.Request) {
	found := d.find(req.URL.Query().Get("names"))
	if found == nil {
		message(w, http.StatusNotFound, "No such image: "+req.URL.Query().Get("names"))
		return
	}
	d.mu.Lock()
	d.saved++
	d.mu.Unlock()
	w.Header().Set("Content-Type", "application/x-tar")
	if err := SaveDockerArchive(w, d.style, *found); err != nil {
		panic(http.ErrAbortHandler) // cut the connection, as a daemon does
	}
}

// find looks an image up by tag, digest, ID or short ID.
func (d *Daemon) find(asked string) *Tagged {
	for i, img := range d.images {
		if sameTag(asked, img.Ref) || slices.ContainsFunc(img.RepoDigests, func(digest string) bool { return sameDigest(asked, digest) }) {
			return &d.images[i]
		}
		if id, err := d.id(&img); err == nil && isID(asked, id) {
			return &d.images[i]
		}
	}
	return nil
}

func sameTag(a, b string) bool {
	tagA, errA := name.NewTag(a)
	tagB, errB := name.NewTag(b)
	return errA == nil && errB == nil && tagA.Name() == tagB.Name()
}

func sameDigest(a, b string) bool {
	digestA, errA := name.NewDigest(a)
	digestB, errB := name.NewDigest(b)
	return errA == nil && errB == nil && digestA.Name() == digestB.Name()
}

func isID(asked string, id v1.Hash) bool {
	hex := strings.TrimPrefix(asked, "sha256:")
	return len(hex) >= 12 && strings.HasPrefix(id.Hex, hex)
}

func message(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]string{"message": text})
}
