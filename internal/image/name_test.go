package image

import "testing"

func TestNames(t *testing.T) {
	for ref, want := range map[string]string{
		"alpine":                        "alpine:latest",
		"docker.io/library/alpine:3.22": "alpine:3.22",
		"index.docker.io/org/app:1":     "org/app:1",
		"ghcr.io/org/app":               "ghcr.io/org/app:latest",
		"Not A Reference":               "Not A Reference",
	} {
		if got := familiar(ref); got != want {
			t.Errorf("familiar(%q) = %q, want %q", ref, got, want)
		}
	}
	for path, want := range map[string]string{"dist/app.tar.gz": "app", "app.tar.zst": "app", "app.tgz": "app", "layout": "layout", "app-1.2.tar": "app-1.2"} {
		if got := fileName(path, nil); got != want {
			t.Errorf("fileName(%q) = %q, want %q", path, got, want)
		}
	}
	if got := fileName("x.tar", []string{"app:1", "app:2"}); got != "app" {
		t.Errorf("two tags of one repository: %q", got)
	}
	if got := fileName("x.tar", []string{"app:1", "other:1"}); got != "x" {
		t.Errorf("two repositories: %q", got)
	}
}
