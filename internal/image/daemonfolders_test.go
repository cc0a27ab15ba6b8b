package image_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/image"
	"github.com/org/imgscan-action/internal/imagetest"
)

const daemonImage = `
-- image --
compression: gzip
-- base/etc/os-release --
ID=alpine
-- base/usr/bin/tool mode=0755 --
tool
-- base/old/file --
old
-- app/old/.wh.file --
-- app/usr/lib/.wh..wh..opq --
-- app/bin link=usr/bin --
-- app/opt/app --
content
-- app/opt/hard hardlink=opt/app --
`

// kept starts a daemon with daemonImage that keeps it in the folder it returns.
func kept(t *testing.T, style imagetest.ArchiveStyle) (opts image.Options, root string) {
	t.Helper()
	daemon := imagetest.NewDaemon(t, style, imagetest.Tagged{Ref: "app:1", Image: imagetest.Must(t, daemonImage)})
	root = t.TempDir()
	ok(t, daemon.Keep(root))
	opts = options(t)
	opts.Getenv = env("DOCKER_HOST", daemon.Host)
	return opts, root
}

var daemonEntries = [][]string{
	{"etc/os-release", "usr/bin/tool", "old/file"},
	{"old/.wh.file", "usr/lib/.wh..wh..opq", "bin", "opt/app", "opt/hard"},
}

// TestDaemonFolders is that an image in the daemon's folders is read without the
// daemon saving it, and is the image that it would have saved.
func TestDaemonFolders(t *testing.T) {
	opts, _ := kept(t, imagetest.Legacy)
	saved := false
	opts.OnSpool = func(int64) { saved = true }
	img := open(t, "docker:app:1", opts)
	var got [][]string
	for _, l := range img.Layers() {
		got = append(got, skimmed(t, l, ""))
	}
	if diff := cmp.Diff(daemonEntries, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if saved {
		t.Error("the image was saved")
	}
	for i, l := range img.Layers() {
		if diff := cmp.Diff(streamed(t, l, "app"), skimmed(t, l, "app")); diff != "" {
			t.Errorf("layer %d (-saved +kept):\n%s", i, diff)
		}
	}
}

// TestDaemonContent is the same for the blobs of containerd's store, which are
// verified as those of a registry are.
func TestDaemonContent(t *testing.T) {
	opts, root := kept(t, imagetest.Containerd)
	opts.OnSpool = func(int64) { t.Error("the image was saved") }
	var got [][]string
	for _, l := range open(t, "docker:app:1", opts).Layers() {
		got = append(got, streamed(t, l, ""))
	}
	if diff := cmp.Diff(daemonEntries, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}

	blobs, err := filepath.Glob(filepath.Join(root, "containerd/daemon/io.containerd.content.v1.content/blobs/sha256/*"))
	ok(t, err)
	for _, blob := range blobs {
		ok(t, os.Remove(blob))
	}
	saved := false
	opts.OnSpool = func(int64) { saved = true }
	streamed(t, open(t, "docker:app:1", opts).Layers()[0], "")
	if !saved {
		t.Error("an image that is not kept was not saved")
	}
}

// TestDaemonFoldersInDoubt is that the daemon saves the image when its folders do
// not hold up.
func TestDaemonFoldersInDoubt(t *testing.T) {
	for _, tt := range []struct {
		name   string
		file   string // pattern below the daemon's folder
		change func(file string) error
	}{
		{"configuration changed", "image/overlay2/imagedb/content/sha256/*", func(f string) error { return os.WriteFile(f, []byte("{}"), 0o600) }},
		{"configuration missing", "image/overlay2/imagedb/content/sha256/*", os.Remove},
		{"another layer", "image/overlay2/layerdb/sha256/*/diff", func(f string) error { return os.WriteFile(f, []byte("sha256:00"), 0o600) }},
		{"folder out of the way", "image/overlay2/layerdb/sha256/*/cache-id", func(f string) error { return os.WriteFile(f, []byte("../../x"), 0o600) }},
		{"folder missing", "overlay2/*/diff", os.RemoveAll},
		{"no record", "image/overlay2/layerdb/sha256/*/tar-split.json.gz", os.Remove},
		{"record damaged", "image/overlay2/layerdb/sha256/*/tar-split.json.gz", func(f string) error { return os.WriteFile(f, []byte("x"), 0o600) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			opts, root := kept(t, imagetest.Legacy)
			files, err := filepath.Glob(filepath.Join(root, tt.file))
			ok(t, err)
			if len(files) == 0 {
				t.Fatal("nothing to change")
			}
			ok(t, tt.change(files[0]))
			saved := false
			opts.OnSpool = func(int64) { saved = true }
			if diff := cmp.Diff(daemonEntries[0], streamed(t, open(t, "docker:app:1", opts).Layers()[0], "")); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if !saved {
				t.Error("the image was not saved")
			}
		})
	}
}

// TestDaemonFoldersChanged is about files that are not those that were unpacked:
// skimming fails, and the layer can still be read in order.
func TestDaemonFoldersChanged(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "secret")
	ok(t, os.WriteFile(outside, []byte("ID=alpine\n"), 0o600))
	for _, tt := range []struct {
		name   string
		change func(file string) error
	}{
		{"longer", func(f string) error { return os.WriteFile(f, []byte("ID=alpine plus\n"), 0o600) }},
		{"gone", os.Remove},
		{"a folder", func(f string) error { return os.Mkdir(f, 0o700) }},
		{"a link out of the layer", func(f string) error { return os.Symlink(outside, f) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			opts, root := kept(t, imagetest.Legacy)
			files, err := filepath.Glob(filepath.Join(root, "overlay2/*/diff/etc/os-release"))
			ok(t, err)
			if len(files) != 1 {
				t.Fatalf("%d files to change", len(files))
			}
			ok(t, os.Remove(files[0]))
			if tt.name != "gone" {
				ok(t, tt.change(files[0]))
			}
			l := open(t, "docker:app:1", opts).Layers()[0]
			if err := skimAll(t, l); err == nil {
				t.Error("skimming succeeded")
			}
			if diff := cmp.Diff([]string{"etc/os-release ID=alpine\n", "usr/bin/tool", "old/file"}, streamed(t, l, "os-release")); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
