package cli_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/org/imgscan-action/internal/cli"
	"github.com/org/imgscan-action/internal/githubtest"
	"github.com/org/imgscan-action/internal/imagetest"
	"github.com/org/imgscan-action/internal/vulndb"
)

// TestActionOnGitHub runs the action as the runner does on a pull request,
// against GitHub's own description of its API.
func TestActionOnGitHub(t *testing.T) {
	t.Parallel()
	work := t.TempDir()
	db := filepath.Join(work, "db")
	root := filepath.Join("..", "..", "testdata", "advisories")
	if _, err := vulndb.Build(t.Context(), vulndb.BuildOptions{
		OSV: []string{filepath.Join(root, "osv")},
		NVD: []string{filepath.Join(root, "nvd")},
		Out: db,
		Now: time.Now(),
	}); err != nil {
		t.Fatal(err)
	}
	base := filepath.Join(work, "base", ".imgscan")
	if err := os.MkdirAll(base, 0o755); err != nil {
		t.Fatal(err)
	}
	action := func(t *testing.T, s *githubtest.Server, inputs ...string) (code int, log string) {
		t.Helper()
		event, err := filepath.Abs(filepath.Join("..", "github", "testdata", "event", "pull_request.json"))
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		environ := append(s.Listen(),
			"HOME="+work,
			"DOCKER_HOST=unix://"+filepath.Join(work, "no-daemon"),
			"GITHUB_EVENT_NAME=pull_request",
			"GITHUB_EVENT_PATH="+event,
			"GITHUB_REF=refs/pull/42/merge",
			"GITHUB_SHA="+githubtest.SHA(42),
			"INPUT_GITHUB-TOKEN="+githubtest.Token,
			"INPUT_IMAGE="+alpine(t),
			"INPUT_DB="+db,
			"INPUT_POLICY-DIR="+filepath.Join(work, "base"),
			"INPUT_CACHE=false",
			"INPUT_UPLOAD-SARIF=true",
			"INPUT_COMMENT=true",
		)
		code = cli.Main(t.Context(), "1.2.3", []string{"action"}, cli.Env{
			Stdin:   strings.NewReader(""),
			Stdout:  &out,
			Stderr:  &out,
			Environ: append(environ, inputs...),
		})
		if strings.Contains(strings.ReplaceAll(out.String(), "::add-mask::"+githubtest.Token, ""), githubtest.Token) {
			t.Error("the token is in the log")
		}
		return code, out.String()
	}
	server := func(t *testing.T) *githubtest.Server {
		t.Helper()
		s := githubtest.New(t)
		s.AddPull(githubtest.Pull{Number: 42, HeadSHA: githubtest.SHA(41)})
		s.AddRef("refs/pull/42/merge", githubtest.SHA(42))
		return s
	}

	t.Run("alerts and a comment", func(t *testing.T) {
		s := server(t)
		if code, log := action(t, s); code != cli.ExitFail {
			t.Fatalf("exit code %d, want %d:\n%s", code, cli.ExitFail, log)
		}
		if got := len(s.Alerts()); got != 20 {
			t.Errorf("%d alerts, want one for each of 20 findings", got)
		}
		comments := s.Comments(42)
		if len(comments) != 1 || !strings.Contains(comments[0].Body, "CVE-2021-36159") {
			t.Errorf("comments %+v, want one that tells of CVE-2021-36159", comments)
		}
	})

	t.Run("compared with what main has stored", func(t *testing.T) {
		s := server(t)
		s.AddArtifact(githubtest.Artifact{Name: "imgscan-report", Branch: githubtest.DefaultBranch, Created: time.Now(), Content: zipped(t, storedReport(t, db))})
		// A fork's branch may be called main, too.
		s.AddArtifact(githubtest.Artifact{Name: "imgscan-report", Branch: githubtest.DefaultBranch, HeadRepoFork: true, Created: time.Now().Add(time.Minute), Content: []byte("{}")})
		code, log := action(t, s, "INPUT_COMMENT=false", "INPUT_UPLOAD-SARIF=false", "INPUT_OUTPUT=table", "INPUT_BASELINE-REPORT=artifact:imgscan-report", "INPUT_ONLY-INTRODUCED=true", "INPUT_ACCEPT-GAP=end-of-life-os")
		if code != cli.ExitPass {
			t.Errorf("exit code %d, want %d:\n%s", code, cli.ExitPass, log)
		}
		if !strings.Contains(log, "20 findings are not of this change") {
			t.Errorf("the log does not say that all findings were there before:\n%s", log)
		}
	})

	t.Run("main has stored nothing", func(t *testing.T) {
		s := server(t)
		code, log := action(t, s, "INPUT_COMMENT=false", "INPUT_UPLOAD-SARIF=false", "INPUT_OUTPUT=table", "INPUT_BASELINE-REPORT=artifact:imgscan-report", "INPUT_ONLY-INTRODUCED=true")
		if code != cli.ExitFail || !strings.Contains(log, "there is no stored report to compare with") {
			t.Errorf("exit code %d, want %d and the reason:\n%s", code, cli.ExitFail, log)
		}
	})

	t.Run("policy and vendors' documents of the base", func(t *testing.T) {
		s := server(t)
		const base = "f95f852bd8fca8fcc58a9a2d6c842781e32a215e" // of the event
		err := s.AddFiles(base, fstest.MapFS{
			".imgscan/config.yaml":         {Data: []byte("version: 1\npolicy:\n  accept-gaps: [end-of-life-os]\ntriage:\n  vex: [security/vex]\n  trust-vex: ['*@example.com']\n")},
			"security/vex/vendor.vex.json": {Data: []byte(openVEX)},
		})
		if err != nil {
			t.Fatal(err)
		}
		code, log := action(t, s, "INPUT_POLICY-DIR=", "INPUT_COMMENT=false", "INPUT_UPLOAD-SARIF=false", "INPUT_OUTPUT=table")
		if code != cli.ExitFail || !strings.Contains(log, "1 finding is decided and does not count") {
			t.Errorf("exit code %d, want %d and one decided finding:\n%s", code, cli.ExitFail, log)
		}
	})

	t.Run("policy and baseline elsewhere in the base", func(t *testing.T) {
		s := server(t)
		const base = "f95f852bd8fca8fcc58a9a2d6c842781e32a215e"
		files := fstest.MapFS{
			"ci/imgscan.yaml":            {Data: []byte("version: 1\npolicy:\n  fail-on: never\n  accept-gaps: [end-of-life-os]\nbaseline:\n  file: ci/known.json\ntriage:\n  vex-repositories: [vex/hub]\n")},
			"ci/known.json":              {Data: []byte(`{"version": 1, "created": "2026-01-01", "findings": []}`)},
			"vex/hub/index.json":         {Data: []byte(`{"packages": [{"id": "pkg:apk/alpine/apk-tools", "location": "pkg/apk-tools.json"}]}`)},
			"vex/hub/pkg/apk-tools.json": {Data: []byte(openVEX)},
		}
		for i := range 500 { // more than is read of a base: only what the image needs is
			files[fmt.Sprintf("vex/hub/pkg/%d.json", i)] = &fstest.MapFile{Data: []byte("{}")}
		}
		if err := s.AddFiles(base, files); err != nil {
			t.Fatal(err)
		}
		code, log := action(t, s, "INPUT_POLICY-DIR=", "INPUT_CONFIG=ci/imgscan.yaml", "INPUT_COMMENT=false", "INPUT_UPLOAD-SARIF=false", "INPUT_OUTPUT=table")
		if code != cli.ExitPass {
			t.Errorf("exit code %d, want %d:\n%s", code, cli.ExitPass, log)
		}
		if n := s.Count("git/get-blob"); n > 10 {
			t.Errorf("%d files were read", n)
		}
	})

	t.Run("the default branch is compared with nothing", func(t *testing.T) {
		s := server(t)
		event := filepath.Join(t.TempDir(), "event.json")
		if err := os.WriteFile(event, []byte(`{"repository": {"default_branch": "main"}}`), 0o600); err != nil {
			t.Fatal(err)
		}
		code, log := action(t, s, "GITHUB_EVENT_NAME=push", "GITHUB_EVENT_PATH="+event, "GITHUB_REF=refs/heads/main", "INPUT_COMMENT=false", "INPUT_UPLOAD-SARIF=false",
			"INPUT_OUTPUT=table", "INPUT_BASELINE-IMAGE="+alpine(t), "INPUT_ONLY-INTRODUCED=true")
		if code != cli.ExitFail || !strings.Contains(log, "this is the default branch") {
			t.Errorf("exit code %d, want %d and the reason:\n%s", code, cli.ExitFail, log)
		}
	})

	t.Run("alerts for another ref", func(t *testing.T) {
		s := server(t)
		s.AddRef("refs/heads/release", githubtest.SHA(9))
		if code, log := action(t, s, "INPUT_SARIF-REF=refs/heads/release"); code != cli.ExitUsage || !strings.Contains(log, "go together") {
			t.Errorf("exit code %d, want %d:\n%s", code, cli.ExitUsage, log)
		}
		if code, log := action(t, s, "INPUT_COMMENT=false", "INPUT_SARIF-REF=refs/heads/release", "INPUT_SARIF-SHA="+githubtest.SHA(9)); code != cli.ExitFail {
			t.Errorf("exit code %d, want %d:\n%s", code, cli.ExitFail, log)
		}
		for _, a := range s.State().Analyses {
			if a.Ref != "refs/heads/release" {
				t.Errorf("an analysis of %s", a.Ref)
			}
		}
	})

	t.Run("outputs that cannot be written change no failure", func(t *testing.T) {
		code, log := action(t, server(t), "INPUT_COMMENT=false", "INPUT_UPLOAD-SARIF=false", "GITHUB_OUTPUT="+work)
		if code != cli.ExitFail || !strings.Contains(log, "is a directory") {
			t.Errorf("exit code %d, want %d and the reason:\n%s", code, cli.ExitFail, log)
		}
	})

	t.Run("a stranger's change beside a token that may write", func(t *testing.T) {
		s := server(t)
		fork, err := filepath.Abs(filepath.Join("..", "github", "testdata", "event", "fork.json"))
		if err != nil {
			t.Fatal(err)
		}
		code, log := action(t, s, "GITHUB_EVENT_NAME=pull_request_target", "GITHUB_EVENT_PATH="+fork, "INPUT_IMAGE=docker:app:1")
		if code != cli.ExitUsage || !strings.Contains(log, "refusing to scan") {
			t.Errorf("exit code %d, want %d:\n%s", code, cli.ExitUsage, log)
		}
		if len(s.Requests()) > 0 {
			t.Errorf("requests %v before refusing", s.Requests())
		}
	})

	t.Run("what GitHub refuses changes no verdict", func(t *testing.T) {
		s := server(t)
		s.Deny("security-events")
		s.Deny("pull-requests")
		code, log := action(t, s, "INPUT_MODE=observe")
		if code != cli.ExitPass {
			t.Errorf("exit code %d, want %d", code, cli.ExitPass)
		}
		for _, place := range []string{"::notice title=imgscan%3A code scanning::", "::notice title=imgscan%3A the comment on the pull request::"} {
			if !strings.Contains(log, place) {
				t.Errorf("the log does not say why there is nothing in %q:\n%s", place, log)
			}
		}
	})
}

// zipped is a file as upload-artifact keeps it.
func zipped(t *testing.T, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	f, err := z.Create("imgscan-report.json")
	if err == nil {
		_, err = f.Write(content)
	}
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// storedReport is the report on the image that the tests scan.
func storedReport(t *testing.T, db string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.json")
	var log bytes.Buffer
	cli.Main(t.Context(), "1.2.3", []string{
		"scan", alpine(t), "--db", db, "--no-cache", "-q", "-o", "json=" + path,
	}, cli.Env{Stdin: strings.NewReader(""), Stdout: &log, Stderr: &log, Environ: []string{"HOME=" + t.TempDir()}})
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v:\n%s", err, &log)
	}
	return content
}

func alpine(t *testing.T) string {
	t.Helper()
	return imagetest.ModuleFile(t, "github.com/aquasecurity/trivy", "pkg/fanal/test/testdata/alpine-310.tar.gz")
}

const openVEX = `{
  "@context": "https://openvex.dev/ns/v0.2.0",
  "@id": "https://example.com/vex/1",
  "author": "security@example.com",
  "timestamp": "2026-01-01T00:00:00Z",
  "version": 1,
  "statements": [{
    "vulnerability": {"name": "CVE-2021-30139"},
    "products": [{"@id": "pkg:apk/alpine/apk-tools"}],
    "status": "not_affected",
    "justification": "vulnerable_code_not_in_execute_path"
  }]
}`
