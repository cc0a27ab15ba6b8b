package image_test

import (
	"archive/tar"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/image"
	"github.com/org/imgscan-action/internal/imagetest"
)

// manyFiles has files that are smaller and larger than any buffer, a name too
// long for a header, links and whiteouts.
var manyFiles = `
-- base/small --
x
-- base/empty --
-- base/large --
` + strings.Repeat("a line of a large file\n", 20_000) + `
-- base/` + strings.Repeat("long/", 40) + `name --
` + strings.Repeat("y\n", 5_000) + `
-- base/last --
z
-- app/small link=large --
-- app/large mode=0755 --
` + strings.Repeat("another\n", 40_000) + `
`

// skimmed lists a layer read by skimming it, with the content of the files called
// wanted, as far as it was read in place.
func skimmed(t *testing.T, l *image.Layer, wanted string) []string {
	t.Helper()
	stream, err := l.Skim(t.Context())
	ok(t, err)
	defer stream.Close()
	in := stream.(interface {
		Section(n int64) (io.ReaderAt, error)
	})
	var list []string
	for r := tar.NewReader(stream); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return list
		}
		ok(t, err)
		entry := h.Name
		if filepath.Base(h.Name) == wanted && h.Typeflag == tar.TypeReg {
			at, err := in.Section(h.Size)
			ok(t, err)
			content, err := io.ReadAll(io.NewSectionReader(at, 0, h.Size))
			ok(t, err)
			ordered, err := io.ReadAll(r)
			ok(t, err)
			if string(ordered) != string(content) {
				t.Errorf("%s is different in place", h.Name)
			}
			entry += " " + string(content)
		}
		list = append(list, entry)
	}
}

// streamed is the same, read in order.
func streamed(t *testing.T, l *image.Layer, wanted string) []string {
	t.Helper()
	stream, err := l.Open(t.Context())
	ok(t, err)
	defer stream.Close()
	var list []string
	for r := tar.NewReader(stream); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			_, err := io.Copy(io.Discard, stream)
			ok(t, err)
			return list
		}
		ok(t, err)
		entry := h.Name
		if filepath.Base(h.Name) == wanted && h.Typeflag == tar.TypeReg {
			content, err := io.ReadAll(r)
			ok(t, err)
			entry += " " + string(content)
		}
		list = append(list, entry)
	}
}

func TestSkim(t *testing.T) {
	built := imagetest.Must(t, "-- image --\ncompression: none\n"+manyFiles)
	dir := t.TempDir()
	ok(t, imagetest.WriteLayout(filepath.Join(dir, "layout"), imagetest.LayoutEntry{Add: built}))
	ok(t, imagetest.WriteDockerArchive(filepath.Join(dir, "legacy.tar"), imagetest.Legacy, imagetest.Tagged{Ref: "app:1", Image: built}))
	ok(t, imagetest.WriteDockerArchive(filepath.Join(dir, "modern.tar"), imagetest.Modern, imagetest.Tagged{Ref: "app:1", Image: built}))
	ok(t, imagetest.CompressFile(filepath.Join(dir, "modern.tar"), filepath.Join(dir, "modern.tar.zst"), imagetest.Zstd))
	daemon := imagetest.NewDaemon(t, imagetest.Modern, imagetest.Tagged{Ref: "app:1", Image: built})
	ok(t, daemon.Keep(filepath.Join(dir, "docker")))

	for _, ref := range []string{"layout", "legacy.tar", "modern.tar", "modern.tar.zst", "docker:app:1"} {
		t.Run(ref, func(t *testing.T) {
			opts := options(t)
			opts.Getenv = env("DOCKER_HOST", daemon.Host)
			var read int64
			opts.OnBytes = func(n int64) { read += n }
			name := ref
			if !strings.HasPrefix(ref, "docker:") {
				name = filepath.Join(dir, ref)
			}
			for i, l := range open(t, name, opts).Layers() {
				for _, wanted := range []string{"nothing", "small", "large", "name", "last", "empty"} {
					got := skimmed(t, l, wanted)
					if read != l.Size() {
						t.Errorf("layer %d: OnBytes added up to %d, not %d", i, read, l.Size())
					}
					if diff := cmp.Diff(streamed(t, l, wanted), got); diff != "" {
						t.Errorf("layer %d, %s (-streamed +skimmed):\n%s", i, wanted, diff)
					}
					read = 0
				}
			}
		})
	}
}

func TestSkimUnsupported(t *testing.T) {
	built := imagetest.Must(t, "-- image --\ncompression: gzip\n-- base/file --\nx\n")
	reg := imagetest.NewRegistry(t)
	reg.MustPush(t, "app:1", built)
	plain := imagetest.Must(t, "-- image --\ncompression: none\n-- base/file --\nx\n")
	reg.MustPush(t, "plain:1", plain)
	dir := filepath.Join(t.TempDir(), "layout")
	ok(t, imagetest.WriteLayout(dir, imagetest.LayoutEntry{Add: built}))
	opts := options(t)
	opts.Insecure = []string{reg.Host}
	for _, ref := range []string{dir, reg.Host + "/app:1", reg.Host + "/plain:1"} {
		_, err := open(t, ref, opts).Layers()[0].Skim(t.Context())
		if !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("%s: error %v, want %v", ref, err, errors.ErrUnsupported)
		}
	}
}

func TestSkimSection(t *testing.T) {
	dir, _ := layout(t, "-- image --\ncompression: none\n-- base/a --\na\n")
	l := open(t, dir, options(t)).Layers()[0]
	stream, err := l.Skim(t.Context())
	ok(t, err)
	defer stream.Close()
	in := stream.(interface {
		Section(n int64) (io.ReaderAt, error)
	})
	if _, err := in.Section(l.Size()); err != nil {
		t.Errorf("a section of all of it: %v", err)
	}
	for _, n := range []int64{l.Size() + 1, 1<<63 - 1, -1} {
		if _, err := in.Section(n); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("a section of %d of %d bytes: error %v", n, l.Size(), err)
		}
	}
	for _, whence := range []int{io.SeekStart, io.SeekEnd} {
		if _, err := stream.Seek(0, whence); err == nil {
			t.Errorf("seeking from %d was allowed", whence)
		}
	}
	if at, err := stream.Seek(1<<63-1, io.SeekCurrent); err != nil || at != l.Size() {
		t.Errorf("seeking too far: %d, %v", at, err)
	}
	if _, err := stream.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("reading at the end: %v", err)
	}
}

// skimAll reads all of a layer that is skimmed.
func skimAll(t *testing.T, l *image.Layer) error {
	t.Helper()
	stream, err := l.Skim(t.Context())
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, stream)
	return errors.Join(err, stream.Close())
}
