package github

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"

	gh "github.com/google/go-github/v60/github"
)

// Limits on what is read from the base branch. Policies and exceptions have a few
// files of a few KiB.
const (
	maxBaseFiles = 300
	maxBaseFile  = 16 << 20 // bytes of one
	maxBaseBytes = 64 << 20 // bytes of all
)

// policyFolder is the folder of policy and exceptions, as a repository has it.
const policyFolder = ".imgscan"

// Modes of entries of Git trees. Files have modes that begin with modeFile.
const (
	modeFile      = "100"
	modeFolder    = "040000"
	modeSymlink   = "120000"
	modeSubmodule = "160000"
)

// BaseTree is the tree of a pull request's base, as far as it has been read. It is
// safe for concurrent use, but for Include.
type BaseTree struct {
	memoryFS
	reader *baseReader
	root   []*gh.TreeEntry
	commit string
}

// BaseFiles are the files of a pull request's base that decide about it: all below
// .imgscan, and CODEOWNERS, from the one of its places that GitHub reads. They come
// from the API, at the very commit BaseSHA, so nothing that the pull request edits
// is among them. What is not there is not in the result; the error is for all else,
// and says what to do. What the policy itself names is to be included, too.
//
// The token goes to the host of GITHUB_API_URL alone, and is in no error. It needs
// the permission "contents: read". A nil client is one with a timeout.
//
// Git's own trees are listed, not folders of the contents API: the latter follows a
// symlink without saying so, and calls a submodule a file. Neither is read.
func (r *Runner) BaseFiles(ctx context.Context, token string, pr *PullRequest, client *http.Client) (*BaseTree, error) {
	files, err := r.baseFiles(ctx, token, pr, client)
	if err != nil {
		return nil, fmt.Errorf("reading the policy of the base branch: %w", err)
	}
	return files, nil
}

func (r *Runner) baseFiles(ctx context.Context, token string, pr *PullRequest, client *http.Client) (*BaseTree, error) {
	if pr == nil || !objectName.MatchString(pr.BaseSHA) {
		return nil, errors.New("the commit of the base is not known")
	}
	a, err := r.api(token, client)
	if err != nil {
		return nil, err
	}
	b := &baseReader{api: a, files: make(memoryFS), listed: make(map[string][]*gh.TreeEntry)}
	root, err := b.tree(ctx, pr.BaseSHA, false)
	if err != nil {
		return nil, fmt.Errorf("at %s: %w", pr.BaseSHA, err)
	}
	if err := b.policy(ctx, root); err != nil {
		return nil, fmt.Errorf("at %s: %w", pr.BaseSHA, err)
	}
	if err := b.codeowners(ctx, root); err != nil {
		return nil, fmt.Errorf("at %s: %w", pr.BaseSHA, err)
	}
	return &BaseTree{memoryFS: b.files, reader: b, root: root, commit: pr.BaseSHA}, nil
}

// Include reads a file more, or all files of a folder. A path that is not there is
// no error, and stays not there.
func (t *BaseTree) Include(ctx context.Context, name string) error {
	if err := t.include(ctx, name); err != nil {
		return fmt.Errorf("reading %q at %s: %w", name, t.commit, err)
	}
	return nil
}

func (t *BaseTree) include(ctx context.Context, name string) error {
	if !fs.ValidPath(name) || name == "." {
		return errors.New("expected the path of a file or a folder in the repository")
	}
	tree, at := t.root, ""
	for {
		first, rest, deeper := strings.Cut(name, "/")
		found := entry(tree, first)
		at = path.Join(at, first)
		switch {
		case found == nil:
			return nil
		case found.GetMode() == modeFolder && !deeper:
			return t.reader.folder(ctx, at, found)
		case !deeper:
			return t.reader.file(ctx, at, found)
		case found.GetMode() != modeFolder:
			return fmt.Errorf("%q is %s and not a folder", at, kindOf(found))
		}
		var err error
		if tree, err = t.reader.tree(ctx, found.GetSHA(), false); err != nil {
			return fmt.Errorf("listing %q: %w", at, err)
		}
		name = rest
	}
}

// baseReader reads files of one commit.
type baseReader struct {
	api   *api
	files memoryFS
	bytes int

	listed map[string][]*gh.TreeEntry // trees by their names, without what is below
}

// tree lists a Git tree, or the tree of a commit; with all below it if it is to be
// deep. Names are checked: what is in memory has them as paths.
func (b *baseReader) tree(ctx context.Context, object string, deep bool) ([]*gh.TreeEntry, error) {
	if known, ok := b.listed[object]; ok && !deep {
		return known, nil
	}
	tree, resp, err := b.api.client.Git.GetTree(ctx, b.api.owner, b.api.name, object, deep)
	if err != nil {
		return nil, b.api.failure(ctx, resp, err)
	}
	if tree.GetTruncated() {
		return nil, fmt.Errorf("a folder has more entries than GitHub lists: %s", orCheckout)
	}
	for _, e := range tree.Entries {
		if p := e.GetPath(); !fs.ValidPath(p) || p == "." || !deep && strings.Contains(p, "/") {
			return nil, fmt.Errorf("GitHub lists an entry with the name %.80q", p)
		}
	}
	if !deep {
		b.listed[object] = tree.Entries
	}
	return tree.Entries, nil
}

// entry is the one with a name; nil when there is none.
func entry(tree []*gh.TreeEntry, name string) *gh.TreeEntry {
	for _, e := range tree {
		if e.GetPath() == name {
			return e
		}
	}
	return nil
}

// policy reads all files below .imgscan.
func (b *baseReader) policy(ctx context.Context, root []*gh.TreeEntry) error {
	folder := entry(root, policyFolder)
	if folder == nil {
		return nil
	}
	if folder.GetMode() != modeFolder {
		return fmt.Errorf("%q is %s and not a folder", policyFolder, kindOf(folder))
	}
	return b.folder(ctx, policyFolder, folder)
}

// folder reads all files below a folder.
func (b *baseReader) folder(ctx context.Context, name string, folder *gh.TreeEntry) error {
	inside, err := b.tree(ctx, folder.GetSHA(), true)
	if err != nil {
		return fmt.Errorf("listing %q: %w", name, err)
	}
	for _, e := range inside {
		if e.GetMode() == modeFolder {
			continue // what it holds is listed, too
		}
		if err := b.file(ctx, path.Join(name, e.GetPath()), e); err != nil {
			return err
		}
	}
	return nil
}

// codeowners reads the CODEOWNERS file that GitHub uses: the first there is.
func (b *baseReader) codeowners(ctx context.Context, root []*gh.TreeEntry) error {
	const name = "CODEOWNERS"
	for _, folder := range []string{".github", "", "docs"} {
		tree := root
		if folder != "" {
			e := entry(root, folder)
			if e == nil || e.GetMode() != modeFolder {
				continue
			}
			var err error
			if tree, err = b.tree(ctx, e.GetSHA(), false); err != nil {
				return fmt.Errorf("listing %q: %w", folder, err)
			}
		}
		if e := entry(tree, name); e != nil {
			return b.file(ctx, path.Join(folder, name), e)
		}
	}
	return nil
}

// file reads one file, once.
func (b *baseReader) file(ctx context.Context, name string, e *gh.TreeEntry) error {
	if _, known := b.files[name]; known {
		return nil
	}
	switch {
	case !strings.HasPrefix(e.GetMode(), modeFile):
		return fmt.Errorf("%q is %s: only plain files are read", name, kindOf(e))
	case len(b.files) == maxBaseFiles:
		return fmt.Errorf("there are more than %d files", maxBaseFiles)
	case e.GetSize() > maxBaseFile:
		return fmt.Errorf("%q has %d bytes, more than %d", name, e.GetSize(), maxBaseFile)
	case !objectName.MatchString(e.GetSHA()):
		return fmt.Errorf("GitHub lists %q without its content", name)
	}
	// Raw content: in JSON, the contents API leaves out what is over 1 MB.
	content, resp, err := b.api.client.Git.GetBlobRaw(ctx, b.api.owner, b.api.name, e.GetSHA())
	if err != nil {
		return fmt.Errorf("reading %q: %w", name, b.api.failure(ctx, resp, err))
	}
	if len(content) > maxBaseFile {
		return fmt.Errorf("%q has %d bytes, more than %d", name, len(content), maxBaseFile)
	}
	if b.bytes += len(content); b.bytes > maxBaseBytes {
		return fmt.Errorf("the files have more than %d bytes", maxBaseBytes)
	}
	b.files[name] = content
	return nil
}

// kindOf is what an entry is, with its article.
func kindOf(e *gh.TreeEntry) string {
	switch mode := e.GetMode(); mode {
	case modeFolder:
		return "a folder"
	case modeSymlink:
		return "a symlink"
	case modeSubmodule:
		return "a submodule"
	default:
		if strings.HasPrefix(mode, modeFile) {
			return "a file"
		}
		return fmt.Sprintf("an entry of mode %.20q", cmp.Or(mode, "none"))
	}
}
