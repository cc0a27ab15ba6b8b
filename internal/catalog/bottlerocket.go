package catalog

import (
	"context"
	"fmt"
	"io/fs"
	"strconv"

	"github.com/org/imgscan-action/internal/finding"
)

// bottlerocketInventory is the analyzer of the list of packages that Bottlerocket
// has in place of an rpm database.
type bottlerocketInventory struct{}

func (bottlerocketInventory) name() string   { return "bottlerocket" }
func (bottlerocketInventory) readsDatabase() {}

func (bottlerocketInventory) wants(path string, _ int64, _ fs.FileMode) bool {
	const inventory = "-bottlerocket-linux-gnu/sys-root/usr/share/bottlerocket/application-inventory.json"
	return path == "aarch64"+inventory || path == "x86_64"+inventory
}

func (bottlerocketInventory) analyze(_ context.Context, f *file) (*facts, error) {
	content, err := f.bytes(maxMetadata)
	if err != nil {
		return nil, err
	}
	var inventory struct {
		Content []struct{ Name, Version, Release, Epoch, Architecture string }
	}
	if err := decodeJSON(content, &inventory); err != nil {
		return nil, fmt.Errorf("reading the inventory: %w", err)
	}

	var said facts
	var rejected rejects
	for _, entry := range inventory.Content {
		p := finding.Package{
			Class: finding.ClassOS, Type: "rpm", Name: entry.Name,
			Version: entry.Version, Release: entry.Release, Arch: entry.Architecture,
		}
		if entry.Epoch != "" { // it is missing before Bottlerocket 1.20
			if p.Epoch, err = strconv.Atoi(entry.Epoch); err != nil {
				rejected.add(p.Name, fmt.Errorf("epoch %q is no number", entry.Epoch))
				continue
			}
		}
		if p.Name != "" && p.Version != "" {
			p.ID = p.Name + "@" + p.FullVersion()
		}
		said.Packages = append(said.Packages, p)
	}
	said.Gaps = rejected.gaps()
	return &said, nil
}
