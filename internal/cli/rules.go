package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/baseline"
	"github.com/org/imgscan-action/internal/config"
	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/gate"
	"github.com/org/imgscan-action/internal/triage"
)

// tree is where policy and decisions are read from.
type tree struct {
	fs fs.FS // nil for the working folder

	// from says in a few words what it is: "main at 1f3c5d7"; empty for the working
	// folder.
	from string

	// include makes a file or a folder part of a tree that is not here; nil for a
	// tree that is.
	include func(ctx context.Context, path string) error
}

// folderTree is the tree in a folder; the working folder when path is empty.
func folderTree(path string) (tree, error) {
	if path == "" {
		return tree{}, nil
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return tree{}, err
	}
	return tree{fs: root.FS(), from: path}, nil
}

// add makes sure that a file or a folder is part of the tree, as far as it is there.
func (t tree) add(ctx context.Context, name string) error {
	inside := filepath.ToSlash(filepath.Clean(name))
	if t.include == nil || name == "" || !fs.ValidPath(inside) {
		return nil
	}
	return t.include(ctx, inside)
}

// files are those of the tree.
func (t tree) files() fs.FS {
	if t.fs == nil {
		return os.DirFS(".")
	}
	return t.fs
}

// config is the configuration of the tree with settings laid over it.
func (t tree) config(path string, settings []setting) (config.Config, error) {
	explicit := path != ""
	if !explicit {
		path = defaultConfig
		misspelt := strings.TrimSuffix(defaultConfig, ".yaml") + ".yml"
		if _, err := fs.Stat(t.files(), misspelt); err == nil {
			return config.Config{}, fmt.Errorf("%q would not be read: the name has to be %q, or give it with --config", misspelt, defaultConfig)
		}
	}
	var (
		cfg config.Config
		err error
	)
	switch {
	case t.fs == nil:
		cfg, err = config.Load(path, explicit)
	case !fs.ValidPath(filepath.ToSlash(filepath.Clean(path))):
		return config.Config{}, fmt.Errorf("the configuration file is %q, and on a pull request it comes from %s: name it by its path in the repository", path, t.from)
	default:
		cfg, err = config.LoadFS(t.fs, filepath.ToSlash(filepath.Clean(path)), explicit)
	}
	if err != nil {
		return config.Config{}, err
	}
	for _, s := range settings {
		if err := cfg.Override(s.key, s.values, s.origin); err != nil {
			return config.Config{}, err
		}
	}
	return cfg, nil
}

// rules are what the project has decided, by the files of a tree.
func (t tree) rules(cfg config.Config) (gate.Rules, error) {
	files, err := exceptions.Load(t.files())
	if err != nil {
		return gate.Rules{}, err
	}
	rules := gate.Rules{
		Policy:     cfg.Policy,
		Exceptions: files,
		Triage: triage.Options{
			TrustVEX:      cfg.Triage.TrustVEX,
			WarnWithin:    cfg.Triage.WarnWithin,
			StaleGrace:    cfg.Triage.StaleGrace,
			AllowWildcard: cfg.Triage.AllowWildcard,
			From:          t.from,
		},
	}
	if err := t.readBaseline(cfg, &rules); err != nil {
		return gate.Rules{}, err
	}
	return rules, nil
}

// maxBaseline bounds the file of what the project began with, in bytes.
const maxBaseline = 64 << 20

// readBounded reads a file of at most so many bytes.
func readBounded(files fs.FS, name string, most int64) ([]byte, error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(content)) > most {
		err = fmt.Errorf("%q has more than %d bytes", name, most)
	}
	return content, err
}

// readBaseline puts the findings into the policy that the project knew of when
// it began. The file need not be there unless it was named.
func (t tree) readBaseline(cfg config.Config, rules *gate.Rules) error {
	path := filepath.ToSlash(filepath.Clean(cfg.Baseline.File))
	content, err := readBounded(t.files(), path, maxBaseline)
	if errors.Is(err, fs.ErrNotExist) && !cfg.IsSet("baseline.file") {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading baseline.file: %w", err)
	}
	file, err := baseline.Parse(cfg.Baseline.File, content)
	if err != nil {
		return err
	}
	rules.Policy.Baseline.Created = file.Created
	rules.Policy.Baseline.Known = file.Known()
	return nil
}

// references are the names under which the configuration may know an image.
func references(img finding.Image) []string {
	ref := img.Ref
	for _, prefix := range []string{"registry:", "docker:"} {
		ref = strings.TrimPrefix(ref, prefix)
	}
	return slices.Compact([]string{img.Name, ref})
}
