package github

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestInclude is that what a policy names is read from the base, too, and nothing
// besides it.
func TestInclude(t *testing.T) {
	t.Parallel()
	files := plainFiles(map[string]string{
		".imgscan/config.yaml":     "version: 1\n",
		"kev.json":                 "{}",
		"Dockerfile":               "FROM x",
		"vex/vendor.json":          "1",
		"vex/deep/er/vendor.json":  "2",
		"vexed/vendor.json":        "3",
		"docs/security/base.json":  "4",
		"docs/security/other.json": "5",
	})
	files["link"] = fakeFile{content: "kev.json", mode: modeSymlink}
	for _, tt := range []struct {
		name    string
		include []string
		want    []string // besides the policy's
		err     string
	}{
		{"nothing", nil, nil, ""},
		{"a file", []string{"kev.json"}, []string{"kev.json"}, ""},
		{"a file of a folder", []string{"docs/security/base.json"}, []string{"docs/security/base.json"}, ""},
		{"a folder", []string{"vex"}, []string{"vex/deep/er/vendor.json", "vex/vendor.json"}, ""},
		{"twice", []string{"vex", "vex/vendor.json"}, []string{"vex/deep/er/vendor.json", "vex/vendor.json"}, ""},
		{"what is there already", []string{".imgscan/config.yaml"}, nil, ""},
		{"what is not there", []string{"vendor.json", "vex/other.json", "no/such/folder"}, nil, ""},
		{"a file as a folder", []string{"kev.json/x"}, nil, `"kev.json" is a file and not a folder`},
		{"a link", []string{"link"}, nil, `"link" is a symlink: only plain files are read`},
		{"everything", []string{"."}, nil, "expected the path of a file or a folder"},
		{"outside", []string{"../kev.json"}, nil, "expected the path of a file or a folder"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := newFakeAPI(t, "", files).runner().BaseFiles(t.Context(), testToken, base, nil)
			if err != nil {
				t.Fatal(err)
			}
			var problems []error
			for _, name := range tt.include {
				problems = append(problems, got.Include(t.Context(), name))
			}
			if err := errors.Join(problems...); (err != nil) != (tt.err != "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Fatalf("error %v, want %q", err, tt.err)
			}
			want := map[string]string{".imgscan/config.yaml": "version: 1\n"}
			for _, name := range tt.want {
				want[name] = files[name].content
			}
			if diff := cmp.Diff(want, contents(t, fs.FS(got))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
