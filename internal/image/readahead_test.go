package image

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// streamOf is the reader of a layer that is stored as it is, read from source.
func streamOf(t testing.TB, diffID v1.Hash, source io.ReadCloser) *layerReader {
	t.Helper()
	l := &Layer{diffID: diffID, maxSize: 1 << 30, onBytes: func(int64) {}}
	r, err := newLayerReader(t.Context(), l, source)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestLayerReaderSeek is that what is sought over is left out and still checked.
func TestLayerReaderSeek(t *testing.T) {
	content := bytes.Repeat([]byte("0123456789abcdef"), 3*aheadPiece/16)
	content = append(content, "end"...)
	for _, skip := range []int{0, 1, aheadPiece, aheadPiece + 5, len(content) - 1, len(content), len(content) + 1} {
		for name, id := range map[string]v1.Hash{"true": digestOf(content), "false": digestOf(nil)} {
			r := streamOf(t, id, io.NopCloser(bytes.NewReader(content)))
			at, err := r.Seek(int64(skip), io.SeekCurrent)
			if want := min(skip, len(content)); err == nil && at != int64(want) {
				t.Errorf("seeking %d: at %d, want %d", skip, at, want)
			}
			var rest []byte
			if err == nil {
				rest, err = io.ReadAll(r)
			}
			if want := content[min(skip, len(content)):]; name == "true" && (err != nil || !bytes.Equal(rest, want)) {
				t.Errorf("seeking %d: %d bytes and error %v, want %d", skip, len(rest), err, len(want))
			}
			if name == "false" && (err == nil || !strings.Contains(err.Error(), "not what the image configuration lists")) {
				t.Errorf("seeking %d in a layer with the wrong digest: error %v", skip, err)
			}
			if err := r.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

// TestLayerReaderPieces is about sources that give little at a time, or an error
// together with their last bytes.
func TestLayerReaderPieces(t *testing.T) {
	content := strings.Repeat("x", aheadPiece+100)
	for name, source := range map[string]io.Reader{
		"a byte at a time":   iotest.OneByteReader(strings.NewReader(content)),
		"the end with bytes": iotest.DataErrReader(strings.NewReader(content)),
	} {
		r := streamOf(t, digestOf([]byte(content)), io.NopCloser(source))
		if got, err := io.ReadAll(r); err != nil || string(got) != content {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
		if _, err := r.Read(make([]byte, 1)); !errors.Is(err, io.EOF) {
			t.Errorf("%s: reading on gives %v", name, err)
		}
		r.Close()
	}
}

// TestLayerReaderCloseEarly closes a layer whose source has nothing to say.
func TestLayerReaderCloseEarly(t *testing.T) {
	source, writer := io.Pipe()
	go writer.Write(make([]byte, 300<<10)) // and no more
	r := streamOf(t, digestOf(nil), source)
	if _, err := io.ReadFull(r, make([]byte, 10)); err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

func BenchmarkLayerReader(b *testing.B) {
	content := bytes.Repeat([]byte("some content of a layer\n"), 1<<20)
	id := v1.Hash{Algorithm: "sha256", Hex: sumString(sha256.New())[7:]}
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		r := streamOf(b, id, io.NopCloser(bytes.NewReader(content)))
		if _, err := r.Seek(1<<40, io.SeekCurrent); err == nil {
			b.Fatal("the digest was not checked")
		}
		r.Close()
	}
}
