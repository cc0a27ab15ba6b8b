package githubtest

import (
	"cmp"
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strings"
)

// Modes of entries of Git trees.
const (
	modeFile       = "100644"
	modeExecutable = "100755"
	modeSymlink    = "120000"
	modeFolder     = "040000"
)

// file is one of a commit.
type file struct {
	mode    string
	content []byte // of a symlink, where it leads
}

// entry is one of a tree. It has the name of its own object, as Git makes it.
type entry struct {
	path, mode, sha string
	size            int
}

// AddFile puts a file into the commit that a branch or another ref is at, or into
// that of a SHA.
func (s *Server) AddFile(ref, name string, content []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.addFile(ref, name, file{modeFile, content})
}

func (s *Server) addFile(ref, name string, f file) {
	commit := s.commitOf(ref)
	if commit == "" {
		s.failf("there is no ref %q to add a file to", ref)
		return
	}
	if s.commits[commit] == nil {
		s.commits[commit] = make(map[string]file)
	}
	s.commits[commit][name] = f
}

// AddFiles puts all files below a folder into a commit, as [Server.AddFile] does
// one, but for ".git": a checkout will do. Symlinks stay what they are, if the file
// system can read them.
func (s *Server) AddFiles(ref string, files fs.FS) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fmt.Errorf("reading the files at %s: %w", ref, err)
		case name == ".git" && d.IsDir():
			return fs.SkipDir
		case name == ".git", d.IsDir():
			return nil
		}
		f, err := readFile(files, name, d)
		if err != nil {
			return fmt.Errorf("reading the files at %s: %w", ref, err)
		}
		s.addFile(ref, name, f)
		return nil
	})
}

func readFile(files fs.FS, name string, d fs.DirEntry) (file, error) {
	if d.Type()&fs.ModeSymlink != 0 {
		to, err := fs.ReadLink(files, name)
		return file{modeSymlink, []byte(to)}, err
	}
	info, err := d.Info()
	if err != nil {
		return file{}, err
	}
	content, err := fs.ReadFile(files, name)
	if info.Mode()&0o100 != 0 {
		return file{modeExecutable, content}, err
	}
	return file{modeFile, content}, err
}

// commitOf is the commit that a branch, another ref or a SHA names; empty when there
// is none.
func (s *Server) commitOf(name string) string {
	if isSHA(name) {
		return name
	}
	return cmp.Or(s.refs[name], s.refs["refs/heads/"+name], s.refs["refs/tags/"+name])
}

func isSHA(text string) bool {
	return len(text) == 2*sha1.Size && strings.Trim(text, "0123456789abcdef") == ""
}

// known says whether there is such a commit. One of a ref may have no files.
func (s *Server) known(commit string) bool {
	if s.commits[commit] != nil {
		return true
	}
	for _, at := range s.refs {
		if at == commit {
			return true
		}
	}
	return false
}

// object is the name that Git gives to what has this content.
func object(kind string, content []byte) string {
	sum := sha1.Sum(fmt.Appendf(nil, "%s %d\x00%s", kind, len(content), content))
	return hex.EncodeToString(sum[:])
}

// folders are all folders of a commit, the top one under "".
func folders(files map[string]file) map[string][]entry {
	all := map[string][]entry{"": nil}
	for name := range files {
		for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
			all[dir] = nil
		}
	}
	for name, f := range files {
		dir := folderOf(name)
		all[dir] = append(all[dir], entry{path.Base(name), f.mode, object("blob", f.content), len(f.content)})
	}
	// What is deeper first: a folder's name in Git is made of what it holds.
	names := make([]string, 0, len(all))
	for dir := range all {
		names = append(names, dir)
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(strings.Count(b, "/"), strings.Count(a, "/")), cmp.Compare(b, a))
	})
	for _, dir := range names {
		sortAsGit(all[dir])
		if dir != "" {
			parent := folderOf(dir)
			all[parent] = append(all[parent], entry{path.Base(dir), modeFolder, treeObject(all[dir]), 0})
		}
	}
	return all
}

// folderOf is the folder that holds a file or a folder; empty for the top.
func folderOf(name string) string {
	if dir := path.Dir(name); dir != "." {
		return dir
	}
	return ""
}

// sortAsGit sorts by name, folders as if theirs ended in a slash.
func sortAsGit(entries []entry) {
	key := func(e entry) string {
		if e.mode == modeFolder {
			return e.path + "/"
		}
		return e.path
	}
	slices.SortFunc(entries, func(a, b entry) int { return cmp.Compare(key(a), key(b)) })
}

// treeObject is the name that Git gives to a folder.
func treeObject(entries []entry) string {
	var content []byte
	for _, e := range entries {
		sum, _ := hex.DecodeString(e.sha) // made by object
		content = fmt.Appendf(content, "%s %s\x00%s", strings.TrimPrefix(e.mode, "0"), e.path, sum)
	}
	return object("tree", content)
}

func (s *Server) getTree(req *http.Request) (int, any) {
	wanted := req.PathValue("tree_sha")
	if commit := s.commitOf(wanted); s.known(commit) {
		all := folders(s.commits[commit])
		return http.StatusOK, s.showTree(req, all, "")
	}
	for _, files := range s.commits {
		all := folders(files)
		for dir, entries := range all {
			if treeObject(entries) == wanted {
				return http.StatusOK, s.showTree(req, all, dir)
			}
		}
	}
	return http.StatusNotFound, message("Not Found")
}

func (s *Server) showTree(req *http.Request, all map[string][]entry, dir string) any {
	sha := treeObject(all[dir])
	list := []any{}
	var add func(prefix, dir string)
	add = func(prefix, dir string) {
		for _, e := range all[dir] {
			shown := map[string]any{"path": prefix + e.path, "mode": e.mode, "sha": e.sha, "type": "blob", "size": e.size, "url": s.url("/git/blobs/%s", e.sha)}
			if e.mode == modeFolder {
				shown["type"], shown["url"] = "tree", s.url("/git/trees/%s", e.sha)
				delete(shown, "size")
			}
			list = append(list, shown)
			// Whatever the value is, also 0 or false, as GitHub documents.
			if e.mode == modeFolder && req.URL.Query().Has("recursive") {
				add(prefix+e.path+"/", path.Join(dir, e.path))
			}
		}
	}
	add("", dir)
	return map[string]any{"sha": sha, "url": s.url("/git/trees/%s", sha), "tree": list, "truncated": false}
}

// rawAccept ends the media types by which a client asks for plain content.
const rawAccept = ".raw"

func (s *Server) getBlob(req *http.Request) (int, any) {
	sha := req.PathValue("file_sha")
	for _, files := range s.commits {
		for _, f := range files {
			if object("blob", f.content) != sha {
				continue
			}
			if accept := req.Header.Get("Accept"); strings.HasSuffix(accept, rawAccept) || strings.HasSuffix(accept, rawAccept+"+json") {
				return http.StatusOK, raw(f.content)
			}
			return http.StatusOK, map[string]any{
				"sha": sha, "url": s.url("/git/blobs/%s", sha), "node_id": "B_" + sha, "size": len(f.content),
				"content": base64.StdEncoding.EncodeToString(f.content), "encoding": "base64",
			}
		}
	}
	return http.StatusNotFound, message("Not Found")
}
