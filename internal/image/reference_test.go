package image

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestParseReference is in a working folder in which somebody has laid out files
// that are named like everything the user may write.
func TestParseReference(t *testing.T) {
	t.Chdir(t.TempDir())
	digest := "@sha256:" + strings.Repeat("a", 64)
	for _, file := range []string{
		"ghcr.io/acme/api:pr-7", "ghcr.io/acme/web", "localhost/app", "app:1", "org/app:1", "word", "org/word",
		"pinned" + digest, "docker/alpine", "plain.img", ".hidden/layout/index.json",
		"layout/index.json", "build/layout/index.json", "1.2/layout/index.json", "folder/readme",
		"app.tar", "dist/app.tar.gz", "both.tar", "both.tar:app:1", "two/index.json", "two:1/index.json",
		"job/readme", "job@2/app.tar", "nested/a:b/index.json", "nested/a/readme",
	} {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	path := func(p string) reference { return reference{path: p} }
	called := func(n string) reference { return reference{name: n} }
	for _, tt := range []struct {
		ref    string
		want   reference
		marked *reference // with MarkedPaths; nil for the same
	}{
		// With a tag, a digest or a host it is a reference, whatever is there.
		{ref: "ghcr.io/acme/api:pr-7", want: called("ghcr.io/acme/api:pr-7")},
		{ref: "ghcr.io/acme/web", want: called("ghcr.io/acme/web")},
		{ref: "localhost/app", want: called("localhost/app")},
		{ref: "app:1", want: called("app:1")},
		{ref: "org/app:1", want: called("org/app:1")},
		{ref: "pinned" + digest, want: called("pinned" + digest)},
		{ref: "layout:1", want: called("layout:1")},
		{ref: "layout" + digest, want: called("layout" + digest)},
		{ref: "1.2/layout", want: called("1.2/layout")},
		{ref: "docker:alpine", want: reference{scheme: "docker:", name: "alpine"}},
		{ref: "registry:word", want: reference{scheme: "registry:", name: "word"}},

		// Words are either.
		{ref: "layout", want: path("layout"), marked: &reference{name: "layout"}},
		{ref: "build/layout", want: path("build/layout"), marked: &reference{name: "build/layout"}},
		{ref: "word", want: path("word"), marked: &reference{name: "word"}},
		{ref: "org/word", want: path("org/word"), marked: &reference{name: "org/word"}},
		{ref: "plain.img", want: path("plain.img"), marked: &reference{name: "plain.img"}},
		{ref: ".hidden/layout", want: path(".hidden/layout"), marked: &reference{name: ".hidden/layout"}},
		{ref: "folder", want: called("folder")}, // what an image may be built out of
		{ref: "absent", want: called("absent")},

		// Paths are marked, or archives.
		{ref: "./ghcr.io/acme/api:pr-7", want: path("./ghcr.io/acme/api:pr-7")},
		{ref: "./app:1", want: path("./app:1")},
		{ref: "./layout", want: path("./layout")},
		{ref: "./layout:1", want: reference{path: "./layout", selector: "1"}},
		{ref: "./layout" + digest, want: reference{path: "./layout", selector: digest}},
		{ref: "app.tar", want: path("app.tar")},
		{ref: "app.tar:app:1", want: reference{path: "app.tar", selector: "app:1"}},
		{ref: "app.tar:localhost:5000/app:1", want: reference{path: "app.tar", selector: "localhost:5000/app:1"}},
		{ref: "app.tar" + digest, want: reference{path: "app.tar", selector: digest}},
		{ref: "dist/app.tar.gz", want: path("dist/app.tar.gz")},
		{ref: "job@2/app.tar", want: path("job@2/app.tar")},
		{ref: "./nested/a:b", want: path("./nested/a:b")},
		{ref: "oci-dir:layout", want: reference{scheme: "oci-dir:", path: "layout"}},
		{ref: "oci-dir:layout:1", want: reference{scheme: "oci-dir:", path: "layout", selector: "1"}},
		{ref: "docker-archive:ghcr.io/acme/api:pr-7", want: reference{scheme: "docker-archive:", path: "ghcr.io/acme/api:pr-7"}},
	} {
		for _, marked := range []bool{false, true} {
			want := tt.want
			if marked && tt.marked != nil {
				want = *tt.marked
			}
			got, err := parseReference(tt.ref, marked)
			if err != nil || got != want {
				t.Errorf("%q, marked %v: %+v, %v, want %+v", tt.ref, marked, got, err, want)
			}
		}
	}
	for ref, want := range map[string]string{
		// A file may have been put there to be read instead of an image in the archive.
		"both.tar:app:1": `both "both.tar" and "both.tar:app:1" exist`,
		"oci-dir:two:1":  `both "two" and "two:1" exist`,
		"absent.tar":     "no such file or folder; it was taken for a path and no registry was asked",
		"./absent":       "no such file or folder",
	} {
		if got, err := parseReference(ref, false); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %+v, %v, want %q", ref, got, err, want)
		}
	}
}

// TestOverlooked is which names have a path of their spelling that is worth
// mentioning.
func TestOverlooked(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, file := range []string{"ghcr.io/acme/api:pr-7", "layout/index.json", "word", "context/Dockerfile", "1.2/UPPER"} {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for ref, want := range map[string]bool{
		"ghcr.io/acme/api:pr-7": true, "layout:1": true, "layout": true, "word": true, "1.2/UPPER": true,
		"ghcr.io/acme/api:pr-8": false,
		"word:1":                false, // a file has no tags; it may be a binary called like the image
		"context":               false, // of a build
		"context:1":             false,
		"registry:word":         false, // whoever writes a prefix knows
		"docker:layout":         false,
		"absent":                false,
	} {
		parsed, err := parseReference(ref, true)
		if err != nil || parsed.path != "" {
			t.Errorf("%s: %+v, %v", ref, parsed, err)
			continue
		}
		advice := `write "./` + ref + `" for what is in this folder under that name`
		for _, err := range []error{&OpenError{Ref: ref, Attempts: []Attempt{{}}, Advice: []string{"check the name"}}, &ReferenceError{Ref: ref}} {
			if got := parsed.overlooked(ref, err).Error(); strings.Contains(got, advice) != want {
				t.Errorf("%s: %q mentions the path: %v, want %v", ref, got, !want, want)
			}
		}
		if err := errors.New("something else"); !errors.Is(parsed.overlooked(ref, err), err) {
			t.Errorf("%s: another error changed", ref)
		}
	}
}

func TestParseName(t *testing.T) {
	for text, want := range map[string]string{
		"api":                           "api",
		"acme/api":                      "acme/api",
		"ghcr.io/acme/api":              "ghcr.io/acme/api",
		"registry.corp:5000/a/b_c/d.e":  "registry.corp:5000/a/b_c/d.e",
		"docker.io/library/alpine":      "alpine",
		"index.docker.io/acme/api":      "acme/api",
		"localhost/api":                 "localhost/api",
		strings.Repeat("a/", 100) + "a": strings.Repeat("a/", 100) + "a",
	} {
		if got, err := ParseName(text); got != want || err != nil {
			t.Errorf("%q: %q, %v, want %q", text, got, err, want)
		}
	}
	for _, text := range []string{
		"", " ", "api:1", "ghcr.io/acme/api:1", "api@sha256:" + strings.Repeat("a", 64), strings.Repeat("a", 64),
		"Acme/API", "./api", "/api", "../api", "a//b", "a/../b", "api/", "registry:ghcr.io/acme/api", "oci-dir:layout",
		"https://ghcr.io/acme/api", "user:pw@ghcr.io/api", "api\n", "a b", "api*", "ä", strings.Repeat("a", 300), strings.Repeat("x/", 1<<16),
	} {
		got, err := ParseName(text)
		var refused *ReferenceError
		if got != "" || !errors.As(err, &refused) || !strings.Contains(err.Error(), "is no logical name for an image") {
			t.Errorf("%q: %q, %v", clip(text), got, err)
		}
		if err != nil && (strings.Contains(err.Error(), "\n") || len(err.Error()) > 1000) {
			t.Errorf("%q: error %q", clip(text), err)
		}
	}
}

// FuzzParseName looks for a logical name that is something else for who reads it
// next, or that a registry could not have.
func FuzzParseName(f *testing.F) {
	for _, text := range []string{"api", "ghcr.io/acme/api", "docker.io/library/alpine", "a:1", "localhost/x", "[::1]:5000/x"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ParseName(text)
		if err != nil {
			return
		}
		if again, err := ParseName(got); again != got || err != nil {
			t.Errorf("%q is %q, and that %q, %v", text, got, again, err)
		}
		if strings.Contains(got, "..") || strings.Contains(got, "//") || strings.ContainsAny(got, "@?#%\\* \t\r\n\x00") {
			t.Errorf("%q is %q", text, got)
		}
	})
}
