package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"

	"github.com/org/imgscan-action/internal/config"
	"github.com/org/imgscan-action/internal/dockerfile"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/image"
	"github.com/org/imgscan-action/internal/lineage"
	"github.com/org/imgscan-action/internal/manifest"
	"github.com/org/imgscan-action/internal/owner"
)

// defaultDockerfile is traced when it is there and the configuration names none.
const defaultDockerfile = "Dockerfile"

// Limits on what is read whole, in bytes.
const (
	maxDockerfile = 4 << 20
	maxMetadata   = 64 << 20 // provenance of a large build with all its steps
	maxCodeowners = 3 << 20  // GitHub's own limit
)

// repository is the source that the image was built from. It is never left:
// neither a path nor a symbolic link leads out of it.
type repository struct {
	root *os.Root // nil when there is none
	cfg  config.Build
}

// openRepository opens the folder that the configuration names. The default,
// the working folder, counts only when it looks like a repository: nobody wants
// their home folder searched for manifests.
func openRepository(cfg config.Config) (*repository, error) {
	r := &repository{cfg: cfg.Build}
	root, err := os.OpenRoot(cfg.Build.Repository)
	if err != nil {
		return nil, fmt.Errorf("opening build.repository: %w", err)
	}
	if !cfg.IsSet("build.repository") && !slices.ContainsFunc([]string{".git", ".imgscan", ".github", defaultDockerfile}, func(name string) bool {
		_, err := root.Lstat(name)
		return err == nil
	}) {
		return r, root.Close()
	}
	r.root = root
	return r, nil
}

func (r *repository) close() {
	if r.root != nil {
		_ = r.root.Close() // only read from
	}
}

// read is a file of the repository; fs.ErrNotExist without a repository.
func (r *repository) read(name string, limit int64) ([]byte, error) {
	if r.root == nil {
		return nil, fs.ErrNotExist
	}
	// Opening a pipe would wait for somebody to write to it.
	info, err := r.root.Stat(filepath.FromSlash(name))
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%q is no regular file", name)
	}
	f, err := r.root.Open(filepath.FromSlash(name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readAll(f, name, limit)
}

func readAll(f *os.File, name string, limit int64) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(content)) > limit {
		err = fmt.Errorf("%q has more than %d bytes", name, limit)
	}
	return content, err
}

// dockerfile is the Dockerfile and its path in the repository; empty when none
// is named and the usual one is not there. The usual one need not be that of the
// image, so when it is of no use that is a note and no error.
func (r *repository) dockerfile() (name string, content []byte, note string, err error) {
	name = r.cfg.Dockerfile
	if name == "" {
		content, err := r.usualDockerfile()
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return "", nil, "", nil
		case err != nil:
			return "", nil, oneLine(err.Error()), nil
		}
		return defaultDockerfile, content, "", nil
	}
	if r.root == nil {
		return "", nil, "", fmt.Errorf("build.dockerfile is %q, and %q is no repository: name the folder it is in with --repository", name, r.cfg.Repository)
	}
	name = path.Clean(filepath.ToSlash(name))
	content, err = r.read(name, maxDockerfile)
	if err != nil {
		return "", nil, "", fmt.Errorf("reading build.dockerfile: %w", err)
	}
	return name, content, "", nil
}

// usualDockerfile is the content of the file with the usual name. An error, but
// that it is not there, says why it cannot be used.
func (r *repository) usualDockerfile() ([]byte, error) {
	content, err := r.read(defaultDockerfile, maxDockerfile)
	if err != nil {
		return nil, err
	}
	file, err := dockerfile.Parse(defaultDockerfile, content)
	if err != nil {
		return nil, err
	}
	if _, err := file.Build(dockerfile.Options{Args: r.cfg.Args, Contexts: r.cfg.Contexts}); err != nil {
		return nil, err
	}
	return content, nil
}

// metadata is what buildx wrote about the build: the JSON itself, as a step of a
// workflow outputs it, or the file it is in; nil when none is named. The file is a
// product of the build, so it need not be in the repository.
func (r *repository) metadata() ([]byte, error) {
	if r.cfg.Metadata == "" {
		return nil, nil
	}
	if strings.HasPrefix(strings.TrimSpace(r.cfg.Metadata), "{") {
		return []byte(r.cfg.Metadata), nil
	}
	f, err := os.Open(r.cfg.Metadata)
	if err != nil {
		return nil, fmt.Errorf("reading build.metadata: %w", err)
	}
	defer f.Close()
	content, err := readAll(f, r.cfg.Metadata, maxMetadata)
	if err != nil {
		return nil, fmt.Errorf("reading build.metadata: %w", err)
	}
	return content, nil
}

// metadataName is what to call the metadata in messages.
func (r *repository) metadataName() string {
	if strings.HasPrefix(strings.TrimSpace(r.cfg.Metadata), "{") {
		return "build metadata"
	}
	return r.cfg.Metadata
}

// owners knows who can fix what: by the configuration, and by the CODEOWNERS that
// counts, which on a pull request is not the pull request's own.
func (r *repository) owners(rules []owner.Rule, policy tree) (*owner.Owners, error) {
	for _, place := range owner.CodeownersPlaces() {
		var (
			content []byte
			err     error
		)
		if policy.fs != nil {
			content, err = fs.ReadFile(policy.fs, place)
		} else {
			content, err = r.read(place, maxCodeowners)
		}
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("reading %q: %w", place, err)
		}
		return owner.New(rules, content, place)
	}
	return owner.New(rules, nil, "")
}

// manifests are those of the repository; nil when there is none.
func (r *repository) manifests(ctx context.Context) *manifests {
	if r.root == nil {
		return nil
	}
	return &manifests{ctx: ctx, root: r.root.FS()}
}

// manifests are read when the first package is asked about: most scans of
// somebody else's image never need them.
type manifests struct {
	ctx   context.Context // of the scan, which is as long as manifests live
	root  fs.FS
	index *manifest.Index
}

func (m *manifests) read() *manifest.Index {
	if m.index == nil {
		var err error
		if m.index, err = manifest.Read(m.ctx, m.root, manifest.Options{}); err != nil {
			m.index = new(manifest.Index) // only for a cancelled context, which ends the scan
		}
	}
	return m.index
}

// Siblings implements origin.Manifests.
func (*manifests) Siblings(p finding.Package) []string {
	return manifest.Siblings(p)
}

// Find implements origin.Manifests.
func (m *manifests) Find(p finding.Package, siblings []finding.Package) []finding.Manifest {
	if p.Class != finding.ClassLanguage {
		return nil
	}
	return m.read().Find(p, siblings)
}

// notes are what of the manifests could not be read.
func (m *manifests) notes() []string {
	if m == nil || m.index == nil {
		return nil
	}
	return m.index.Notes()
}

// tracer finds out what an image was built on.
func (r *request) tracer(cfg config.Config, repo *repository, images *image.Finder) (func(context.Context, *image.Image) (*lineage.Result, error), error) {
	name, content, note, err := repo.dockerfile()
	if err != nil {
		return nil, err
	}
	metadata, err := repo.metadata()
	if err != nil {
		return nil, err
	}
	options := lineage.Options{
		Bases:          cfg.Build.Bases,
		Metadata:       metadata,
		MetadataName:   repo.metadataName(),
		Dockerfile:     content,
		DockerfileName: name,
		Target:         cfg.Build.Target,
		Args:           cfg.Build.Args,
		Contexts:       cfg.Build.Contexts,
		Hosts:          cfg.Build.Registries,
		CheckTags:      cfg.Build.CheckTags,
	}
	return func(ctx context.Context, img *image.Image) (*lineage.Result, error) {
		described, err := lineageImage(ctx, img)
		if err != nil {
			return nil, err
		}
		found, err := lineage.Of(ctx, described, finder{images}, options)
		if err == nil && note != "" {
			found.Lineage.Notes = append(found.Lineage.Notes, "the Dockerfile in the repository was not used: "+note)
		}
		return found, err
	}, nil
}

// finder lets lineage find the images that others name.
type finder struct{ images *image.Finder }

var _ lineage.Finder = finder{}

// Describe implements lineage.Finder.
func (f finder) Describe(ctx context.Context, ref, platform string) (lineage.Image, error) {
	img, err := f.images.Describe(ctx, ref, platform)
	if err != nil {
		return lineage.Image{}, lineageError(err)
	}
	defer img.Close()
	return lineageImage(ctx, img)
}

// Head implements lineage.Finder.
func (f finder) Head(ctx context.Context, ref string) (string, error) {
	digest, err := f.images.Head(ctx, ref)
	return digest, lineageError(err)
}

func lineageError(err error) error {
	switch {
	case err == nil:
		return nil
	case image.IsNotFound(err):
		return fmt.Errorf("%w: %w", lineage.ErrNotFound, err)
	case image.IsDenied(err):
		return fmt.Errorf("%w: %w", lineage.ErrDenied, err)
	}
	return err
}

// lineageImage is an image in lineage's words. What is attached to it and cannot
// be read is no reason to stop: there are other hints.
func lineageImage(ctx context.Context, img *image.Image) (lineage.Image, error) {
	described := lineage.Image{
		Ref:         imageReference(img),
		Digest:      img.Digest,
		IndexDigest: img.IndexDigest,
		ID:          img.ID,
		Platform:    img.Platform,
		Config:      img.Config,
		Annotations: img.Annotations,
		Listed:      img.Listed,
	}
	for _, l := range img.Layers() {
		described.Stored = append(described.Stored, l.Digest())
	}
	attestations, err := img.Attestations(ctx)
	if err != nil && ctx.Err() == nil {
		described.Unreadable = err.Error()
	}
	for _, a := range attestations {
		if a.Statement == nil {
			continue // not provenance
		}
		described.Statements = append(described.Statements, lineage.Statement{Source: "attestation " + a.Digest, Raw: a.Statement})
	}
	return described, ctx.Err()
}

// openBase opens a base as it was used.
func openBase(ctx context.Context, images *image.Finder, base finding.Base, platform string) (*image.Image, error) {
	return images.Open(ctx, usedReference(base), platform)
}

// usedReference names a base as it was used: by its digest where that is known.
func usedReference(base finding.Base) string {
	// What is attached to an image hangs on its index.
	digest := cmp.Or(base.IndexDigest, base.Digest)
	if digest == "" {
		return base.Ref
	}
	named, _, _ := strings.Cut(base.Ref, "@")
	parsed, err := name.ParseReference(named)
	if err != nil {
		return base.Ref
	}
	return parsed.Context().Digest(digest).String()
}

// imageReference is the name of an image as the user gave it; empty for a file,
// whose path names no registry.
func imageReference(img *image.Image) string {
	switch img.Source {
	case image.SourceRegistry, image.SourceDaemon:
		ref := strings.TrimPrefix(img.Ref, "registry:")
		return strings.TrimPrefix(ref, "docker:")
	}
	return ""
}
