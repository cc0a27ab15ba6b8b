package github

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
)

var base = &PullRequest{BaseSHA: baseSHA}

// plainFiles are files of the usual mode, by path.
func plainFiles(files map[string]string) map[string]fakeFile {
	made := make(map[string]fakeFile)
	for name, content := range files {
		made[name] = fakeFile{content: content}
	}
	return made
}

// contents are all files of a file system.
func contents(t *testing.T, files fs.FS) map[string]string {
	t.Helper()
	got := make(map[string]string)
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(files, name)
		got[name] = string(content)
		return err
	})
	if err != nil {
		t.Error(err)
	}
	return got
}

func TestBaseFiles(t *testing.T) {
	t.Parallel()
	large := strings.Repeat("# a baseline over 1 MB\n", 60_000)
	policy := map[string]string{
		".imgscan/config.yaml":           "version: 1\n",
		".imgscan/exceptions.yaml":       "version: 1\nexceptions: []\n",
		".imgscan/exceptions.d/web.yaml": "version: 1\n",
		".imgscan/baseline.json":         large,
	}
	for _, tt := range []struct {
		name, prefix string
		more         map[string]string // files besides the policy's
		read         []string          // those of them that are read
		requests     int
	}{
		{"github.com", "", nil, nil, 6},
		{"Enterprise Server", "/api/v3", nil, nil, 6},
		{"owners in .github", "", map[string]string{".github/CODEOWNERS": "* @a", "CODEOWNERS": "* @b", "docs/CODEOWNERS": "* @c"}, []string{".github/CODEOWNERS"}, 8},
		{"owners at the top", "", map[string]string{".github/dependabot.yml": "x", "CODEOWNERS": "* @b", "docs/CODEOWNERS": "* @c"}, []string{"CODEOWNERS"}, 8},
		{"owners in docs", "", map[string]string{"docs/CODEOWNERS": "* @c", "docs/deep/CODEOWNERS": "* @d"}, []string{"docs/CODEOWNERS"}, 8},
		{"nothing else", "", map[string]string{"Dockerfile": "FROM x", "app/.imgscan/config.yaml": "no", "imgscan/config.yaml": "no"}, nil, 6},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			files := plainFiles(policy)
			for name, content := range tt.more {
				files[name] = fakeFile{content: content}
			}
			api := newFakeAPI(t, tt.prefix, files)
			got, err := api.runner().BaseFiles(t.Context(), testToken, base, nil)
			if err != nil {
				t.Fatal(err)
			}
			want := make(map[string]string)
			for name, content := range policy {
				want[name] = content
			}
			for _, name := range tt.read {
				want[name] = tt.more[name]
			}
			if diff := cmp.Diff(want, contents(t, got)); diff != "" {
				t.Errorf("(-want +got):\n%.2000s", diff)
			}
			if err := fstest.TestFS(got, ".imgscan/exceptions.d/web.yaml"); err != nil {
				t.Error(err)
			}
			if len(api.requests) != tt.requests {
				t.Errorf("%d requests, want %d: %q", len(api.requests), tt.requests, api.requests)
			}
		})
	}
}

// TestNoBaseFiles is that a repository without a policy has none, which is no
// error.
func TestNoBaseFiles(t *testing.T) {
	t.Parallel()
	api := newFakeAPI(t, "", plainFiles(map[string]string{"README.md": "x"}))
	got, err := api.runner().BaseFiles(t.Context(), testToken, base, http.DefaultClient)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := got.Open(".imgscan/config.yaml"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the policy: %v", err)
	}
	if entries, err := fs.ReadDir(got, "."); err != nil || len(entries) > 0 {
		t.Errorf("%v, %v", entries, err)
	}
}

func TestBaseFilesRefuses(t *testing.T) {
	t.Parallel()
	many := make(map[string]fakeFile)
	for i := range maxBaseFiles + 1 {
		many[fmt.Sprintf(".imgscan/exceptions.d/%03d.yaml", i)] = fakeFile{content: fmt.Sprint(i)}
	}
	rename := func(to string) func(string, *fakeTree) {
		return func(folder string, tree *fakeTree) {
			if folder == ".imgscan" {
				tree.Entries[0].Path = to
			}
		}
	}
	one := plainFiles(map[string]string{".imgscan/config.yaml": "version: 1"})
	for _, tt := range []struct {
		name   string
		files  map[string]fakeFile
		change func(folder string, tree *fakeTree)
		want   string
	}{
		{"a symlink", map[string]fakeFile{".imgscan/config.yaml": {"120000", "../config.yaml"}}, nil, `".imgscan/config.yaml" is a symlink`},
		{"a submodule", map[string]fakeFile{".imgscan/exceptions.d": {"160000", ""}}, nil, `".imgscan/exceptions.d" is a submodule`},
		{"an unknown mode", map[string]fakeFile{".imgscan/config.yaml": {"170000", ""}}, nil, `an entry of mode "170000"`},
		{"a folder that is a symlink", map[string]fakeFile{".imgscan": {"120000", "elsewhere"}}, nil, `".imgscan" is a symlink and not a folder`},
		{"a folder that is a submodule", map[string]fakeFile{".imgscan": {"160000", ""}}, nil, `".imgscan" is a submodule and not a folder`},
		{"a folder that is a file", map[string]fakeFile{".imgscan": {"100644", "x"}}, nil, `".imgscan" is a file and not a folder`},
		{"owners by a symlink", map[string]fakeFile{"CODEOWNERS": {"120000", "x"}}, nil, `"CODEOWNERS" is a symlink`},
		{"owners that are a folder", plainFiles(map[string]string{"CODEOWNERS/x": "x"}), nil, `"CODEOWNERS" is a folder`},
		{"a way up", one, rename("../config.yaml"), `the name "../config.yaml"`},
		{"a way up and back", one, rename("a/../config.yaml"), `the name "a/../config.yaml"`},
		{"an absolute path", one, rename("/etc/passwd"), `the name "/etc/passwd"`},
		{"no name", one, rename(""), `the name ""`},
		{"the folder itself", one, rename("."), `the name "."`},
		{"a path where there are names", one, func(folder string, tree *fakeTree) {
			if folder == "" {
				tree.Entries[0].Path = "a/.imgscan"
			}
		}, `the name "a/.imgscan"`},
		{"no object", one, func(folder string, tree *fakeTree) {
			if folder == ".imgscan" {
				tree.Entries[0].SHA = "../../user"
			}
		}, "without its content"},
		{"too many to list", one, func(_ string, tree *fakeTree) { tree.Truncated = true }, "more entries than GitHub lists"},
		{"too many files", many, nil, "more than 300 files"},
		{"a large file", map[string]fakeFile{".imgscan/config.yaml": {"100644", strings.Repeat("x", maxBaseFile+1)}}, nil, "has 16777217 bytes, more than 16777216"},
		{"a file larger than it says", map[string]fakeFile{".imgscan/config.yaml": {"100644", strings.Repeat("x", maxBaseFile+1)}}, func(_ string, tree *fakeTree) { tree.Entries[0].Size = 1 }, "has 16777217 bytes, more than 16777216"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			api := newFakeAPI(t, "", tt.files)
			api.change = tt.change
			files, err := api.runner().BaseFiles(t.Context(), testToken, base, nil)
			if files != nil || err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, %v, want an error with %q", files, err, tt.want)
			}
		})
	}
}

// TestBaseFilesAnswers is what is said about an answer that is none.
func TestBaseFilesAnswers(t *testing.T) {
	t.Parallel()
	const echo = `{"message": "Resource not accessible by ` + testToken + `\n::error::x", "documentation_url": "https://docs.github.com/rest"}`
	later := fmt.Sprint(time.Now().Add(time.Hour).Unix())
	for _, tt := range []struct {
		name     string
		status   int
		header   map[string]string
		body     string
		want     []string
		requests int
	}{
		{"a bad token", 401, nil, `{"message": "Bad credentials"}`, []string{"401", "Bad credentials", "github-token"}, 1},
		{"no permission", 403, nil, echo, []string{"403", `by ***\n::error::x`, "contents: read"}, 1},
		{"no commit", 404, nil, `{"message": "Not Found"}`, []string{"404", baseSHA, "contents: read"}, 1},
		{"used up", 403, map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": later, "X-RateLimit-Limit": "1000"}, echo, []string{"rate limit", "run the job again after 2", "policy-dir"}, 1},
		{"used up for long", 403, map[string]string{"Retry-After": "31"}, `{"message": "secondary", "documentation_url": "https://docs.github.com/secondary-rate-limits"}`, []string{"secondary", "rate limit", "policy-dir"}, 1},
		{"used up twice", 403, map[string]string{"Retry-After": "0"}, echo, []string{"rate limit", "policy-dir"}, 2},
		{"over and over, soon to end", 429, map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1000000000"}, echo, []string{"429", "rate limit"}, 2},
		{"too many", 429, nil, "<html>", []string{"429 Too Many Requests", "rate limit"}, 1},
		{"a strange wait", 429, map[string]string{"Retry-After": "Wed, 21 Oct 2099 07:28:00 GMT"}, echo, []string{"429", "rate limit"}, 1},
		{"an error", 502, nil, "<html>" + testToken, []string{"502 Bad Gateway", "run the job again", "policy-dir"}, 1},
		{"accepted", 202, nil, "{}", []string{"202", "run the job again"}, 1},
		{"another shape", 200, nil, `[]`, []string{"reading the answer"}, 1},
		{"too long", 403, nil, strings.Repeat(" ", maxAnswer+1), []string{"403"}, 1},
		{"too long a list", 200, nil, `{"tree": [` + strings.Repeat(" ", maxAnswer), []string{"more than 33554432 bytes"}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			api := newFakeAPI(t, "", nil)
			api.intercept = func(w http.ResponseWriter, _ *http.Request, _ int) bool {
				for key, value := range tt.header {
					w.Header().Set(key, value)
				}
				w.WriteHeader(tt.status)
				io.WriteString(w, tt.body)
				return true
			}
			files, err := api.runner().BaseFiles(t.Context(), testToken, base, nil)
			if files != nil || err == nil {
				t.Fatalf("%v, %v", files, err)
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q does not contain %q", err, want)
				}
			}
			for _, printed := range []string{err.Error(), fmt.Sprintf("%+v %#v", err, errors.Unwrap(err))} {
				if strings.Contains(printed, testToken) || strings.Contains(err.Error(), "\n") {
					t.Errorf("error %q", printed)
				}
			}
			if len(api.requests) != tt.requests {
				t.Errorf("%d requests, want %d", len(api.requests), tt.requests)
			}
		})
	}
}

// TestBaseFilesWaitsOnce is that a rate limit that ends is waited for, and that the
// last request of one does not make the client refuse the next by itself.
func TestBaseFilesWaitsOnce(t *testing.T) {
	t.Parallel()
	api := newFakeAPI(t, "", plainFiles(map[string]string{".imgscan/config.yaml": "version: 1"}))
	api.intercept = func(w http.ResponseWriter, _ *http.Request, nth int) bool {
		w.Header().Set("X-RateLimit-Remaining", "0")
		w.Header().Set("X-RateLimit-Reset", fmt.Sprint(time.Now().Add(time.Hour).Unix()))
		if nth != 2 {
			return false
		}
		w.Header().Set("Retry-After", "0")
		w.WriteHeader(http.StatusTooManyRequests)
		return true
	}
	files, err := api.runner().BaseFiles(t.Context(), testToken, base, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := contents(t, files); len(got) != 1 || len(api.requests) != 4 {
		t.Errorf("%q after %q", got, api.requests)
	}
}

func TestPauseFor(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_000_000, 0)
	for _, tt := range []struct {
		status                  int
		after, remaining, reset string
		want                    time.Duration
		ok                      bool
	}{
		{429, "30", "", "", 30 * time.Second, true},
		{403, "1", "", "", time.Second, true},
		{429, "31", "", "", 0, false},
		{429, "-1", "", "1000001", 0, false},
		{429, "99999999999999999999", "0", "1000001", 0, false},
		{403, "", "0", "1000010", 10 * time.Second, true},
		{403, "", "0", "999999", 0, true},
		{403, "", "5", "1000010", 0, false}, // not for the rate
		{429, "", "", "", 0, false},
		{503, "1", "", "", 0, false},
		{200, "1", "0", "1000010", 0, false},
	} {
		resp := &http.Response{StatusCode: tt.status, Header: http.Header{}}
		for key, value := range map[string]string{"Retry-After": tt.after, "X-RateLimit-Remaining": tt.remaining, "X-RateLimit-Reset": tt.reset} {
			if value != "" {
				resp.Header.Set(key, value)
			}
		}
		if got, ok := pauseFor(resp, now); ok != tt.ok || ok && got != tt.want {
			t.Errorf("%+v: %v, %v", tt, got, ok)
		}
	}
}

// TestBaseFilesRedirects is that a renamed repository is found, and that the token
// goes to no other host.
func TestBaseFilesRedirects(t *testing.T) {
	t.Parallel()
	api := newFakeAPI(t, "", plainFiles(map[string]string{".imgscan/config.yaml": "version: 1"}))
	api.intercept = func(w http.ResponseWriter, req *http.Request, _ int) bool {
		if renamed, ok := strings.CutPrefix(req.URL.Path, "/repositories/1/"); ok {
			req.URL.Path = "/repos/org/app/" + renamed
			return false
		}
		http.Redirect(w, req, strings.Replace(req.URL.RequestURI(), "/repos/org/app/", "/repositories/1/", 1), http.StatusMovedPermanently)
		return true
	}
	files, err := api.runner().BaseFiles(t.Context(), testToken, base, nil)
	if err != nil || len(contents(t, files)) != 1 {
		t.Errorf("on the same host: %v, %v", files, err)
	}

	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("another host was asked") }))
	defer elsewhere.Close()
	host, _ := url.Parse(api.URL)
	for _, to := range []string{elsewhere.URL, "https://" + host.Host} {
		api.intercept = func(w http.ResponseWriter, req *http.Request, _ int) bool {
			http.Redirect(w, req, to+req.URL.Path, http.StatusFound)
			return true
		}
		if files, err := api.runner().BaseFiles(t.Context(), testToken, base, nil); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("redirects to %q", to)) {
			t.Errorf("to %s: %v, %v", to, files, err)
		}
	}
}

func TestBaseFilesNeeds(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, repository, api, token string
		pr                           *PullRequest
		want                         string
	}{
		{"a base", "org/app", "http://127.0.0.1:1", testToken, nil, "the commit of the base"},
		{"a whole base", "org/app", "http://127.0.0.1:1", testToken, &PullRequest{BaseSHA: "main"}, "the commit of the base"},
		{"a token", "org/app", "http://127.0.0.1:1", "", base, "set the input github-token"},
		{"a repository", "", "http://127.0.0.1:1", testToken, base, "OWNER/NAME"},
		{"a repository with a name", "org/..", "http://127.0.0.1:1", testToken, base, "OWNER/NAME"},
		{"no path", "org/app/../x", "http://127.0.0.1:1", testToken, base, "OWNER/NAME"},
		{"an address", "org/app", "", testToken, base, "GITHUB_API_URL"},
		{"an address on the web", "org/app", "file:///etc", testToken, base, "GITHUB_API_URL"},
		{"an address without a login", "org/app", "https://u:secret@x", testToken, base, "GITHUB_API_URL"},
		{"somebody there", "org/app", "http://127.0.0.1:1", testToken, base, "asking GitHub's API"},
	} {
		r := NewRunner([]string{"GITHUB_ACTIONS=true", "GITHUB_REPOSITORY=" + tt.repository, "GITHUB_API_URL=" + tt.api}, io.Discard, io.Discard)
		files, err := r.BaseFiles(t.Context(), tt.token, tt.pr, nil)
		if files != nil || err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v, %v, want an error with %q", tt.name, files, err, tt.want)
		}
	}
}

func TestBaseFilesIsInterrupted(t *testing.T) {
	t.Parallel()
	api := newFakeAPI(t, "", nil)
	ctx, cancel := context.WithCancel(t.Context())
	api.intercept = func(w http.ResponseWriter, _ *http.Request, _ int) bool {
		cancel()
		w.Header().Set("Retry-After", "30")
		w.WriteHeader(http.StatusTooManyRequests)
		return true
	}
	if _, err := api.runner().BaseFiles(ctx, testToken, base, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
