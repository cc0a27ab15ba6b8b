package spelling_test

import (
	"strings"
	"testing"

	"github.com/org/imgscan-action/internal/spelling"
)

func TestOf(t *testing.T) {
	digest := "@sha256:" + strings.Repeat("a", 64)
	for kind, texts := range map[spelling.Kind][]string{
		spelling.Path: {
			"/app", "./app", "../app", "~/app", "~", ".", "..",
			"app.tar", "app.tar.gz", "app.tgz", "app.tar.zst", "app.tzst", "dist/app.TGZ",
			"app.tar:repo:1", "dist/app.tar.gz:1", "app.tar" + digest,
			"./ghcr.io/acme/api:pr-7", "/srv/ghcr.io/acme/api" + digest,
			"ghcr.io/acme/api.tar", "1.2/app.tar",
		},
		spelling.Reference: {
			"app:1", "app" + digest, "app:1" + digest, "org/app:1", "build/layout:1", "layout@1",
			"ghcr.io/acme/api", "ghcr.io/acme/api:pr-7", "ghcr.io/acme/trivy-db:2", "ghcr.io/",
			"localhost/app", "localhost:5000/app", "registry:5000/app", "[::1]:5000/app", "1.2/layout",
			"docker.tarsnap.com/app", "app.tar/layout", "a:b/./c", "ghcr.io/../../etc/passwd",
		},
		spelling.Word: {
			"", "app", "org/app", "build/layout", "layout", "app.img", "org/app.tarball", "localhost",
			".cache/layout", "...", "a/b.c/d", "Not A Reference", "tar",
		},
	} {
		for _, text := range texts {
			if got := spelling.Of(text); got != kind {
				t.Errorf("%q: %v, want %v", text, got, kind)
			}
		}
	}
}

// FuzzOf holds the rule to its words: what is marked is a path, and what has a
// tag or a digest and is not marked is none.
func FuzzOf(f *testing.F) {
	for _, text := range []string{"alpine", "./x:1", "ghcr.io/a/b:1", "x.tar:1", "a@b", "~", ""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if got := spelling.Of("./" + text); got != spelling.Path {
			t.Errorf("./%q: %v", text, got)
		}
		lower := strings.ToLower(text)
		if strings.ContainsAny(text, ":@") && !strings.Contains(lower, ".tar") && !strings.Contains(lower, ".tgz") &&
			!strings.Contains(lower, ".tzst") && !strings.ContainsAny(text[:1], "/.~") {
			if got := spelling.Of(text); got != spelling.Reference {
				t.Errorf("%q: %v, want a reference", text, got)
			}
		}
	})
}
