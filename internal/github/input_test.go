package github

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestInputs(t *testing.T) {
	t.Parallel()
	yes := true
	s := newStep(
		"INPUT_IMAGE= ghcr.io/org/app:1 \n",
		"INPUT_FAIL-ON=high",
		"INPUT_ONLY-FIXABLE=True",
		"INPUT_OUTPUT=table\n sarif=a.sarif ,\n\n markdown=b.md\n",
		"INPUT_INSECURE=",
		"INPUT_USERNAME=robot",
		"INPUT_PASSWORD=hunter22",
		"INPUT_GITHUB-TOKEN=ghs_0123456789",
		"INPUT_POLICY-DIR=base",
		"INPUT_QUIET=false",
		"INPUT_ARGS=action", // given by the runner to every container action
		"PATH=/bin",
	)
	got, err := s.Inputs()
	if err != nil {
		t.Fatal(err)
	}
	want := Inputs{
		Image:       "ghcr.io/org/app:1",
		FailOn:      "high",
		OnlyFixable: &yes,
		Output:      []string{"table", "sarif=a.sarif", "markdown=b.md"},
		Username:    "robot",
		Password:    "hunter22",
		GitHubToken: "ghs_0123456789",
		PolicyDir:   "base",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	commands, _ := readLog(s.stdout.String())
	masks := []command{
		{"add-mask", nil, "hunter22"},
		{"add-mask", nil, "cm9ib3Q6aHVudGVyMjI="}, // base64 of robot:hunter22
		{"add-mask", nil, "ghs_0123456789"},
	}
	if diff := cmp.Diff(masks, commands); diff != "" {
		t.Error(diff)
	}
}

func TestInputsRejects(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		environ []string
		want    []string // all of these are in the error
	}{
		"no image":        {nil, []string{`"image"`, "required"}},
		"blank image":     {[]string{"INPUT_IMAGE= "}, []string{`"image"`, "required"}},
		"not a boolean":   {[]string{"INPUT_IMAGE=a", "INPUT_ONLY-FIXABLE=yes"}, []string{`"only-fixable"`, `"yes" is neither true nor false`}},
		"not quite":       {[]string{"INPUT_IMAGE=a", "INPUT_QUIET=tRUE"}, []string{`"quiet"`, `"tRUE"`}},
		"misspelled":      {[]string{"INPUT_IMAGE=a", "INPUT_FAIL_ON=high"}, []string{`"fail_on"`, "fail-on", "image"}},
		"first by name":   {[]string{"INPUT_ZZ=a", "INPUT_AA=high"}, []string{`"aa"`}},
		"masked although": {[]string{"INPUT_IMAGES=a", "INPUT_PASSWORD=hunter22"}, []string{`"images"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStep(c.environ...)
			_, err := s.Inputs()
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q does not contain %q", err, want)
				}
			}
			if strings.Contains(strings.Join(c.environ, " "), "hunter22") && !strings.Contains(s.stdout.String(), "::add-mask::hunter22\n") {
				t.Error("the password is not masked")
			}
		})
	}
}

// TestInputTable finds a field of a type that set does not know, which would read
// as empty for ever.
func TestInputTable(t *testing.T) {
	t.Parallel()
	for _, i := range inputs {
		var in Inputs
		if err := set(i.field(&in), "true"); err != nil {
			t.Errorf("input %q: %v", i.name, err)
		}
		if diff := cmp.Diff(Inputs{}, in); diff == "" {
			t.Errorf("input %q is stored nowhere", i.name)
		}
	}
}
