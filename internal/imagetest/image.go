package imagetest

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/rogpeppe/go-internal/txtar"
)

// Image describes an image to build. The comments name the keys of the section
// "-- image --".
type Image struct {
	// From names the image that this one is built on; "base:". Build needs that image
	// as Base: its layers and history come first, and its configuration is the
	// start of this one's. Parse leaves it to the caller to find it.
	From string
	Base *Image

	// Platform is "os/arch[/variant]"; "platform:". Empty means the base's, or
	// linux/amd64.
	Platform string

	// Created is the image's date; "created:" in RFC 3339. Zero means none.
	Created time.Time

	// Docker selects Docker's media types; "types: docker". The default, "types:
	// oci", is OCI's.
	Docker bool

	// Compression is that of layers that do not say; "compression:". Empty means
	// gzip.
	Compression Compression

	// Env, Cmd, OnBuild and Labels go into the configuration; "env: A=b", "label:
	// a=b", "cmd: …" (one argument) and "onbuild: RUN …", each as often as needed.
	Env, Cmd, OnBuild []string
	Labels            map[string]string

	// Annotations go into the manifest, and Listed into the index entry;
	// "annotation: a=b" and "listed: a=b", each as often as needed.
	Annotations, Listed map[string]string

	// Attestations stand beside the image in its index; sections "-- attestation --".
	Attestations []Attestation

	// History are entries without a layer, after those of the layers; "history:",
	// as often as needed.
	History []string

	// Entries are the whole history above the base, in place of what the layers and
	// History say; the section "-- history --". Nil means not to replace it. The
	// lines of the section are "layer TEXT", "empty TEXT" or JSON objects.
	Entries []v1.History

	// NoHistory leaves all history out; "history: none".
	NoHistory bool

	Layers []Layer
}

// Layer describes one layer. The comments name the words that may follow the
// layer's name in "-- NAME --", whose text is the history entry.
type Layer struct {
	Name      string
	CreatedBy string // "NAME" when the section is not there

	// Compression is "none", "gzip" or "zstd"; empty means the image's.
	Compression Compression

	// Foreign marks the layer as not for distribution; "foreign". URLs say where
	// it can be had; "url=…".
	Foreign bool
	URLs    []string

	Files []File
}

// File is one entry of a layer.
type File struct {
	Path    string // without a leading slash; a folder's ends in one
	Content []byte

	Mode     int64 // 0 means 0644, and 0755 for folders
	UID      int
	Symlink  string // target; empty for what is none
	Hardlink string // target, from the root; empty for what is none
}

// Parse reads an image from txtar text.
func Parse(text []byte) (*Image, error) {
	img := &Image{}
	for _, f := range txtar.Parse(text).Files {
		words := strings.Fields(f.Name)
		if len(words) == 0 {
			return nil, errors.New("a section has no name")
		}
		name, attributes := words[0], words[1:]
		layer, path, inLayer := strings.Cut(name, "/")
		var err error
		switch {
		case name == "image":
			err = img.header(f.Data)
		case name == "history":
			img.Entries, err = parseHistory(f.Data)
		case name == "attestation":
			var a Attestation
			a, err = parseAttestation(f.Data, attributes)
			img.Attestations = append(img.Attestations, a)
		case inLayer && path == "":
			err = errors.New("it names the layer: leave the slash out")
		case !inLayer:
			err = img.layer(name).describe(f.Data, attributes)
		default:
			var file File
			if file, err = parseFile(path, f.Data, attributes); err == nil {
				l := img.layer(layer)
				l.Files = append(l.Files, file)
			}
		}
		if err != nil {
			return nil, fmt.Errorf("section %q: %w", f.Name, err)
		}
	}
	return img, nil
}

// layer is the layer of a name, made when it is new.
func (img *Image) layer(name string) *Layer {
	i := slices.IndexFunc(img.Layers, func(l Layer) bool { return l.Name == name })
	if i < 0 {
		i = len(img.Layers)
		img.Layers = append(img.Layers, Layer{Name: name, CreatedBy: name})
	}
	return &img.Layers[i]
}

func (img *Image) header(text []byte) error {
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, value, ok := strings.Cut(line, ":")
		if !ok {
			return fmt.Errorf("line %q is not of the form key: value", line)
		}
		value = strings.TrimSpace(value)
		var err error
		switch key {
		case "base":
			img.From = value
		case "platform":
			img.Platform = value
		case "created":
			img.Created, err = time.Parse(time.RFC3339, value)
		case "types":
			img.Docker = value == "docker"
			if value != "docker" && value != "oci" {
				err = fmt.Errorf("types are docker or oci, not %q", value)
			}
		case "compression":
			img.Compression, err = parseCompression(value)
		case "env":
			img.Env = append(img.Env, value)
		case "cmd":
			img.Cmd = append(img.Cmd, value)
		case "onbuild":
			img.OnBuild = append(img.OnBuild, value)
		case "label":
			set(&img.Labels, value)
		case "annotation":
			set(&img.Annotations, value)
		case "listed":
			set(&img.Listed, value)
		case "history":
			if value == "none" {
				img.NoHistory = true
			} else {
				img.History = append(img.History, value)
			}
		default:
			err = fmt.Errorf("unknown key %q", key)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// set adds "key=value" to a map, which it makes.
func set(m *map[string]string, pair string) {
	if *m == nil {
		*m = make(map[string]string)
	}
	key, value, _ := strings.Cut(pair, "=")
	(*m)[key] = value
}

func (l *Layer) describe(text []byte, attributes []string) error {
	l.CreatedBy = cmp.Or(strings.TrimSpace(string(text)), l.Name)
	for _, a := range attributes {
		key, value, _ := strings.Cut(a, "=")
		var err error
		switch key {
		case "compression":
			l.Compression, err = parseCompression(value)
		case "foreign":
			l.Foreign = true
		case "url":
			l.URLs = append(l.URLs, value)
		default:
			err = fmt.Errorf("unknown word %q", a)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func parseFile(path string, content []byte, attributes []string) (File, error) {
	f := File{Path: path, Content: content}
	for _, a := range attributes {
		key, value, _ := strings.Cut(a, "=")
		var err error
		switch key {
		case "mode":
			f.Mode, err = strconv.ParseInt(value, 8, 64)
		case "uid":
			f.UID, err = strconv.Atoi(value)
		case "link":
			f.Symlink = value
		case "hardlink":
			f.Hardlink = value
		case "base64":
			f.Content, err = base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(content)), ""))
		default:
			err = fmt.Errorf("unknown word %q", a)
		}
		if err != nil {
			return File{}, err
		}
	}
	return f, nil
}
