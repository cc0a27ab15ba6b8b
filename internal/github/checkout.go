package github

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// What is read of a Git repository at most, in bytes and in number.
const (
	maxGitLine    = 4 << 10  // HEAD, a loose ref, a .git file
	maxGitConfig  = 1 << 20  //
	maxPackedRefs = 64 << 20 // a million refs
	maxCommit     = 64 << 10
	maxFolders    = 10_000 // directly in the workspace
	maxPullRefs   = 10_000 // loose ones
	maxSymref     = 5      // as Git itself follows
)

// checkout is what a folder has checked out of a Git repository. It is read without
// running Git, which refuses a folder of another user, as the workspace is in a
// container.
type checkout struct {
	place string // for a person: "the workspace", or "the folder" and its name

	// commit is HEAD's; empty on a branch without one.
	commit string

	// parents are those of a commit that was made or fetched just now. Of a commit
	// in a pack there are none.
	parents []string

	// pull is set when the commit is one that a pull request's ref was fetched for.
	pull bool

	// origin is the repository that it was cloned from, as OWNER/NAME; may be empty.
	origin string

	// err says why nobody can tell the commit.
	err error
}

// checkouts are those of the workspace and of the folders directly in it.
func checkouts(workspace string) []checkout {
	if workspace == "" {
		return nil
	}
	var all []checkout
	if c, ok := readCheckout(workspace, workspace); ok {
		c.place = "the workspace"
		all = append(all, c)
	}
	f, err := os.Open(workspace)
	if err != nil {
		return all
	}
	defer f.Close()
	names, _ := f.Readdirnames(maxFolders) // of an error, those before it
	slices.Sort(names)
	for _, name := range names {
		if name == ".git" {
			continue
		}
		if c, ok := readCheckout(workspace, filepath.Join(workspace, name)); ok {
			c.place = fmt.Sprintf("the folder %.80q", name)
			all = append(all, c)
		}
	}
	return all
}

// checkedOut is the commit that a workspace has checked out; empty when there is
// none, or nobody can tell.
func checkedOut(workspace string) string {
	if workspace == "" {
		return ""
	}
	g, err := openGit(workspace, workspace)
	if err != nil {
		return ""
	}
	commit, _ := g.resolve("HEAD", maxSymref) // empty with an error
	return commit
}

// readCheckout is the checkout in a folder, and whether there is one.
func readCheckout(workspace, folder string) (checkout, bool) {
	g, err := openGit(workspace, folder)
	if errors.Is(err, fs.ErrNotExist) {
		return checkout{}, false
	}
	if err != nil {
		return checkout{err: err}, true
	}
	c := checkout{origin: g.origin()}
	c.commit, c.err = g.resolve("HEAD", maxSymref)
	if c.commit != "" {
		c.parents = g.parents(c.commit)
		c.pull = g.pull(c.commit)
	}
	return c, true
}

// gitFolder is where Git keeps what it knows of a checkout.
type gitFolder struct {
	own    string // HEAD
	common string // all else; the same, but for a further worktree
}

// openGit finds the folder for a checkout: ".git", or what a file of that name leads
// to in further worktrees and submodules. The error is fs.ErrNotExist where there is
// no checkout.
func openGit(workspace, folder string) (gitFolder, error) {
	own := filepath.Join(folder, ".git")
	info, err := os.Stat(own)
	if err != nil {
		// Also where folder is none.
		return gitFolder{}, fs.ErrNotExist
	}
	if !info.IsDir() {
		line, err := readLine(own)
		if err != nil {
			return gitFolder{}, err
		}
		target, ok := strings.CutPrefix(line, "gitdir:")
		if !ok {
			return gitFolder{}, errors.New(`its ".git" is neither a folder nor leads to one`)
		}
		own = inside(workspace, folder, strings.TrimSpace(target))
	}
	g := gitFolder{own: own, common: own}
	switch line, err := readLine(filepath.Join(own, "commondir")); {
	case err == nil:
		g.common = inside(workspace, own, line)
	case !errors.Is(err, fs.ErrNotExist):
		return gitFolder{}, err
	}
	if _, err := os.Stat(filepath.Join(g.common, "reftable")); err == nil {
		return g, errors.New("its refs are kept as a reftable, which is not read")
	}
	return g, nil
}

// inside is where a path leads that Git has written into a file in folder. In a container,
// the workspace is in another place than where Git has written its full path.
func inside(workspace, folder, target string) string {
	if !filepath.IsAbs(target) {
		return filepath.Join(folder, target)
	}
	if _, err := os.Stat(target); err != nil {
		if _, rest, ok := strings.Cut(filepath.ToSlash(target), "/.git/"); ok {
			return filepath.Join(workspace, ".git", filepath.FromSlash(path.Clean("/"+rest)))
		}
	}
	return target
}

// resolve is the commit that a ref leads to; empty for a branch without a commit.
func (g gitFolder) resolve(ref string, depth int) (string, error) {
	if depth == 0 {
		return "", errors.New("its refs lead in a circle")
	}
	if ref != "HEAD" && (!strings.HasPrefix(ref, "refs/") || path.Clean(ref) != ref) {
		return "", fmt.Errorf("its HEAD leads to %.80q, which is no ref", ref)
	}
	for _, folder := range slices.Compact([]string{g.own, g.common}) {
		line, err := readLine(filepath.Join(folder, filepath.FromSlash(ref)))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return "", err
		}
		if next, ok := strings.CutPrefix(line, "ref:"); ok {
			return g.resolve(strings.TrimSpace(next), depth-1)
		}
		if !objectName.MatchString(line) {
			return "", fmt.Errorf("its %.80q has no commit", ref)
		}
		return line, nil
	}
	if ref == "HEAD" {
		return "", errors.New("it has no HEAD")
	}
	found := ""
	err := g.packed(func(name, commit string) {
		if name == ref {
			found = commit
		}
	})
	return found, err
}

// packed calls see for each ref that is kept in one file with the others.
func (g gitFolder) packed(see func(name, commit string)) error {
	f, err := openPlain(filepath.Join(g.common, "packed-refs"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(io.LimitReader(f, maxPackedRefs))
	for lines.Scan() {
		// Comments and the objects of tags, "# …" and "^…", are no object names.
		if commit, name, ok := strings.Cut(lines.Text(), " "); ok && objectName.MatchString(commit) {
			see(name, commit)
		}
	}
	if lines.Err() != nil {
		return errors.New("its packed refs cannot be read")
	}
	return nil
}

// pull says whether a commit is where a pull request's ref points to, as
// actions/checkout and Git's own documentation fetch one.
func (g gitFolder) pull(commit string) bool {
	found := false
	_ = g.packed(func(name, packed string) {
		pull := strings.HasPrefix(name, "refs/pull/") || strings.HasPrefix(name, "refs/remotes/pull/")
		found = found || pull && packed == commit
	})
	left := maxPullRefs
	for _, folder := range []string{"refs/pull", "refs/remotes/pull"} {
		_ = filepath.WalkDir(filepath.Join(g.common, filepath.FromSlash(folder)), func(name string, d fs.DirEntry, err error) error {
			if left--; found || err != nil || left < 0 {
				return fs.SkipAll
			}
			if d.Type().IsRegular() {
				line, _ := readLine(name) // empty with an error
				found = line == commit
			}
			return nil
		})
	}
	return found
}

// parents are the parents of a commit that is an object of its own.
func (g gitFolder) parents(commit string) []string {
	f, err := openPlain(filepath.Join(g.common, "objects", commit[:2], commit[2:]))
	if err != nil {
		return nil
	}
	defer f.Close()
	inflated, err := zlib.NewReader(f)
	if err != nil {
		return nil
	}
	content, _ := io.ReadAll(io.LimitReader(inflated, maxCommit)) // of an error, what was before it
	head, content, _ := bytes.Cut(content, []byte{0})
	if !bytes.HasPrefix(head, []byte("commit ")) {
		return nil
	}
	content, _, _ = bytes.Cut(content, []byte("\n\n")) // the message
	var parents []string
	for line := range strings.Lines(string(content)) {
		if parent, ok := strings.CutPrefix(strings.TrimSpace(line), "parent "); ok && objectName.MatchString(parent) {
			parents = append(parents, parent)
		}
	}
	return parents
}

// origin is the repository of the remote of that name, as OWNER/NAME: the last two
// parts of its URL.
func (g gitFolder) origin() string {
	f, err := openPlain(filepath.Join(g.common, "config"))
	if err != nil {
		return ""
	}
	defer f.Close()
	section := ""
	lines := bufio.NewScanner(io.LimitReader(f, maxGitConfig))
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if strings.HasPrefix(line, "[") {
			section = line
			continue
		}
		key, value, _ := strings.Cut(line, "=")
		if section != `[remote "origin"]` || !strings.EqualFold(strings.TrimSpace(key), "url") {
			continue
		}
		value = strings.TrimSuffix(strings.Trim(strings.TrimSpace(value), `"`), "/")
		parts := strings.FieldsFunc(strings.TrimSuffix(value, ".git"), func(r rune) bool { return r == '/' || r == ':' })
		if len(parts) > 1 {
			return strings.Join(parts[len(parts)-2:], "/")
		}
	}
	return ""
}

// readLine is the text of a small file, trimmed.
func readLine(name string) (string, error) {
	f, err := openPlain(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, maxGitLine))
	if err != nil {
		return "", fmt.Errorf("its %q cannot be read", filepath.Base(name))
	}
	return strings.TrimSpace(string(content)), nil
}

// openPlain opens a file, and nothing that would keep the reader waiting. Its
// errors name no full path: they are for a person.
func openPlain(name string) (*os.File, error) {
	info, err := os.Stat(name)
	if err != nil {
		if errors.Is(err, fs.ErrPermission) {
			return nil, fmt.Errorf("its %q may not be read", filepath.Base(name))
		}
		// Also for a name below a file, and one that is too long.
		return nil, fs.ErrNotExist
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("its %q is no plain file", filepath.Base(name))
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("its %q cannot be opened", filepath.Base(name))
	}
	return f, nil
}
