package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/org/imgscan-action/internal/cache"
)

// maxLayerCache is how many bytes of what was found in layers are kept: a base
// image takes about 100 KB, so that is thousands of layers.
const maxLayerCache = 512 << 20

// layerCache is the part of the cache folder that has what layers said.
func layerCache(dir string) *cache.Folder {
	return &cache.Folder{Dir: filepath.Join(dir, "layers"), MaxBytes: maxLayerCache, Now: time.Now}
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
