package github

import (
	"io"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/githubtest"
)

// TestBaseFilesOnTheWire reads a base from what GitHub describes, with the objects
// that Git makes.
func TestBaseFilesOnTheWire(t *testing.T) {
	t.Parallel()
	s := githubtest.New(t)
	if err := s.AddFiles("main", fstest.MapFS{
		".imgscan/config.yaml":           {Data: []byte("version: 1\n")},
		".imgscan/exceptions.d/web.yaml": {Data: []byte("version: 1\nexceptions: []\n")},
		".github/CODEOWNERS":             {Data: []byte("* @a\n")},
		"docs/CODEOWNERS":                {Data: []byte("* @b\n")},
		"Dockerfile":                     {Data: []byte("FROM x\n")},
	}); err != nil {
		t.Fatal(err)
	}
	runner := NewRunner(s.Environ(), io.Discard, io.Discard)
	base := &PullRequest{BaseSHA: githubtest.SHA(1)}
	files, err := runner.BaseFiles(t.Context(), githubtest.Token, base, s.Client())
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		".imgscan/config.yaml":           "version: 1\n",
		".imgscan/exceptions.d/web.yaml": "version: 1\nexceptions: []\n",
		".github/CODEOWNERS":             "* @a\n",
	}
	if diff := cmp.Diff(want, contents(t, files)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	s.Deny("contents:read")
	if _, err := runner.BaseFiles(t.Context(), githubtest.Token, base, s.Client()); err == nil {
		t.Error("a token that may not read the repository does")
	}
}
