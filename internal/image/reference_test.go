package image

import "testing"

func TestLooksLikePath(t *testing.T) {
	for ref, want := range map[string]bool{
		"./app": true, "/app": true, "../app": true, "~/app": true, ".": true,
		"app.tar": true, "app.tar.gz": true, "dist/app.TGZ": true, "app.tar:repo:1": true,
		"app.tar@sha256:00": true,
		"app":               false, "org/app": false, "app:1": false, "localhost:5000/app": false,
		"app@sha256:00": false, "org/app.tarball": false, "docker.tarsnap.com/app": false,
	} {
		if got := looksLikePath(ref); got != want {
			t.Errorf("%q: %v, want %v", ref, got, want)
		}
	}
}
