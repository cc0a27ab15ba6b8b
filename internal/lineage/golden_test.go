package lineage

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// scenario is one image, what is known about its build, and a registry.
type scenario struct {
	img  Image
	opts Options
	find *fake
}

// scenarios are the cases of the design, one golden file each.
func scenarios(t *testing.T) map[string]scenario {
	base, moved := debian("debian-12.1"), debian("debian-12.2")
	repo := func(dockerfile string) Options {
		return Options{Dockerfile: []byte(dockerfile), DockerfileName: "Dockerfile"}
	}
	checked := func(o Options) Options {
		o.CheckTags = true
		return o
	}
	onBase := func(s *spec) {
		s.statements = []string{statement(predicate(nil, material("pkg:docker/debian@12?platform=linux%2Famd64", base.IndexDigest)))}
	}
	s := make(map[string]scenario)

	// The image says nothing and nobody else does: nothing is asked for.
	s["no hints"] = scenario{img: app("debian-12.1", nil), find: newFake(t)}

	s["dockerfile proven"] = scenario{app("debian-12.1", nil), checked(repo(appDockerfile)), newFake(t, base)}

	// FROM debian:12 was rebuilt since, and the provenance knows the digest of then.
	find := newFake(t, moved)
	find.byDigest(base)
	s["tag moved, provenance"] = scenario{app("debian-12.1", onBase), checked(repo(appDockerfile)), find}

	// The same without provenance: the history tells where the base ends.
	s["tag moved, no provenance"] = scenario{app("debian-12.1", nil), checked(repo(appDockerfile)), newFake(t, moved)}

	find = newFake(t, moved)
	find.errors["debian@"+base.IndexDigest] = fmt.Errorf("asking: %w", ErrNotFound)
	s["base collected"] = scenario{app("debian-12.1", onBase), checked(repo(appDockerfile)), find}

	find = newFake(t)
	find.errors["ghcr.io/acme/private:1"] = fmt.Errorf("asking: %w", ErrDenied)
	find.errors["HEAD ghcr.io/acme/private:1"] = fmt.Errorf("asking: %w", ErrDenied)
	s["private base"] = scenario{app("debian-12.1", nil), checked(repo(strings.Replace(appDockerfile, "debian:12", "ghcr.io/acme/private:1", 1))), find}

	// A base of a base, through the annotations that builders write; the second
	// registry is named by the configuration only.
	acme := spec{
		ref: "ghcr.io/acme/base:3", layers: "debian-12.1 certs",
		history:     append(slices.Clone(debianHistory), `RUN /bin/sh -c update-ca-certificates # buildkit`),
		annotations: map[string]string{baseName: "docker.io/library/debian:12", baseDigest: base.Digest, "org.opencontainers.image.vendor": "Acme\nPlatform"},
	}.image()
	onAcme := func(s *spec) {
		s.layers, s.history = "debian-12.1 certs curl app", slices.Concat(historyOf(acme), appHistory)
	}
	acmeFile := strings.Replace(appDockerfile, "debian:12", "ghcr.io/acme/base:3", 1)
	opts := checked(repo(acmeFile))
	opts.Hosts = []string{"docker.io"}
	s["base of a base"] = scenario{app("", onAcme), opts, newFake(t, base, acme)}
	s["base of a base, registry not named"] = scenario{app("", onAcme), repo(acmeFile), newFake(t, acme)}

	// The Dockerfile's base is private and what it stands on is proven.
	find = newFake(t, base)
	find.errors["ghcr.io/acme/base:3"] = ErrDenied
	opts = repo(acmeFile)
	opts.Bases = []string{"debian:12"}
	s["declared above proven"] = scenario{app("", onAcme), opts, find}

	// A label that the base carries as well is about the base's base.
	labelled := spec{ref: "ghcr.io/acme/base:3", layers: "debian-12.1 certs", history: historyOf(acme), labels: map[string]string{baseName: "debian:12"}}.image()
	opts = repo(acmeFile)
	opts.Hosts = []string{"docker.io"}
	s["inherited label"] = scenario{app("", func(s *spec) { onAcme(s); s.labels = map[string]string{baseName: "debian:12"} }), opts, newFake(t, base, labelled)}

	dated := base
	dated.Ref = "debian:12-20230814"
	s["aliases"] = scenario{app("debian-12.1", func(s *spec) {
		s.annotations = map[string]string{baseName: "docker.io/library/debian:12-20230814"}
	}), repo(appDockerfile), newFake(t, base, dated)}

	s["only metadata added"] = scenario{
		spec{ref: "ghcr.io/acme/app:1", layers: "debian-12.1", history: append(slices.Clone(debianHistory), `-CMD ["/app"]`)}.image(),
		repo("FROM debian:12\nCMD [\"/app\"]\n"), newFake(t, base),
	}

	// One layer where the Dockerfile makes two, and a base that is not below.
	s["squashed"] = scenario{app("", func(s *spec) {
		onBase(s)
		s.layers, s.history = "all", []string{`-COPY app /app # buildkit`, `@merge sha256:1 to sha256:2@`}
	}), checked(repo(appDockerfile)), newFake(t, base)}

	static := "FROM golang:1.22 AS build\nRUN go build -o /app\n\nFROM scratch\nCOPY --from=build /app /app\nENTRYPOINT [\"/app\"]\n"
	s["from scratch"] = scenario{
		spec{ref: "ghcr.io/acme/app:1", layers: "app", history: []string{`@buildkit.dockerfile.v0@COPY /app /app # buildkit`, `-@buildkit.dockerfile.v0@ENTRYPOINT ["/app"]`}}.image(),
		repo(static), newFake(t),
	}

	distroless := spec{ref: "gcr.io/distroless/static:nonroot", layers: "tz certs", history: []string{"bazel build @//common:tz", "bazel build @//common:certs"}}.image()
	s["multi-stage"] = scenario{
		spec{
			ref: "ghcr.io/acme/app:1", layers: "tz certs app",
			history: []string{"bazel build @//common:tz", "bazel build @//common:certs", `@buildkit.dockerfile.v0@COPY /app /app # buildkit`, `-@buildkit.dockerfile.v0@ENTRYPOINT ["/app"]`},
			statements: []string{statement(predicate(nil,
				material("pkg:docker/docker/dockerfile@1", digest("frontend")),
				material("pkg:docker/gcr.io/distroless/static@nonroot?platform=linux%2Famd64", distroless.IndexDigest),
				material("pkg:docker/golang@1.22?platform=linux%2Famd64", digest("golang")),
				material("pkg:docker/tonistiigi/xx@1.4.0?platform=linux%2Farm64", digest("xx"))))},
		}.image(),
		repo("# syntax=docker/dockerfile:1\nFROM golang:1.22 AS build\nCOPY --from=tonistiigi/xx:1.4.0 / /\nRUN go build -o /app\n\nFROM gcr.io/distroless/static:nonroot\nCOPY --from=build /app /app\nENTRYPOINT [\"/app\"]\n"),
		newFake(t, distroless),
	}

	s["from a stage"] = scenario{
		app("debian-12.1", nil),
		repo("FROM debian:12 AS tools\nRUN apt-get update && apt-get install -y curl\n\nFROM tools\nCOPY app /app\nCMD [\"/app\"]\n"),
		newFake(t, base),
	}

	trigger := spec{ref: "ghcr.io/acme/onbuild:1", layers: "debian-12.1", history: debianHistory, onBuild: []string{"COPY . /src", "RUN make"}}.image()
	s["onbuild"] = scenario{
		spec{ref: "ghcr.io/acme/app:1", layers: "debian-12.1 src made app", history: slices.Concat(debianHistory, []string{
			`@buildkit.dockerfile.v0@COPY . /src # buildkit`,
			`@buildkit.dockerfile.v0@RUN /bin/sh -c make # buildkit`,
			`@buildkit.dockerfile.v0@COPY app /app # buildkit`,
		})}.image(),
		repo("FROM ghcr.io/acme/onbuild:1\nCOPY app /app\n"), newFake(t, trigger),
	}

	// Buildpacks say where their run image ends, whatever may be asked.
	s["buildpacks"] = scenario{spec{
		ref: "ghcr.io/acme/app:1", layers: "run-1 run-2 jre app launcher", history: []string{"", "", "", "", ""},
		labels: map[string]string{buildpacksLabel: `{"runImage":{"topLayer":"` + digest("run-2") + `","image":"docker.io/paketobuildpacks/run-jammy-base:latest","reference":"docker.io/paketobuildpacks/run-jammy-base@` + digest("run") + `"},` +
			`"app":[{"sha":"` + digest("app") + `"}],"launcher":{"sha":"` + digest("launcher") + `"},` +
			`"buildpacks":[{"key":"paketo-buildpacks/bellsoft-liberica","version":"10.4.2","layers":{"jre":{"sha":"` + digest("jre") + `"}}}]}`},
	}.image(), Options{CheckTags: true}, newFake(t)}

	// buildah leaves the short name out of the annotation and writes the long one
	// into the history.
	find = newFake(t)
	find.byDigest(base)
	s["buildah"] = scenario{spec{
		ref: "ghcr.io/acme/app:1", layers: "debian-12.1 app",
		history:     append(slices.Clone(debianHistory), `@FROM docker.io/library/debian:12@/bin/sh -c #(nop) COPY file:1 in /app `),
		annotations: map[string]string{baseName: "", baseDigest: base.Digest},
	}.image(), Options{Hosts: []string{"docker.io"}}, find}

	s["apko"] = scenario{spec{ref: "cgr.dev/acme/static:latest", layers: "all", history: []string{"@This is an apko single-layer image@apko"}}.image(), Options{}, newFake(t)}

	koBase := spec{ref: "cgr.dev/acme/static:latest", layers: "all", history: []string{"@This is an apko single-layer image@apko"}}.image()
	s["ko"] = scenario{spec{
		ref: "ghcr.io/acme/app:1", layers: "all kodata app",
		history:     []string{"@This is an apko single-layer image@apko", "@kodata contents@ko build ko://example.org/app", "@go build output@ko build ko://example.org/app"},
		annotations: map[string]string{baseName: koBase.Ref, baseDigest: koBase.Digest},
		listed:      map[string]string{baseName: koBase.Ref, baseDigest: koBase.IndexDigest},
	}.image(), Options{Hosts: []string{"cgr.dev"}}, newFake(t, koBase)}

	s["same layer twice"] = scenario{
		spec{ref: "ghcr.io/acme/app:1", layers: "debian-12.1 empty app empty", history: slices.Concat(debianHistory, []string{
			`WORKDIR /app`, `COPY app /app # buildkit`, `WORKDIR /data`,
		})}.image(),
		repo("FROM debian:12\nWORKDIR /app\nCOPY app /app\nWORKDIR /data\n"), newFake(t, base),
	}

	s["other dockerfile"] = scenario{
		app("debian-12.1", nil),
		repo("FROM debian:12\nRUN make\nENV A=b\nRUN make install\nCOPY x /x\nCOPY y /y\nUSER app\n"), newFake(t, base),
	}

	// The annotation names a base by its digest and the layers are others.
	find = newFake(t)
	find.byDigest(base)
	s["lying annotation"] = scenario{spec{
		ref: "ghcr.io/acme/app:1", layers: "evil app", history: []string{"RUN evil", "COPY app /app"},
		annotations: map[string]string{baseName: "debian:12", baseDigest: base.Digest},
	}.image(), Options{Hosts: []string{"docker.io"}}, find}

	// Where the base ends is guessed, which the result says.
	s["guess"] = scenario{app("debian-12.1", nil), Options{Bases: []string{"debian:12"}}, newFake(t, moved)}

	s["history does not count"] = scenario{app("debian-12.1", func(s *spec) { s.history = s.history[:2] }), repo(appDockerfile), newFake(t, base)}

	// The build record completes what the Dockerfile leaves open.
	s["build arguments"] = scenario{app("debian-12.1", func(s *spec) {
		s.statements = []string{statement(predicate(map[string]string{"build-arg:RELEASE": "12", "target": "prod"}, material("pkg:docker/debian@12?platform=linux%2Famd64", base.IndexDigest)))}
	}), func() Options {
		o := repo("ARG RELEASE\nFROM debian:${RELEASE} AS prod\nRUN apt-get update && apt-get install -y curl\nCOPY app /app\nCMD [\"/app\"]\nFROM prod AS debug\nRUN apt-get install -y gdb\n")
		o.Hosts = []string{"docker.io"}
		return o
	}(), newFake(t, base)}

	s["build metadata"] = scenario{app("debian-12.1", nil), func() Options {
		o := repo(appDockerfile)
		o.MetadataName = "metadata.json"
		o.Metadata = []byte(`{"buildx.build.provenance":{"buildType":"https://mobyproject.org/buildkit@v1","materials":[{"uri":"pkg:docker/debian@12?platform=linux%2Famd64","digest":{"sha256":"` + strings.TrimPrefix(base.IndexDigest, "sha256:") + `"}}],"invocation":{"parameters":{"frontend":"dockerfile.v0"}}},"containerimage.config.digest":"` + app("debian-12.1", nil).ID + `"}`)
		return o
	}(), newFake(t, base)}

	// A tag of Node 18 on a digest of Node 20.
	node := spec{ref: "node:18", layers: "debian-12.1 node", history: slices.Concat(debianHistory, []string{"RUN install node", `-CMD ["node"]`}), env: []string{"NODE_VERSION=20.11.0"}}.image()
	s["wrong pin"] = scenario{
		spec{ref: "ghcr.io/acme/app:1", layers: "debian-12.1 node app", history: slices.Concat(debianHistory, []string{"RUN install node", `-CMD ["node"]`, `COPY app /app # buildkit`})}.image(),
		checked(repo("FROM node:18@" + node.IndexDigest + "\nCOPY app /app\n")), newFake(t, node),
	}

	// buildah makes one layer of a Dockerfile unless it is told otherwise, and kaniko
	// of a build with --single-snapshot.
	s["one layer, buildah"] = scenario{spec{
		ref: "ghcr.io/acme/app:1", layers: "debian-12.1 all",
		history: append(slices.Clone(debianHistory),
			`-@FROM docker.io/library/debian:12@/bin/sh -c apt-get update && apt-get install -y curl`,
			`-/bin/sh -c #(nop) COPY file:1 in /app `, `/bin/sh -c #(nop) CMD ["/app"]`),
		labels: map[string]string{"io.buildah.version": "1.37.0"},
	}.image(), repo(appDockerfile), newFake(t, base)}

	s["one layer, kaniko"] = scenario{spec{
		ref: "ghcr.io/acme/app:1", layers: "debian-12.1 all", author: "kaniko",
		history: append(slices.Clone(debianHistory), `CMD ["/app"]`),
	}.image(), repo(appDockerfile), newFake(t, base)}

	// A way to squash: the files of a stage, copied as a whole.
	s["copied as a whole"] = scenario{
		spec{ref: "ghcr.io/acme/app:1", layers: "all", history: []string{`@buildkit.dockerfile.v0@COPY / / # buildkit`, `-@buildkit.dockerfile.v0@CMD ["/app"]`}}.image(),
		repo("FROM debian:12 AS build\nRUN make\n\nFROM scratch\nCOPY --from=build / /\nCMD [\"/app\"]\n"), newFake(t, base),
	}

	s["other dockerfile, from scratch"] = scenario{app("debian-12.1", nil), repo(static), newFake(t)}

	// A pull-through mirror that does not answer, and the user who knows better.
	find = newFake(t, base)
	find.errors["mirror.example/library/debian:12"] = fmt.Errorf("dial tcp: connection refused")
	opts = repo(strings.Replace(appDockerfile, "debian:12", "mirror.example/library/debian:12", 1))
	opts.Bases = []string{"debian:12"}
	s["mirror"] = scenario{app("debian-12.1", nil), opts, find}

	opts = repo("ARG BASE\n" + strings.Replace(appDockerfile, "debian:12", "$BASE", 1))
	opts.Hosts = []string{"docker.io"}
	s["argument without a value"] = scenario{app("debian-12.1", func(s *spec) {
		s.annotations = map[string]string{baseName: "debian:12", baseDigest: base.Digest}
	}), opts, newFake(t, base)}

	opts = repo(appDockerfile)
	opts.Contexts = map[string]string{"debian:12": "docker-image://ghcr.io/acme/hardened:12"}
	hardened := base
	hardened.Ref = "ghcr.io/acme/hardened:12"
	s["named context"] = scenario{app("debian-12.1", nil), opts, newFake(t, hardened)}

	// Without a Dockerfile nothing says which of several images is the base.
	find = newFake(t)
	for _, word := range []string{"debian", "golang"} {
		find.errors[word+"@"+digest(word)] = ErrNotFound
	}
	s["several materials"] = scenario{app("debian-12.1", func(s *spec) {
		s.statements = []string{statement(predicate(nil, material("pkg:docker/debian@12", digest("debian")), material("pkg:docker/golang@1.22", digest("golang"))))}
	}), Options{Hosts: []string{"docker.io"}}, find}

	// The same tag for two platforms: only ours is below.
	s["two platforms"] = scenario{app("debian-12.1", func(s *spec) {
		s.statements = []string{statement(predicate(nil,
			material("pkg:docker/debian@12?platform=linux%2Farm64", digest("arm")),
			material("pkg:docker/debian@12?platform=linux%2Famd64", base.IndexDigest)))}
	}), Options{Hosts: []string{"docker.io"}}, newFake(t, base)}

	s["provenance without images"] = scenario{spec{ref: "ghcr.io/acme/app:1", layers: "app", statements: []string{
		statement(predicate(nil, material("https://github.com/acme/app.git#refs/heads/main", digest("git")))),
	}}.image(), Options{}, newFake(t)}

	s["metadata of another image"] = scenario{app("debian-12.1", nil), Options{
		MetadataName: "metadata.json",
		Metadata:     []byte(`{"buildx.build.provenance":{"materials":[{"uri":"pkg:docker/debian@12","digest":{"sha256":"` + strings.TrimPrefix(base.IndexDigest, "sha256:") + `"}}]},"containerimage.config.digest":"` + digest("other") + `"}`),
	}, newFake(t)}

	// Each base names the other, which is nobody's base.
	one := spec{ref: "ghcr.io/acme/a:1", layers: "debian-12.1 certs", history: historyOf(acme), annotations: map[string]string{baseName: "ghcr.io/acme/b:1"}}.image()
	two := spec{ref: "ghcr.io/acme/b:1", layers: "debian-12.1", history: debianHistory, annotations: map[string]string{baseName: "ghcr.io/acme/a:1"}}.image()
	s["cycle"] = scenario{app("", onAcme), repo(strings.Replace(appDockerfile, "debian:12", "ghcr.io/acme/a:1", 1)), newFake(t, one, two)}

	// What an image says is printed without what moves a cursor, and not followed.
	s["hostile hosts"] = scenario{app("debian-12.1", func(s *spec) {
		s.annotations = map[string]string{baseName: "169.254.169.254/latest/meta-data:1"}
		s.listed = map[string]string{baseName: "localhost:5000/app\x1b[31m"}
		s.labels = map[string]string{baseName: "user@evil.example/app"}
		s.history = slices.Concat(debianHistory, []string{"@FROM evil.example/app:1@RUN |1 TOKEN=hunter2 /bin/sh -c true # buildkit"}, appHistory[1:])
		s.statements = []string{"{", statement(predicate(nil,
			material("pkg:docker/10.0.0.5/app@1", digest("a")),
			material("pkg:docker/registry.local/app@1", digest("a")),
			material("pkg:docker/gcr.io%3A8443/app@1", digest("a")),
			material("pkg:docker/UPPER/x@1", digest("a")),
			material("pkg:docker/g%D1%81r.io/app@1", digest("a"))))}
	}), repo("FROM gcr.io/acme/base:1\n"), func() *fake {
		f := newFake(t)
		f.errors["gcr.io/acme/base:1"] = ErrNotFound
		return f
	}()}
	return s
}

// historyOf is the history of an image as the words of a spec.
func historyOf(img Image) []string {
	var lines []string
	for _, h := range img.Config.History {
		line := h.CreatedBy
		if h.EmptyLayer {
			line = "-" + line
		}
		lines = append(lines, line)
	}
	return lines
}

func TestGolden(t *testing.T) {
	t.Parallel()
	for name, s := range scenarios(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s.find.t = t
			r, err := Of(context.Background(), s.img, s.find, s.opts)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := len(r.Layers), len(s.img.Config.RootFS.DiffIDs); got != want {
				t.Errorf("%d layers, want %d", got, want)
			}
			got := dump(r, s.find.calls)
			file := filepath.Join("testdata", strings.ReplaceAll(strings.ReplaceAll(name, ",", ""), " ", "-")+".golden")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s differs (-want +got):\n%s", file, diff)
			}
			s.find.calls = nil
			again, err := Of(context.Background(), s.img, s.find, s.opts)
			if err != nil || dump(again, s.find.calls) != got {
				t.Errorf("the second run gave another result (%v)", err)
			}
		})
	}
}
