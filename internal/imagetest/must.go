package imagetest

import (
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
)

// Must builds an image from txtar text or ends the test.
func Must(t testing.TB, text string) v1.Image {
	t.Helper()
	img, err := BuildText(text)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// MustPush is [Registry.Push] or the end of the test.
func (r *Registry) MustPush(t testing.TB, repositoryAndTag string, image mutate.Appendable) string {
	t.Helper()
	ref, err := r.Push(t.Context(), repositoryAndTag, image)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}
