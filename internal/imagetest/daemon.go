package imagetest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/partial"
)

// Daemon pretends to be a Docker Engine on a unix socket, of the version that its
// archive style belongs to. It can inspect and save, and knows its images by
// their tags and IDs.
type Daemon struct {
	// Host is for DOCKER_HOST: "unix://PATH".
	Host string

	server *httptest.Server

	mu         sync.Mutex
	images     []Tagged
	style      ArchiveStyle
	root       string // see Keep
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

func (d *Daemon) inspect(w http.ResponseWriter, req *http.Request) {
	asked, ok := strings.CutSuffix(strings.TrimPrefix(req.URL.Path, "/images/"), "/json")
	if !ok {
		d.refuse(w, req)
		return
	}
	found := d.find(asked)
	if found == nil {
		message(w, http.StatusNotFound, "No such image: "+asked)
		return
	}
	answer, err := d.describe(found)
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
		"RepoDigests":  []string{},
		"Os":           config.OS,
		"Architecture": config.Architecture,
		"RootFS":       map[string]any{"Type": "layers", "Layers": config.RootFS.DiffIDs},
	}
	if d.style == Containerd {
		if answer["Descriptor"], err = partial.Descriptor(t.Image); err != nil {
			return nil, err
		}
	}
	return answer, nil
}

// id is the digest that names an image: its configuration's, or its manifest's in
// containerd's store.
func (d *Daemon) id(t *Tagged) (v1.Hash, error) {
	if d.style == Containerd {
		return t.Image.Digest()
	}
	return t.Image.ConfigName()
}

func (d *Daemon) save(w http.ResponseWriter, req *http.Request) {
	found := d.find(req.URL.Query().Get("names"))
	if found == nil {
		message(w, http.StatusNotFound, "No such image: "+req.URL.Query().Get("names"))
		return
	}
	w.Header().Set("Content-Type", "application/x-tar")
	if err := SaveDockerArchive(w, d.style, *found); err != nil {
		panic(http.ErrAbortHandler) // cut the connection, as a daemon does
	}
}

// find looks an image up by tag, ID or short ID.
func (d *Daemon) find(asked string) *Tagged {
	for i, img := range d.images {
		if sameTag(asked, img.Ref) {
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

func isID(asked string, id v1.Hash) bool {
	hex := strings.TrimPrefix(asked, "sha256:")
	return len(hex) >= 12 && strings.HasPrefix(id.Hex, hex)
}

func message(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]string{"message": text})
}
