package image_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/org/imgscan-action/internal/image"
	"github.com/org/imgscan-action/internal/imagetest"
)

// cacheKeys are the keys of an image's layers.
func cacheKeys(t *testing.T, ref string, opts image.Options) []string {
	t.Helper()
	var keys []string
	for _, l := range open(t, ref, opts).Layers() {
		keys = append(keys, l.CacheKey())
	}
	return keys
}

// settle waits until a later change of a file would show.
func settle() { time.Sleep(150 * time.Millisecond) }

// What is verified when it is read has a key wherever it is stored; what is
// skimmed has the key of its file, as the file is now.
func TestCacheKey(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	built := imagetest.Must(t, twoLayers) // gzip
	plain := imagetest.Must(t, "-- image --\ncompression: none\n-- base/etc/passwd --\nroot\n")
	ok(t, imagetest.WriteLayout(in("layout"), imagetest.LayoutEntry{Add: built}))
	ok(t, imagetest.WriteOCIArchive(in("oci.tar"), imagetest.LayoutEntry{Add: built}))
	ok(t, imagetest.WriteLayout(in("plain"), imagetest.LayoutEntry{Add: plain}))
	ok(t, imagetest.WriteDockerArchive(in("docker.tar"), imagetest.Modern, imagetest.Tagged{Image: built}))
	reg := imagetest.NewRegistry(t)
	reg.MustPush(t, "app:1", built)
	reg.MustPush(t, "plain:1", plain)
	daemon := imagetest.NewDaemon(t, imagetest.Modern, imagetest.Tagged{Ref: "app:1", Image: built})
	opts := options(t)
	opts.Insecure = []string{reg.Host}
	asDaemon := options(t)
	asDaemon.Getenv = env("DOCKER_HOST", daemon.Host)

	manifest, err := built.Manifest()
	ok(t, err)
	for i, l := range manifest.Layers {
		want := "content " + l.Digest.String()
		for _, ref := range []string{in("layout"), in("oci.tar"), reg.Host + "/app:1"} {
			if got := cacheKeys(t, ref, opts)[i]; got != want {
				t.Errorf("%s: layer %d has the key %q, want %q", ref, i, got, want)
			}
		}
		if got := cacheKeys(t, "docker:app:1", asDaemon)[i]; !strings.HasPrefix(got, "docker daemon at ") {
			t.Errorf("from the daemon: layer %d has the key %q", i, got)
		}
	}
	if got := cacheKeys(t, reg.Host+"/plain:1", opts)[0]; !strings.HasPrefix(got, "content sha256:") {
		t.Errorf("uncompressed in a registry: %q", got)
	}

	for _, ref := range []string{in("docker.tar"), in("plain")} {
		if runtime.GOOS != "linux" {
			if got := cacheKeys(t, ref, opts)[0]; got != "" {
				t.Errorf("%s has the key %q, of a file that may have been replaced", ref, got)
			}
			continue
		}
		settle()
		before := cacheKeys(t, ref, opts)
		if again := cacheKeys(t, ref, opts); !strings.HasPrefix(before[0], "file ") || again[0] != before[0] {
			t.Errorf("%s has the key %q and then %q", ref, before[0], again[0])
		}
		if len(before) == 2 && before[0] == before[1] {
			t.Errorf("%s: both layers have the key %q", ref, before[0])
		}
		began := time.Now()
		touch(t, ref)
		// A machine that is busy may take longer than the tick.
		if after := cacheKeys(t, ref, opts); after[0] != "" && time.Since(began) < 100*time.Millisecond {
			t.Errorf("%s has a key within a tick of its last change: %q", ref, after[0])
		}
		settle()
		if after := cacheKeys(t, ref, opts); after[0] == before[0] {
			t.Errorf("%s was rewritten and has the key from before", ref)
		}
	}
}

// touch rewrites every file at path with what is in it, and gives it the time of
// modification that it had.
func touch(t *testing.T, path string) {
	t.Helper()
	ok(t, filepath.WalkDir(path, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		ok(t, err)
		content, err := os.ReadFile(name)
		ok(t, err)
		ok(t, os.Chmod(name, 0o600))
		ok(t, os.WriteFile(name, content, 0o600))
		return os.Chtimes(name, info.ModTime(), info.ModTime())
	}))
}

// An uncompressed layer under a digest that is not its DiffID must not be
// skimmed: its facts would be stored under a digest that nobody compared.
func TestUncompressedUnderAnotherDigest(t *testing.T) {
	t.Parallel()
	dir, blob := layout(t, "-- image --\ncompression: gzip\n-- base/etc/passwd --\nroot\n")
	tar, err := (&imagetest.Layer{Name: "evil", Files: []imagetest.File{{Path: "etc/shadow", Content: []byte("x")}}}).Tar()
	ok(t, err)
	ok(t, os.Chmod(blob, 0o600))
	ok(t, os.WriteFile(blob, tar, 0o600))
	l := open(t, dir, options(t)).Layers()[0]
	if s, err := l.Skim(t.Context()); err == nil {
		s.Close()
		t.Error("it can be skimmed")
	}
	if err := drain(t.Context(), l); err == nil {
		t.Error("it can be read")
	}
}
