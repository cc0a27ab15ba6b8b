package cli_test

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/org/imgscan-action/internal/cli"
	"github.com/org/imgscan-action/internal/imagetest"
	"github.com/org/imgscan-action/internal/vulndb"
)

// A job on a fresh machine reads only what no job before it has read, and its
// verdict is the same with the cache, without it and with one that is broken.
func TestActionRemembersLayers(t *testing.T) {
	reg := imagetest.NewRegistry(t)
	reg.MustPush(t, "app:1", imagetest.Must(t, "-- base/etc/alpine-release --\n3.10.2\n-- base/lib/apk/db/installed --\nP:musl\nV:1.1.22-r3\nA:x86_64\n\n-- app/srv/one --\n1\n"))
	reg.MustPush(t, "app:2", imagetest.Must(t, "-- base/etc/alpine-release --\n3.10.2\n-- base/lib/apk/db/installed --\nP:musl\nV:1.1.22-r3\nA:x86_64\n\n-- app/srv/two --\n2\n"))
	db := filepath.Join(t.TempDir(), "db")
	osv := filepath.Join("..", "..", "testdata", "advisories", "osv")
	if _, err := vulndb.Build(t.Context(), vulndb.BuildOptions{OSV: []string{osv}, Out: db}); err != nil {
		t.Fatal(err)
	}
	service := imagetest.NewActionsCache(t)

	// scan is one job: its verdict, the number of blobs that it fetched, and
	// its log.
	scan := func(tag string, environ ...string) (verdict string, fetched int, log string) {
		t.Helper()
		dir := t.TempDir()
		for _, file := range []string{"output", "summary"} {
			if err := os.WriteFile(filepath.Join(dir, file), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		var out bytes.Buffer
		before := len(reg.Requests())
		cli.Main(t.Context(), "test", []string{"action"}, cli.Env{
			Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out,
			Environ: append(append([]string{
				"GITHUB_ACTIONS=true",
				"GITHUB_OUTPUT=" + filepath.Join(dir, "output"),
				"GITHUB_STEP_SUMMARY=" + filepath.Join(dir, "summary"),
				"RUNNER_TEMP=" + dir,
				"HOME=" + dir,
				"INPUT_IMAGE=registry:" + reg.Host + "/app:" + tag,
				"INPUT_INSECURE=" + reg.Host,
				"INPUT_DB=" + db,
				"INPUT_OUTPUT=markdown=" + filepath.Join(dir, "report.md"),
				"INPUT_FAIL-ON=low",
			}, service.Environ()...), environ...),
		})
		content, err := os.ReadFile(filepath.Join(dir, "output"))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(content), "sha256:") {
			t.Fatalf("nothing was scanned:\n%s", out.String())
		}
		for _, r := range reg.Requests()[before:] {
			if r.Method == http.MethodGet && strings.Contains(r.Path, "/blobs/") {
				fetched++
			}
		}
		return verdictOf(string(content)), fetched, out.String()
	}

	cold, fetched, _ := scan("1", "INPUT_CACHE=false")
	if fetched != 3 || len(service.Keys()) != 0 {
		t.Fatalf("with cache: false %d blobs were fetched, and %q was saved", fetched, service.Keys())
	}
	for _, tt := range []struct {
		name, tag      string
		prepare        func()
		fetched, saved int // blobs, of which one is the configuration; entries in all
		says           string
	}{
		{name: "the first job", tag: "1", fetched: 3, saved: 1},
		{name: "the same image again", tag: "1", fetched: 1, saved: 1},
		{name: "another with the same base", tag: "2", fetched: 2, saved: 2},
		{
			name: "the service is down", tag: "1", fetched: 3, saved: 2,
			prepare: func() {
				service.Fail("GetCacheEntryDownloadURL", http.StatusServiceUnavailable)
				service.Fail("CreateCacheEntry", http.StatusServiceUnavailable)
			},
			says: "cache: asking GitHub's cache service",
		},
	} {
		if tt.prepare != nil {
			tt.prepare()
		}
		verdict, fetched, log := scan(tt.tag)
		if verdict != cold {
			t.Errorf("%s: the verdict is %q, and %q without a cache", tt.name, verdict, cold)
		}
		if fetched != tt.fetched || len(service.Keys()) != tt.saved {
			t.Errorf("%s: %d blobs were fetched, want %d; saved are %q, want %d\n%s", tt.name, fetched, tt.fetched, service.Keys(), tt.saved, log)
		}
		if !strings.Contains(log, tt.says) {
			t.Errorf("%s: the log does not say %q:\n%s", tt.name, tt.says, log)
		}
	}
}

// verdictOf is the value of the output "verdict", which has a random delimiter.
func verdictOf(outputs string) string {
	_, rest, _ := strings.Cut(outputs, "verdict<<")
	lines := strings.SplitN(rest, "\n", 3)
	if len(lines) < 3 {
		return ""
	}
	return lines[1]
}
