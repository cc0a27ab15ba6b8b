package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
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
			"INPUT_IMAGE="+imagetest.ModuleFile(t, "github.com/aquasecurity/trivy", "pkg/fanal/test/testdata/alpine-310.tar.gz"),
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

	t.Run("what GitHub refuses changes no verdict", func(t *testing.T) {
		s := server(t)
		s.Deny("security-events")
		s.Deny("pull-requests")
		code, log := action(t, s, "INPUT_MODE=observe")
		if code != cli.ExitPass {
			t.Errorf("exit code %d, want %d", code, cli.ExitPass)
		}
		for _, place := range []string{"code scanning: ", "the comment on the pull request: "} {
			if !strings.Contains(log, place) {
				t.Errorf("the log does not say why there is nothing in %q:\n%s", place, log)
			}
		}
	})
}
