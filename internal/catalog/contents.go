package catalog

import (
	"fmt"

	"github.com/org/imgscan-action/internal/finding"
)

// Contents is what the layers of one image say, each for itself. Whatever is
// asked of it, no layer is read again.
type Contents struct {
	layers []layerFacts // lowest first
}

// Inventory is what is in the image. The error is for a cache that gave out
// something broken.
func (c *Contents) Inventory() (finding.Inventory, error) { return merge(c.layers) }

// Prefix is what is in the n lowest layers alone: the base of an image as it was
// used, even when nobody has it any more. It equals the inventory of an image
// that consists of those layers.
func (c *Contents) Prefix(n int) (finding.Inventory, error) {
	if n < 0 || n > len(c.layers) {
		return finding.Inventory{}, fmt.Errorf("an image of %d layers has no %d lowest ones", len(c.layers), n)
	}
	return merge(c.layers[:n])
}
