package github

import (
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
)

// testToken is what the tests give, and look for where it must not be.
const testToken = "ghs_0123456789abcdef"

// fakeAPI is GitHub's API as far as Git's trees and blobs go, for one commit of one
// repository. A request that it does not expect fails the test.
type fakeAPI struct {
	*httptest.Server
	prefix string // of all paths, as "/api/v3"
	files  map[string]fakeFile

	// change alters the answer that lists a folder, unless it is nil.
	change func(folder string, tree *fakeTree)

	// intercept answers instead, if it says so; it may be nil.
	intercept func(w http.ResponseWriter, req *http.Request, nth int) bool

	mu       sync.Mutex
	requests []string
}

type fakeFile struct {
	mode    string // empty for a plain file's
	content string
}

type fakeTree struct {
	SHA       string      `json:"sha"`
	Entries   []fakeEntry `json:"tree"`
	Truncated bool        `json:"truncated"`
}

type fakeEntry struct {
	Path string `json:"path"`
	Mode string `json:"mode"`
	Type string `json:"type"`
	SHA  string `json:"sha"`
	Size int    `json:"size,omitempty"`
	URL  string `json:"url"`
}

func fakeObject(kind, content string) string {
	sum := sha1.Sum([]byte(kind + "\x00" + content))
	return hex.EncodeToString(sum[:])
}

func newFakeAPI(t *testing.T, prefix string, files map[string]fakeFile) *fakeAPI {
	f := &fakeAPI{prefix: prefix, files: files}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.requests = append(f.requests, req.URL.RequestURI())
		if got := req.Header.Get("Authorization"); got != "Bearer "+testToken {
			t.Errorf("%s: Authorization %q", req.URL, got)
		}
		if f.intercept != nil && f.intercept(w, req, len(f.requests)) {
			return
		}
		if !f.serve(w, req) {
			t.Errorf("unexpected request %s %s, Accept %q", req.Method, req.URL, req.Header.Get("Accept"))
			w.WriteHeader(http.StatusTeapot)
		}
	}))
	t.Cleanup(f.Close)
	return f
}

// runner is a runner whose workflow is in the repository of the API.
func (f *fakeAPI) runner() *Runner {
	return NewRunner([]string{"GITHUB_ACTIONS=true", "GITHUB_REPOSITORY=org/app", "GITHUB_API_URL=" + f.URL + f.prefix}, io.Discard, io.Discard)
}

func (f *fakeAPI) serve(w http.ResponseWriter, req *http.Request) bool {
	rest, ours := strings.CutPrefix(req.URL.Path, f.prefix+"/repos/org/app/git/")
	if !ours || req.Method != http.MethodGet {
		return false
	}
	kind, object, _ := strings.Cut(rest, "/")
	accept := req.Header.Get("Accept")
	switch {
	case kind == "trees" && strings.HasSuffix(accept, "json") && (req.URL.RawQuery == "" || req.URL.RawQuery == "recursive=1"):
		return f.tree(w, object, req.URL.RawQuery != "")
	case kind == "blobs" && strings.HasSuffix(accept, "raw") && req.URL.RawQuery == "":
		for _, file := range f.files {
			if fakeObject("blob", file.content) == object {
				io.WriteString(w, file.content)
				return true
			}
		}
	}
	return false
}

func (f *fakeAPI) tree(w http.ResponseWriter, object string, deep bool) bool {
	folders := []string{""}
	for name := range f.files {
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			if !slices.Contains(folders, dir) {
				folders = append(folders, dir)
			}
		}
	}
	slices.Sort(folders)
	for _, folder := range folders {
		if fakeObject("tree", folder) != object && (folder != "" || object != baseSHA) {
			continue
		}
		tree := fakeTree{SHA: object, Entries: f.entries(folder, folders, deep)}
		if f.change != nil {
			f.change(folder, &tree)
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		json.NewEncoder(w).Encode(tree)
		return true
	}
	return false
}

func (f *fakeAPI) entries(folder string, folders []string, deep bool) []fakeEntry {
	inside := func(name string) (string, bool) {
		if folder != "" {
			var ok bool
			if name, ok = strings.CutPrefix(name, folder+"/"); !ok {
				return "", false
			}
		}
		return name, name != "" && (deep || !strings.Contains(name, "/"))
	}
	var entries []fakeEntry
	for _, dir := range folders {
		if name, ok := inside(dir); ok {
			entries = append(entries, fakeEntry{Path: name, Mode: "040000", Type: "tree", SHA: fakeObject("tree", dir)})
		}
	}
	for full, file := range f.files {
		name, ok := inside(full)
		if !ok {
			continue
		}
		e := fakeEntry{Path: name, Mode: "100644", Type: "blob", SHA: fakeObject("blob", file.content), Size: len(file.content)}
		switch file.mode {
		case "160000":
			e.Mode, e.Type, e.Size = file.mode, "commit", 0
		case "":
		default:
			e.Mode = file.mode
		}
		entries = append(entries, e)
	}
	slices.SortFunc(entries, func(a, b fakeEntry) int { return strings.Compare(a.Path, b.Path) })
	return entries
}
