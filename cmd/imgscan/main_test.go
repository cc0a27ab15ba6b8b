package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/org/imgscan-action/internal/imagetest"
	"github.com/org/imgscan-action/internal/vulndb"
)

var update = flag.Bool("update", false, "rewrite the scripts in testdata/script with what the commands print")

// now is the clock of every script, so that reports are the same every day.
var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"imgscan": main})
}

// TestScripts runs the command line as a user types it. Every script finds
//
//	$DB        a database built from testdata/advisories
//	$ALPINE    a real Alpine 3.10 image, a docker-save tar compressed with gzip
//	$NOW       the clock to give to --now
//	$REGISTRY  the host of a registry in memory, empty at first
//	$ROOT      the root of the repository
//
// and the commands envsubst, exits, mkimage, registry, daemon, pushdb, shown,
// truncate and valid, described at their functions.
func TestScripts(t *testing.T) {
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	alpine := imagetest.ModuleFile(t, "github.com/aquasecurity/trivy", "pkg/fanal/test/testdata/alpine-310.tar.gz")
	db := filepath.Join(t.TempDir(), "db")
	if _, err := vulndb.Build(t.Context(), vulndb.BuildOptions{
		OSV: []string{filepath.Join(root, "testdata", "advisories", "osv")},
		NVD: []string{filepath.Join(root, "testdata", "advisories", "nvd")},
		Out: db,
		Now: now.Add(-24 * time.Hour),
	}); err != nil {
		t.Fatal(err)
	}

	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join(root, "testdata", "script"),
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			reg := imagetest.StartRegistry()
			env.Defer(reg.Close)
			env.Values["registry"] = reg
			env.Setenv("REGISTRY", reg.Host)
			env.Setenv("ALPINE", alpine)
			env.Setenv("DB", db)
			env.Setenv("NOW", now.Format(time.RFC3339))
			env.Setenv("ROOT", root)
			env.Setenv("HOME", filepath.Join(env.WorkDir, "home"))
			env.Setenv("DOCKER_HOST", "unix://"+filepath.Join(env.WorkDir, "no-daemon.sock"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"envsubst": envsubst,
			"exits":    exits,
			"mkimage":  mkimage,
			"registry": registryCmd,
			"daemon":   daemon,
			"pushdb":   pushdb,
			"shown":    shown,
			"truncate": truncate,
			"valid":    valid,
		},
	})
}

// envsubst replaces variables in files:
//
//	envsubst config.yaml
func envsubst(ts *testscript.TestScript, neg bool, args []string) {
	for _, file := range args {
		text := os.Expand(ts.ReadFile(file), ts.Getenv)
		ts.Check(os.WriteFile(ts.MkAbs(file), []byte(text), 0o666))
	}
}

// exits runs a command and wants its exit code:
//
//	exits 1 imgscan scan app.tar
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARG...]")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := 0
	if exit, ok := err.(interface{ ExitCode() int }); ok {
		code = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("running %s: %v", args[1], err)
	}
	if fmt.Sprint(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

// mkimage builds an image from a folder that holds a folder for each layer, in
// the order of their names, and may hold files "image", "history" and
// "attestation" (see package imagetest). The base that an image names is another
// such folder. Pushing sets $PUSHED to the reference by digest and $PUSHED_SHA256
// to the digits of the digest; an image with an attestation or a "listed:" is
// pushed in an index of its own:
//
//	mkimage docker-archive app app.tar [TAG]
//	mkimage docker-archive-legacy app app.tar [TAG]
//	mkimage oci-archive app app.tar [TAG]
//	mkimage oci-dir app layout [TAG]
//	mkimage push app acme/app:1
//	mkimage push-index acme/app:1 amd64-app arm64-app...
func mkimage(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: mkimage KIND DIR OUT [TAG]")
	}
	ctx := context.Background()
	if args[0] == "push-index" {
		images := make([]*imagetest.Image, 0, len(args)-2)
		for _, dir := range args[2:] {
			images = append(images, describedIn(ts, dir))
		}
		index, err := imagetest.BuildIndex(images...)
		ts.Check(err)
		push(ctx, ts, args[1], index)
		return
	}
	tag := ""
	if len(args) > 3 {
		tag = args[3]
	}
	image, out := fromFolder(ts, args[1], tag), args[2]
	published, err := describedIn(ts, args[1]).Published()
	ts.Check(err)
	switch args[0] {
	case "docker-archive":
		err = imagetest.WriteDockerArchive(ts.MkAbs(out), imagetest.Modern, image)
	case "docker-archive-legacy":
		err = imagetest.WriteDockerArchive(ts.MkAbs(out), imagetest.Legacy, image)
	case "oci-archive":
		err = imagetest.WriteOCIArchive(ts.MkAbs(out), imagetest.LayoutEntry{Tag: tag, Add: published})
	case "oci-dir":
		err = imagetest.WriteLayout(ts.MkAbs(out), imagetest.LayoutEntry{Tag: tag, Add: published})
	case "push":
		push(ctx, ts, out, published)
	default:
		ts.Fatalf("mkimage cannot make %q", args[0])
	}
	ts.Check(err)
}

func push(ctx context.Context, ts *testscript.TestScript, tag string, image mutate.Appendable) {
	ref, err := ts.Value("registry").(*imagetest.Registry).Push(ctx, tag, image)
	ts.Check(err)
	_, digits, _ := strings.Cut(ref, "@sha256:")
	ts.Setenv("PUSHED", ref)
	ts.Setenv("PUSHED_SHA256", digits)
}

// registryCmd changes how the registry behaves:
//
//	registry login USER PASSWORD
//	registry fail STATUS PATH-PART [TIMES]
//	registry corrupt PATH-PART
//	registry await             (waits for the first request)
func registryCmd(ts *testscript.TestScript, neg bool, args []string) {
	reg := ts.Value("registry").(*imagetest.Registry)
	switch {
	case len(args) == 3 && args[0] == "login":
		reg.RequireLogin(args[1], args[2])
	case len(args) >= 3 && args[0] == "fail":
		failure := imagetest.Failure{Contains: args[2]}
		_, err := fmt.Sscan(args[1], &failure.Status)
		ts.Check(err)
		if len(args) > 3 {
			_, err = fmt.Sscan(args[3], &failure.Times)
			ts.Check(err)
		}
		reg.Fail(failure)
	case len(args) == 1 && args[0] == "await":
		for len(reg.Requests()) == 0 {
			time.Sleep(time.Millisecond) // ended by the time limit of the test
		}
	case len(args) == 2 && args[0] == "corrupt":
		reg.Fail(imagetest.Failure{Contains: args[1], Corrupt: true})
	default:
		ts.Fatalf("usage: registry login USER PASSWORD | fail STATUS PATH-PART [TIMES] | corrupt PATH-PART | await")
	}
}

// daemon starts a pretended Docker daemon that holds one image, and points
// DOCKER_HOST at it:
//
//	daemon DIR TAG
func daemon(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: daemon DIR TAG")
	}
	// Not in the work folder: the path of a socket must be short.
	dir, err := os.MkdirTemp("", "d")
	ts.Check(err)
	d, err := imagetest.StartDaemon(dir, imagetest.Modern, fromFolder(ts, args[0], args[1]))
	ts.Check(err)
	ts.Defer(func() {
		err := d.Close()
		os.RemoveAll(dir)
		ts.Check(err)
	})
	ts.Setenv("DOCKER_HOST", d.Host)
}

// pushdb pushes $DB as trivy-db is published, an OCI artifact:
//
//	pushdb acme/trivy-db:2
func pushdb(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: pushdb REPOSITORY:TAG")
	}
	var blob bytes.Buffer
	compressed := gzip.NewWriter(&blob)
	archive := tar.NewWriter(compressed)
	ts.Check(archive.AddFS(os.DirFS(ts.Getenv("DB"))))
	ts.Check(archive.Close())
	ts.Check(compressed.Close())
	artifact, err := mutate.Append(mutate.MediaType(empty.Image, types.OCIManifestSchema1), mutate.Addendum{
		Layer: static.NewLayer(blob.Bytes(), "application/vnd.aquasec.trivy.db.layer.v1.tar+gzip"),
	})
	ts.Check(err)
	ref, err := ts.Value("registry").(*imagetest.Registry).Push(context.Background(), args[0], artifact)
	ts.Check(err)
	ts.Setenv("PUSHED", ref)
}

// shown wants the lines that a document shows to be among the lines of a file, in
// the same order. The document's lines are those from the first that begins like
// the file up to the next line of three backquotes; "…" stands for the rest of a
// line or for lines left out, and lines that begin with one of the words given
// differ from run to run:
//
//	shown stdout $ROOT/README.md Database Scanned
func shown(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: shown FILE DOCUMENT [VARYING...]")
	}
	lines := strings.Split(ts.ReadFile(args[0]), "\n")
	_, block, found := strings.Cut(ts.ReadFile(args[1]), "\n"+lines[0]+"\n")
	block, _, closed := strings.Cut(block, "\n```\n")
	if !found || !closed {
		ts.Fatalf("%s does not show %q", args[1], lines[0])
	}
	for want := range strings.SplitSeq(block, "\n") {
		word, _, _ := strings.Cut(want, " ")
		if slices.Contains(args[2:], word) || strings.TrimSpace(want) == "…" {
			continue
		}
		start, cut := strings.CutSuffix(want, "…")
		i := slices.IndexFunc(lines, func(line string) bool { return line == want || cut && strings.HasPrefix(line, start) })
		if i < 0 {
			ts.Fatalf("%s shows a line that was not printed, or not in this place:\n%s", args[1], want)
		}
		lines = lines[i+1:]
	}
}

// truncate copies the first bytes of a file:
//
//	truncate FROM TO BYTES
func truncate(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: truncate FROM TO BYTES")
	}
	n, err := strconv.Atoi(args[2])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(ts.ReadFile(args[0]))[:n], 0o666))
}

// valid wants a JSON file to fit a JSON Schema:
//
//	valid schema.json report.json
func valid(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: valid SCHEMA FILE")
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	schema, err := jsonschema.UnmarshalJSON(strings.NewReader(ts.ReadFile(args[0])))
	ts.Check(err)
	ts.Check(compiler.AddResource("schema.json", schema))
	compiled, err := compiler.Compile("schema.json")
	ts.Check(err)
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(ts.ReadFile(args[1])))
	ts.Check(err)
	ts.Check(compiled.Validate(document))
}

// fromFolder builds the image that a folder describes.
func fromFolder(ts *testscript.TestScript, dir, tag string) imagetest.Tagged {
	image, err := describedIn(ts, dir).Build()
	ts.Check(err)
	if tag != "" && !strings.Contains(tag, ":") {
		tag += ":latest"
	}
	return imagetest.Tagged{Ref: tag, Image: image}
}

// describedIn is the image that a folder describes, on its base.
func describedIn(ts *testscript.TestScript, dir string) *imagetest.Image {
	var text bytes.Buffer
	base := ts.MkAbs(dir)
	ts.Check(filepath.WalkDir(base, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(base, path)
		if err != nil {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		fmt.Fprintf(&text, "-- %s --\n%s", filepath.ToSlash(rel), content)
		return nil
	}))
	image, err := imagetest.Parse(text.Bytes())
	ts.Check(err)
	if image.From != "" {
		image.Base = describedIn(ts, image.From)
	}
	return image
}
