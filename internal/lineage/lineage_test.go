package lineage

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/org/imgscan-action/internal/finding"
)

// nobody fails the test on any request.
func nobody(t testing.TB) *fake { return newFake(t) }

func TestInputErrors(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		opts Options
		want string
	}{
		"base":       {Options{Bases: []string{"Debian:12"}}, "Debian:12"},
		"dockerfile": {Options{Dockerfile: []byte("FROMM debian\n"), DockerfileName: "build/Dockerfile"}, "build/Dockerfile"},
		"target":     {Options{Dockerfile: []byte("FROM debian AS one\n"), DockerfileName: "Dockerfile", Target: "two"}, "one"},
		"metadata":   {Options{Metadata: []byte("no JSON"), MetadataName: "metadata.json"}, "metadata.json"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Of(context.Background(), app("debian-12.1", nil), nobody(t), tt.opts)
			var input *InputError
			if !errors.As(err, &input) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an InputError with %q in it", err, tt.want)
			}
		})
	}
}

// A target in the provenance is what the image says: it is no mistake of the user.
func TestForeignTarget(t *testing.T) {
	t.Parallel()
	img := app("debian-12.1", func(s *spec) {
		s.statements = []string{statement(predicate(map[string]string{"target": "nowhere"}, material("pkg:docker/debian@12", digest("gone"))))}
	})
	find := newFake(t, debian("debian-12.1"))
	find.errors["debian@"+digest("gone")] = ErrNotFound
	r, err := Of(context.Background(), img, find, Options{Dockerfile: []byte(appDockerfile), DockerfileName: "Dockerfile"})
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Lineage.Bases; len(got) != 1 || got[0].Confidence != finding.Proven {
		t.Errorf("bases %+v", got)
	}
	if !slices.ContainsFunc(r.Lineage.Notes, func(n string) bool { return strings.Contains(n, "does not fit Dockerfile") }) {
		t.Errorf("no note on the target: %q", r.Lineage.Notes)
	}
}

func TestCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := Of(ctx, app("debian-12.1", nil), nobody(t), Options{Bases: []string{"debian:12"}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// Without a Finder the Dockerfile and the history still say something.
func TestNoNetwork(t *testing.T) {
	t.Parallel()
	r, err := Of(context.Background(), app("debian-12.1", nil), nil, Options{Dockerfile: []byte(appDockerfile), DockerfileName: "Dockerfile", CheckTags: true})
	if err != nil {
		t.Fatal(err)
	}
	base := r.Lineage.Bases[0]
	if base.Ref != "debian:12" || base.Layers != 1 || base.Confidence != finding.Declared || base.Tag != (finding.Tag{}) {
		t.Errorf("base %+v", base)
	}
	if got := r.Layers[1].Instruction; got.Kind != "RUN" || got.Line.Start != 2 {
		t.Errorf("layer 1: %+v", got)
	}
}

// No lookup is made beyond the budget, and what was not looked up is said.
func TestBudget(t *testing.T) {
	t.Parallel()
	find := newFake(t)
	var opts Options
	for i := range 30 {
		ref := fmt.Sprintf("debian:%d", i)
		opts.Bases = append(opts.Bases, ref)
		find.errors[ref] = ErrNotFound
	}
	for _, max := range []int{0, 3} {
		opts.MaxLookups, find.calls = max, nil
		r, err := Of(context.Background(), app("debian-12.1", nil), find, opts)
		if err != nil {
			t.Fatal(err)
		}
		want := max
		if max == 0 {
			want = 12
		}
		if len(find.calls) != want {
			t.Errorf("%d requests with a budget of %d", len(find.calls), max)
		}
		if last := r.Lineage.Hints[29]; last.Used || !strings.Contains(last.Why, "used up") {
			t.Errorf("last hint %+v", last)
		}
	}
}

// A chain of a hundred bases ends.
func TestDepth(t *testing.T) {
	t.Parallel()
	var images []Image
	layers := ""
	for i := range 100 {
		layers += fmt.Sprintf(" layer-%d", i)
		images = append(images, spec{
			ref: fmt.Sprintf("gcr.io/app:%d", i), layers: layers,
			annotations: map[string]string{baseName: fmt.Sprintf("gcr.io/app:%d", i-1)},
		}.image())
	}
	top := images[99]
	top.ID = digest("app")
	top.Annotations = map[string]string{baseName: "gcr.io/app:98"}
	find := newFake(t, images...)
	r, err := Of(context.Background(), top, find, Options{MaxLookups: 1000})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Lineage.Bases) != maxDepth || len(find.calls) > maxDepth+1 {
		t.Errorf("%d bases after %d requests", len(r.Lineage.Bases), len(find.calls))
	}
	for i, layer := range r.Layers {
		want := 0
		if i < 99 {
			want = min(maxDepth, 99-i)
		}
		if layer.Base != want {
			t.Errorf("layer %d belongs to base %d, want %d", i, layer.Base, want)
		}
	}
}

// What never proves a base.
func TestNotProven(t *testing.T) {
	t.Parallel()
	for name, base := range map[string]Image{
		"no layers":      spec{ref: "debian:12"}.image(),
		"longer":         spec{ref: "debian:12", layers: "debian-12.1 curl app more"}.image(),
		"wrong order":    spec{ref: "debian:12", layers: "curl debian-12.1"}.image(),
		"one differs":    spec{ref: "debian:12", layers: "debian-12.1 wget"}.image(),
		"other platform": spec{ref: "debian:12", layers: "debian-12.1", platform: "linux/arm64"}.image(),
		"other variant":  spec{ref: "debian:12", layers: "debian-12.1", platform: "linux/amd64/v3"}.image(),
		"arm v6 for v7":  spec{ref: "debian:12", layers: "debian-12.1", platform: "linux/arm/v6"}.image(),
		"no config":      {Ref: "debian:12"},
		"the image":      func() Image { i := app("debian-12.1", nil); i.Ref = "debian:12"; return i }(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			img := app("debian-12.1", nil)
			switch name {
			case "other variant":
				img.Platform = "linux/amd64/v2"
			case "arm v6 for v7":
				img.Platform = "linux/arm/v7"
			}
			find := newFake(t)
			find.images["debian:12"] = base
			r, err := Of(context.Background(), img, find, Options{Bases: []string{"debian:12"}})
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range r.Lineage.Bases {
				if b.Confidence == finding.Proven {
					t.Errorf("proven: %+v", b)
				}
			}
		})
	}
}

// The longest proven prefix is the nearest base; the others are below it.
func TestPrefixes(t *testing.T) {
	t.Parallel()
	one := spec{ref: "gcr.io/one:1", layers: "a"}.image()
	two := spec{ref: "gcr.io/two:1", layers: "a b"}.image()
	three := spec{ref: "gcr.io/three:1", layers: "a b c"}.image()
	img := spec{ref: "gcr.io/app:1", layers: "a b c d"}.image()
	r, err := Of(context.Background(), img, newFake(t, one, two, three), Options{Bases: []string{"gcr.io/two:1", "gcr.io/one:1", "gcr.io/three:1"}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, b := range r.Lineage.Bases {
		got = append(got, fmt.Sprintf("%s %d", b.Ref, b.Layers))
	}
	if want := []string{"gcr.io/three:1 3", "gcr.io/two:1 2", "gcr.io/one:1 1"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for i, want := range []int{3, 2, 1, 0} {
		if r.Layers[i].Base != want {
			t.Errorf("layer %d belongs to base %d, want %d", i, r.Layers[i].Base, want)
		}
	}
}

// Windows images have a base like any other.
func TestWindows(t *testing.T) {
	t.Parallel()
	base := spec{ref: "mcr.microsoft.com/windows/nanoserver:ltsc2022", layers: "windows", platform: "windows/amd64"}.image()
	img := spec{ref: "ghcr.io/acme/app:1", layers: "windows app", platform: "windows/amd64", annotations: map[string]string{baseName: base.Ref}}.image()
	r, err := Of(context.Background(), img, newFake(t, base), Options{Hosts: []string{"mcr.microsoft.com"}})
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Lineage.Bases; len(got) != 1 || got[0].Confidence != finding.Proven || got[0].Layers != 1 {
		t.Errorf("bases %+v", got)
	}
}

// Where a builder reads no Dockerfile, the note says what chooses the base.
func TestTools(t *testing.T) {
	t.Parallel()
	for want, s := range map[string]spec{
		".ko.yaml":    {history: []string{"ko build ko://example.org/app"}},
		"jib.from":    {history: []string{"jib-core:0.27"}},
		"build rule":  {history: []string{"bazel build @//:app"}},
		"fromImage":   {history: []string{"@store paths: ['/nix/store/x']@"}},
		"has no base": {history: []string{"apko"}},
		"pack rebase": {history: []string{"Buildpacks Application Launcher"}},
	} {
		s.layers = "all"
		r, err := Of(context.Background(), s.image(), nobody(t), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Lineage.Notes; len(got) != 1 || !strings.Contains(got[0], want) {
			t.Errorf("notes %q, want %q in them", got, want)
		}
		if got, apko := r.Lineage.Scratch, want == "has no base"; got != apko {
			t.Errorf("%s: scratch is %v", want, got)
		}
	}
}

// Nothing of a history gets into a result but what it proves: its commands carry
// the values of build arguments.
func TestNoSecrets(t *testing.T) {
	t.Parallel()
	img := app("debian-12.1", func(s *spec) {
		s.history = slices.Concat(debianHistory, []string{
			`RUN |1 TOKEN=hunter2 /bin/sh -c apt-get update && apt-get install -y curl # buildkit`,
			`COPY app /app # buildkit`, `-CMD ["/app"]`,
		})
		s.statements = []string{statement(predicate(map[string]string{"build-arg:TOKEN": "hunter2"}, material("pkg:docker/debian@12", digest("gone"))))}
	})
	dockerfile := strings.Replace(appDockerfile, "RUN", "ARG TOKEN\nRUN", 1)
	for _, fits := range []bool{true, false} {
		if !fits {
			dockerfile = "FROM debian:12\nRUN make $TOKEN\nRUN make install\n"
		}
		find := newFake(t, debian("debian-12.1"))
		find.errors["debian@"+digest("gone")] = ErrNotFound
		r, err := Of(context.Background(), img, find, Options{Dockerfile: []byte(dockerfile), DockerfileName: "Dockerfile"})
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%+v %+v", r.Lineage, r.Layers); strings.Contains(got, "hunter2") {
			t.Errorf("the value of a build argument is in the result: %s", got)
		}
	}
}

// Text of an image is one line of bounded length wherever it ends up.
func TestHostileText(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 10<<20)
	img := spec{
		ref: "gcr.io/app:1", layers: "a b c",
		history:     []string{long, "@FROM " + long + "@x", "::error::@acme/team <b>\x1b[2J\u202e"},
		annotations: map[string]string{baseName: "\x1b]0;x\x07\u202e" + long, baseDigest: long},
		listed:      map[string]string{baseName: "a\nb::error::x", baseDigest: "\u0000"},
		labels:      map[string]string{baseName: long, buildpacksLabel: `{"runImage":{"image":"` + long + `"}}`},
		statements:  []string{long, strings.Repeat(`{"a":`, 10000)},
	}.image()
	r, err := Of(context.Background(), img, nobody(t), Options{Dockerfile: []byte("FROM scratch\n"), DockerfileName: "Dockerfile"})
	if err != nil {
		t.Fatal(err)
	}
	got := dump(r, nil)
	if len(got) > 10000 {
		t.Errorf("the result has %d bytes", len(got))
	}
	if i := strings.IndexFunc(got, func(r rune) bool { return r < ' ' && r != '\n' || r == '\u202e' || r == 0x7f }); i >= 0 {
		t.Errorf("the result has %q in it", got[max(0, i-20):i+5])
	}
	for _, h := range r.Lineage.Hints {
		if len([]rune(h.Ref)) > maxRef+1 || len([]rune(h.Digest)) > maxRef+1 || strings.Contains(h.Ref+h.Digest, "\n") {
			t.Errorf("hint %.100q %.100q", h.Ref, h.Digest)
		}
	}
}

// An image with as much in it as the readers of each part let through does not
// take long.
func TestHostileSize(t *testing.T) {
	t.Parallel()
	var file strings.Builder
	file.WriteString("FROM gcr.io/base/image:1 AS s0\n")
	for i := range 900 {
		fmt.Fprintf(&file, "FROM s%d AS s%d\n%sCOPY --from=gcr.io/base/image:%d a b\n", i, i+1, strings.Repeat(fmt.Sprintf("RUN %d\n", i), 15), i)
	}
	max := predicate(nil)
	max["buildDefinition"].(map[string]any)["internalParameters"] = map[string]any{"buildConfig": map[string]any{"llbDefinition": []any{map[string]any{"id": "step0"}}}}
	max["runDetails"] = map[string]any{"metadata": map[string]any{"buildkit_metadata": map[string]any{
		"source": map[string]any{"infos": []any{map[string]any{"language": "Dockerfile", "filename": "Dockerfile", "data": []byte(file.String())}}},
	}}}
	var materials []map[string]any
	for i := range 9000 {
		materials = append(materials, material(fmt.Sprintf("pkg:docker/evil.example/app@%d", i), digest("x")))
	}
	s := spec{ref: "gcr.io/app/image:1", statements: []string{statement(max), statement(predicate(nil, materials...)), strings.Repeat("[", 1<<20)}}
	for i := range 1000 {
		s.layers += fmt.Sprintf(" layer-%d", i)
		s.history = append(s.history, fmt.Sprintf("RUN %d # buildkit", i))
	}
	start := time.Now()
	r, err := Of(context.Background(), s.image(), strict{t}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("it took %s", took)
	}
	if !slices.ContainsFunc(r.Lineage.Notes, func(n string) bool { return strings.Contains(n, "lines are those of the Dockerfile in the provenance") }) {
		t.Errorf("the Dockerfile in the provenance was not read: %q", r.Lineage.Notes)
	}
	if len(r.Lineage.Hints) > 20*maxHints || len(r.Lineage.Builders) > maxBuilders {
		t.Errorf("%d hints, %d builders", len(r.Lineage.Hints), len(r.Lineage.Builders))
	}
}

// The address at which clouds serve credentials is not asked even when the
// Dockerfile names it, which a pull request can do; a local registry is.
func TestLinkLocal(t *testing.T) {
	t.Parallel()
	base := debian("debian-12.1")
	base.Ref = "localhost:5000/debian:12"
	for host, asked := range map[string]bool{"169.254.169.254": false, "169.254.169.254:80": false, "localhost:5000": true} {
		find := nobody(t)
		if asked {
			find = newFake(t, base)
		}
		file := strings.Replace(appDockerfile, "debian:12", host+"/debian:12", 1)
		r, err := Of(context.Background(), app("debian-12.1", nil), find, Options{Dockerfile: []byte(file), DockerfileName: "Dockerfile", CheckTags: true})
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Lineage.Bases[0].Confidence == finding.Proven; got != asked {
			t.Errorf("%s: proven is %v, want %v", host, got, asked)
		}
	}
}

// Build arguments in a provenance must not turn a Dockerfile's FROM into a
// permission to ask any host.
func TestArgumentsNameNoHosts(t *testing.T) {
	t.Parallel()
	img := app("debian-12.1", func(s *spec) {
		s.statements = []string{statement(predicate(map[string]string{"build-arg:REGISTRY": "evil.example"}, material("pkg:docker/evil.example/debian@12", digest("x"))))}
	})
	file := strings.Replace("ARG REGISTRY=docker.io/library\n"+appDockerfile, "debian:12", "${REGISTRY}/debian:12", 1)
	r, err := Of(context.Background(), img, nobody(t), Options{Dockerfile: []byte(file), DockerfileName: "Dockerfile", CheckTags: true})
	if err != nil {
		t.Fatal(err)
	}
	if h := r.Lineage.Hints[0]; h.Used || !strings.Contains(h.Why, "evil.example") {
		t.Errorf("hint %+v", h)
	}
}

// FuzzOf holds the promise that an image reaches no host that others did not name,
// and that nothing in it makes the search panic.
func FuzzOf(f *testing.F) {
	f.Add("debian:12", "", "FROM evil.example/x:1", `{"runImage":{"image":"x","topLayer":"y"}}`, "{}")
	f.Add("169.254.169.254/x", digest("x"), "FROM localhost:5000/x", `{"buildpacks":[{"layers":{"a":{"sha":"b"}}}]}`, statement(predicate(nil, material("pkg:docker/evil.example/x@1", digest("x")))))
	f.Add("GCR.IO/x", "sha256:", "FROM gcr.io:443/x@"+digest("x"), `[]`, "")
	f.Fuzz(func(t *testing.T, name, sum, comment, label, statement string) {
		img := spec{
			layers: "a b", history: []string{"@" + strings.ReplaceAll(comment, "@", "") + "@x", "y"},
			annotations: map[string]string{baseName: name, baseDigest: sum},
			labels:      map[string]string{baseName: name, buildpacksLabel: label},
			statements:  []string{statement},
		}.image()
		r, err := Of(context.Background(), img, strict{t}, Options{Hosts: []string{"gcr.io"}})
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range r.Lineage.Hints {
			if len(h.Ref) > 4*maxRef+4 || strings.ContainsAny(h.Ref+h.Digest+h.Why, "\n\x1b") {
				t.Errorf("hint %+v", h)
			}
		}
	})
}

// strict answers nothing and fails on any registry but gcr.io.
type strict struct{ t testing.TB }

func (s strict) Describe(_ context.Context, ref, _ string) (Image, error) {
	s.check(ref)
	return Image{}, ErrNotFound
}

func (s strict) Head(_ context.Context, ref string) (string, error) {
	s.check(ref)
	return "", ErrNotFound
}

func (s strict) check(ref string) {
	u, err := url.Parse("https://" + ref)
	if err != nil || u.Host != "gcr.io" || u.User != nil {
		s.t.Errorf("a request for %q", ref)
	}
}
