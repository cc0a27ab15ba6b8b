package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/baseline"
	"github.com/org/imgscan-action/internal/config"
	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/gate"
	"github.com/org/imgscan-action/internal/image"
	"github.com/org/imgscan-action/internal/intel"
	"github.com/org/imgscan-action/internal/triage"
	"github.com/org/imgscan-action/internal/vex"
)

// tree is where policy and decisions are read from.
type tree struct {
	fs fs.FS // nil for the working folder

	// from says in a few words what it is: "main at 1f3c5d7"; empty for the working
	// folder.
	from string
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

// readBaseline puts the findings into the policy that the project knew of when
// it began. The file need not be there unless it was named.
func (t tree) readBaseline(cfg config.Config, rules *gate.Rules) error {
	path := filepath.ToSlash(filepath.Clean(cfg.Baseline.File))
	content, err := fs.ReadFile(t.files(), path)
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

// pending is what the decisions of the working folder would change once they are
// merged; none when those that count are from there already.
func (r *request) pending(rep *finding.Report, claims []triage.VendorClaim) []string {
	if r.policy.fs == nil {
		return nil
	}
	var working tree
	cfg, err := working.config(r.configPath, r.settings)
	if err != nil {
		return []string{"the configuration in this change cannot be read: " + oneLine(err.Error())}
	}
	rules, err := working.rules(cfg)
	if err != nil {
		return []string{"the decisions in this change cannot be read: " + oneLine(err.Error())}
	}
	rules.Claims = claims
	return gate.Pending(rep, rules)
}

// references are the names under which the configuration may know an image.
func references(img finding.Image) []string {
	ref := img.Ref
	for _, prefix := range []string{"registry:", "docker:"} {
		ref = strings.TrimPrefix(ref, prefix)
	}
	return slices.Compact([]string{img.Name, ref})
}

// intelligence reads the files of context that the configuration names.
func (r *request) intelligence(ctx context.Context, cfg config.Config, cacheDir string) (*intel.Data, error) {
	return intel.Open(ctx, intel.Options{
		Client:   http.DefaultClient,
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
func statements(cfg config.Config, images *image.Finder) func(context.Context, *image.Image, finding.Inventory, []finding.Base) ([]triage.VendorClaim, error) {
	if len(cfg.Triage.VEX)+len(cfg.Triage.VEXRepositories)+len(cfg.Triage.TrustVEX) == 0 {
		return nil
	}
	return func(ctx context.Context, img *image.Image, inv finding.Inventory, bases []finding.Base) ([]triage.VendorClaim, error) {
		var claims []triage.VendorClaim
		for _, path := range cfg.Triage.VEX {
			read, err := readVEX(path)
			if err != nil {
				return nil, err
			}
			claims = append(claims, read...)
		}
		var purls []string
		for _, p := range inv.Packages {
			if p.PURL != "" {
				purls = append(purls, p.PURL)
			}
		}
		for _, path := range cfg.Triage.VEXRepositories {
			read, err := readVEXRepository(path, purls)
			if err != nil {
				return nil, fmt.Errorf("reading the VEX repository %q: %w", path, err)
			}
			claims = append(claims, read...)
		}
		if len(cfg.Triage.TrustVEX) == 0 {
			return claims, nil
		}
		claims = append(claims, attached(ctx, img)...)
		for _, b := range bases {
			if b.Confidence != finding.Proven {
				continue
			}
			// A base that cannot be asked says nothing.
			if base, err := images.Describe(ctx, usedReference(b), img.Platform); err == nil {
				claims = append(claims, attached(ctx, base)...)
				base.Close()
			}
		}
		return claims, ctx.Err()
	}
}

// attached is what vendors say in attestations of an image. What is attached and
// cannot be read decides nothing, which is the strict side.
func attached(ctx context.Context, img *image.Image) []triage.VendorClaim {
	var claims []triage.VendorClaim
	attestations, _ := img.VEX(ctx)
	for _, a := range attestations {
		if read, err := vex.Read("attestation "+a.Digest, a.Statement); err == nil {
			claims = append(claims, read...)
		}
	}
	return claims
}

// readVEXRepository reads a folder that no link in it leads out of.
func readVEXRepository(path string, purls []string) ([]triage.VendorClaim, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return vex.ReadRepository(root.FS(), purls)
}

// maxVEX bounds one document of statements, in bytes.
const maxVEX = 64 << 20

// readVEX reads one document, or every document of a folder.
func readVEX(path string) ([]triage.VendorClaim, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("reading triage.vex: %w", err)
	}
	if !info.IsDir() {
		return readVEXFile(path)
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, fmt.Errorf("reading triage.vex: %w", err)
	}
	var claims []triage.VendorClaim
	for _, e := range entries {
		if e.IsDir() || filepath.Ext(e.Name()) != ".json" {
			continue
		}
		read, err := readVEXFile(filepath.Join(path, e.Name()))
		if err != nil {
			return nil, err
		}
		claims = append(claims, read...)
	}
	return claims, nil
}

func readVEXFile(path string) ([]triage.VendorClaim, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading triage.vex: %w", err)
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, maxVEX+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading triage.vex: %w", err)
	case len(content) > maxVEX:
		return nil, fmt.Errorf("reading triage.vex: %q has more than %d bytes", path, maxVEX)
	}
	return vex.Read(path, content)
}
