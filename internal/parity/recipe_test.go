package parity

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// corpus writes a library and one recipe.
func corpus(t *testing.T, library, recipe string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "images"), 0o755); err != nil {
		t.Fatal(err)
	}
	for path, content := range map[string]string{"lib.sh": library, "images/one.sh": recipe} {
		if err := os.WriteFile(filepath.Join(dir, path), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func load(t *testing.T, dir, fixed string) Recipe {
	t.Helper()
	recipes, err := LoadRecipes(dir, fixed)
	if err != nil {
		t.Fatal(err)
	}
	return recipes[0]
}

func TestRecipe(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("bash is not installed")
	}
	dir := corpus(t, `write() { mkdir -p "$(dirname "$1")"; cat >"$1"; }`, `# What it is.
# needs: bash
echo "$GREETING" | write layers/1/etc/motd
write layers/1/etc/b </dev/null
write layers/2/etc/.wh.motd </dev/null
ln -s b layers/2/etc/link
chmod 755 layers/1/etc/b
echo made
`)
	recipe := load(t, dir, "")
	if missing := recipe.Missing(t.Context()); len(missing) > 0 {
		t.Fatalf("missing %v", missing)
	}
	var first []byte
	for range 2 {
		var log bytes.Buffer
		path, err := recipe.Make(t.Context(), t.TempDir(), []string{"GREETING=hello"}, &log)
		if err != nil {
			t.Fatal(err)
		}
		if log.String() != "made\n" {
			t.Errorf("log %q", log.String())
		}
		made, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = made
			checkLayers(t, path)
		} else if !bytes.Equal(first, made) {
			t.Error("the second time gave other bytes")
		}
	}
}

func checkLayers(t *testing.T, path string) {
	t.Helper()
	img, err := tarball.ImageFromPath(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	layers, err := img.Layers()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range layers {
		rc, err := l.Uncompressed()
		if err != nil {
			t.Fatal(err)
		}
		r := tar.NewReader(rc)
		for {
			hdr, err := r.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			content, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, strings.TrimSpace(strings.Join([]string{hdr.FileInfo().Mode().String(), hdr.Name, hdr.Linkname, strings.TrimSpace(string(content))}, " ")))
		}
		if err := rc.Close(); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{
		"drwxr-xr-x etc/", "-rwxr-xr-x etc/b", "-rw-r--r-- etc/motd  hello",
		"drwxr-xr-x etc/", "-rw-r--r-- etc/.wh.motd", "Lrwxrwxrwx etc/link b",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRecipeIsMadeOnce(t *testing.T) {
	dir := corpus(t, "", "exit 7")
	recipe, cache := load(t, dir, ""), t.TempDir()
	if _, err := recipe.Make(t.Context(), cache, nil, io.Discard); err == nil || !strings.Contains(err.Error(), `"one"`) {
		t.Errorf("a recipe that fails gave %v", err)
	}
	left, err := os.ReadDir(cache)
	if err != nil || len(left) != 0 {
		t.Errorf("a recipe that fails left %v, %v", left, err)
	}
	kept := filepath.Join(cache, "one-"+recipe.key+".tar")
	if err := os.WriteFile(kept, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if path, err := recipe.Make(t.Context(), cache, nil, io.Discard); err != nil || path != kept {
		t.Errorf("Make gave %q, %v although the image is there", path, err)
	}
}

func TestRecipeKey(t *testing.T) {
	base := load(t, corpus(t, "a", "b"), "c").key
	for name, other := range map[string]Recipe{
		"library":  load(t, corpus(t, "a ", "b"), "c"),
		"recipe":   load(t, corpus(t, "a", "b "), "c"),
		"fixed":    load(t, corpus(t, "a", "b"), "c "),
		"boundary": load(t, corpus(t, "ab", ""), "c"),
	} {
		if other.key == base {
			t.Errorf("another %s has the same key", name)
		}
	}
}

func TestMissing(t *testing.T) {
	recipe := load(t, corpus(t, "", "# About.\n# needs: bash no-such-command-here\n# needs: neither-this\necho\n# needs: later\n"), "")
	if got, want := recipe.Missing(context.Background()), []string{"no-such-command-here", "neither-this"}; !slices.Equal(got, want) {
		t.Errorf("missing %v, want %v", got, want)
	}
}
