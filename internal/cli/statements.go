package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"time"

	"github.com/org/imgscan-action/internal/config"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/image"
	"github.com/org/imgscan-action/internal/intel"
	"github.com/org/imgscan-action/internal/triage"
	"github.com/org/imgscan-action/internal/vex"
)

// maxVEX bounds one document of statements, in bytes.
const maxVEX = 64 << 20

// locate is where a path of the configuration leads. An absolute one leads to this
// machine. Any other is in the tree: of a pull request that is its base, so that
// nobody decides about a change by a file in it.
func (t tree) locate(ctx context.Context, name string) (files fs.FS, inside string, err error) {
	if t.fs == nil || filepath.IsAbs(name) {
		return here(name)
	}
	inside = path.Clean(filepath.ToSlash(name))
	if !fs.ValidPath(inside) {
		return nil, "", usagef("%q leads out of %s, from which it is read: give a path inside, or an absolute one", name, t.from)
	}
	if err := t.add(ctx, inside); err != nil {
		return nil, "", err
	}
	_, err = fs.Stat(t.fs, inside)
	if errors.Is(err, fs.ErrNotExist) {
		err = usagef("%q is not in %s, from which it is read: name what a workflow fetches or makes by an absolute path outside of the checkout", name, t.from)
	}
	return t.fs, inside, err
}

// reasonOf is an error without a path, for a message that has it as it was written.
func reasonOf(err error) error {
	var located *fs.PathError
	if errors.As(err, &located) {
		return located.Err
	}
	return err
}

// here is a path on this machine.
func here(name string) (files fs.FS, inside string, err error) {
	absolute, err := filepath.Abs(name)
	if err != nil {
		return nil, "", err
	}
	folder, inside := filepath.Split(absolute)
	return os.DirFS(folder), cmp.Or(inside, "."), nil
}

// intelligence reads the files of context that the configuration names.
func (r *request) intelligence(ctx context.Context, cfg config.Config, cacheDir string) (*intel.Data, error) {
	return intel.Open(ctx, intel.Options{
		Client: http.DefaultClient,
		OpenFile: func(name string) (fs.File, error) {
			files, inside, err := r.policy.locate(ctx, name)
			if err != nil {
				return nil, err
			}
			file, err := files.Open(inside)
			if err != nil {
				return nil, usagef("reading the file %q that context names: %w", name, reasonOf(err))
			}
			return file, nil
		},
		KEV:      cfg.Context.KEV,
		EPSS:     cfg.Context.EPSS,
		SSVC:     cfg.Context.SSVC,
		CacheDir: filepath.Join(cacheDir, "context"),
		Offline:  r.skipUpdate,
	})
}

// statements reads what vendors say: the documents and repositories that the
// configuration names and, when somebody is trusted, what is attached to the
// image and to the bases that it is proven to stand on.
func (r *request) statements(cfg config.Config, images *image.Finder) func(context.Context, *image.Image, finding.Inventory, []finding.Base) ([]triage.VendorClaim, error) {
	if len(cfg.Triage.VEX)+len(cfg.Triage.VEXRepositories)+len(cfg.Triage.TrustVEX) == 0 {
		return nil
	}
	return func(ctx context.Context, img *image.Image, inv finding.Inventory, bases []finding.Base) ([]triage.VendorClaim, error) {
		claims, err := r.policy.documents(ctx, cfg, inv.Packages)
		if err != nil || len(cfg.Triage.TrustVEX) == 0 {
			return claims, err
		}
		asking, cancel := context.WithTimeout(ctx, attachedTimeout)
		defer cancel()
		r.attached = r.attachedTo(asking, cfg, images, img, bases)
		return append(claims, r.attached...), ctx.Err()
	}
}

// attachedTimeout is for all registries together. One that does not answer says
// nothing, which is the strict side.
const attachedTimeout = 20 * time.Second

// attachedTo is what vendors say in attestations of the image and of the bases that
// it is proven to stand on. Of a change that is judged, the author chooses what the
// image is and what it stands on, but for the bases that the policy trusts.
func (r *request) attachedTo(ctx context.Context, cfg config.Config, images *image.Finder, img *image.Image, bases []finding.Base) []triage.VendorClaim {
	judged := r.policy.fs != nil
	all := attached(ctx, img, 0, judged)
	for i, b := range bases {
		if b.Confidence != finding.Proven {
			continue
		}
		if base, err := images.Describe(ctx, usedReference(b), img.Platform); err == nil {
			all = append(all, attached(ctx, base, i+1, judged && !cfg.Policy.Trusts(bases, i+1))...)
			base.Close()
		}
	}
	return all
}

// attached is what vendors say in attestations of an image. What is attached and
// cannot be read decides nothing.
func attached(ctx context.Context, img *image.Image, ofBase int, ownChange bool) []triage.VendorClaim {
	var claims []triage.VendorClaim
	attestations, _ := img.VEX(ctx)
	for _, a := range attestations {
		if read, err := vex.Read("attestation "+a.Digest, a.Statement); err == nil {
			claims = append(claims, read...)
		}
	}
	for i := range claims {
		claims[i].OfBase, claims[i].OwnChange = ofBase, ownChange
	}
	return claims
}

// documents are what the documents and repositories say that the configuration of
// the tree names, the repositories about the packages only.
func (t tree) documents(ctx context.Context, cfg config.Config, packages []finding.Package) ([]triage.VendorClaim, error) {
	var claims []triage.VendorClaim
	for _, name := range cfg.Triage.VEX {
		read, err := t.readVEX(ctx, name)
		if err != nil {
			return nil, fmt.Errorf("reading triage.vex: %w", err)
		}
		claims = append(claims, read...)
	}
	if len(cfg.Triage.VEXRepositories) == 0 {
		return claims, nil
	}
	var purls []string
	for _, p := range packages {
		if p.PURL != "" {
			purls = append(purls, p.PURL)
		}
	}
	for _, name := range cfg.Triage.VEXRepositories {
		read, err := t.readVEXRepository(ctx, name, purls)
		if err != nil {
			return nil, fmt.Errorf("reading the VEX repository %q: %w", name, err)
		}
		claims = append(claims, read...)
	}
	return claims, nil
}

// readVEXRepository reads a folder that no link in it leads out of.
func (t tree) readVEXRepository(ctx context.Context, name string, purls []string) ([]triage.VendorClaim, error) {
	if t.fs == nil || filepath.IsAbs(name) {
		root, err := os.OpenRoot(name)
		if err != nil {
			return nil, err
		}
		defer root.Close()
		return vex.ReadRepository(root.FS(), purls)
	}
	inside := path.Clean(filepath.ToSlash(name))
	if t.include != nil && fs.ValidPath(inside) {
		return vex.ReadRepository(onDemand{ctx, t, inside}, purls)
	}
	files, inside, err := t.locate(ctx, name)
	if err != nil {
		return nil, err
	}
	if files, err = fs.Sub(files, inside); err != nil {
		return nil, err
	}
	return vex.ReadRepository(files, purls)
}

// onDemand is a folder of a tree that is not here. It is read file by file, because a
// repository has documents about everything and an image needs a few.
type onDemand struct {
	ctx    context.Context //nolint:containedctx // a file system has no other way to be stopped
	tree   tree
	folder string
}

// Open implements fs.FS.
func (d onDemand) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	inside := path.Join(d.folder, name)
	if err := d.tree.add(d.ctx, inside); err != nil {
		return nil, err
	}
	return d.tree.fs.Open(inside)
}

// readVEX reads one document, or every document of a folder.
func (t tree) readVEX(ctx context.Context, name string) ([]triage.VendorClaim, error) {
	files, inside, err := t.locate(ctx, name)
	if err != nil {
		return nil, err
	}
	info, err := fs.Stat(files, inside)
	if err != nil {
		return nil, usagef("%q: %w", name, reasonOf(err))
	}
	if !info.IsDir() {
		return readVEXFile(files, inside, name)
	}
	entries, err := fs.ReadDir(files, inside)
	if err != nil {
		return nil, err
	}
	var claims []triage.VendorClaim
	for _, e := range entries {
		if e.IsDir() || path.Ext(e.Name()) != ".json" {
			continue
		}
		read, err := readVEXFile(files, path.Join(inside, e.Name()), filepath.Join(name, e.Name()))
		if err != nil {
			return nil, err
		}
		claims = append(claims, read...)
	}
	return claims, nil
}

// readVEXFile reads a file, which messages call by another name.
func readVEXFile(files fs.FS, inside, name string) ([]triage.VendorClaim, error) {
	content, err := readBounded(files, inside, maxVEX)
	if err != nil {
		return nil, err
	}
	return vex.Read(name, content)
}
