package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/org/imgscan-action/internal/cache"
	"github.com/org/imgscan-action/internal/catalog"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/github"
)

// maxLayerCache is how many bytes of what was found in layers are kept: a base
// image takes about 100 KB, so that is thousands of layers.
const maxLayerCache = 512 << 20

// How long a scan waits for GitHub's cache, before and after. What it saves is
// seldom more than a minute.
const (
	restoreTimeout = 15 * time.Second
	saveTimeout    = 30 * time.Second
)

// layerCache is what layers said, on this machine and, in a workflow, in the jobs
// before this one.
type layerCache struct {
	folder *cache.Folder
	shared *cache.Shared // nil outside of a workflow

	remote  *github.ActionsCache
	program string // prefix of the keys that this program can use
	image   string // prefix of those that are about the same image
	note    func(place, text string)
}

// openLayerCache is the part of the cache folder that has what layers said, with
// the one that remote has unless it is nil.
func (r *request) openLayerCache(ctx context.Context, dir, platform string) *layerCache {
	c := &layerCache{
		folder: &cache.Folder{Dir: filepath.Join(dir, "layers"), MaxBytes: maxLayerCache, Now: time.Now},
		remote: r.remote,
		note:   r.progress.note,
	}
	if r.remote == nil {
		return c
	}
	c.program = "imgscan-layers-" + shortHash(programIdentity(r.version)) + "-"
	c.image = c.program + shortHash(withoutTag(r.ref)+" "+platform) + "-"
	c.shared = cache.NewShared(c.folder, func() []byte {
		limited, cancel := context.WithTimeout(ctx, restoreTimeout)
		defer cancel()
		bundle, err := r.remote.Restore(limited, c.image, c.program)
		if err != nil && ctx.Err() == nil {
			c.note("cache", err.Error())
		}
		return bundle
	})
	return c
}

// cache is what the catalog asks.
func (c *layerCache) cache() catalog.Cache {
	if c.shared != nil {
		return c.shared
	}
	return c.folder
}

// close saves what is new, and evicts what is old. A failure is a note: the scan
// is over.
func (c *layerCache) close(ctx context.Context) {
	c.folder.Trim()
	if c.shared == nil {
		return
	}
	bundle, name := c.shared.Bundle()
	if bundle == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, saveTimeout)
	defer cancel()
	if err := ignoreSkip(c.remote.Save(ctx, c.image+name, bundle)); err != nil {
		c.note("cache", err.Error())
	}
}

// withoutTag is a reference without tag and digest.
func withoutTag(ref string) string {
	ref, _, _ = strings.Cut(ref, "@")
	return finding.WithoutTag(ref)
}

func shortHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// programIdentity tells this build of the program from every other, released or
// not: what another one found in a layer must not be taken for what this one
// would find.
func programIdentity(version string) string {
	path, err := os.Executable()
	if err != nil {
		return version
	}
	info, err := os.Stat(path)
	if err != nil {
		return version
	}
	return fmt.Sprintf("%s, %d bytes of %s", version, info.Size(), info.ModTime().UTC().Format(time.RFC3339Nano))
}
