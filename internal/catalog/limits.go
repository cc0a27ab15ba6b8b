package catalog

import (
	"fmt"

	"github.com/org/imgscan-action/internal/finding"
)

// What an image lists ends somewhere: a file of a few megabytes, compressed, can
// list more than any memory holds. The largest real images have some 20,000
// packages. What is left out is a Gap, so that nobody takes it for clean.
const (
	// maxPackages is how many packages are taken from one layer, and how many may
	// be visible in an image. They need about 3 KiB each until the report is
	// written.
	maxPackages = 200_000

	// maxLayersPackages is how many packages the layers of an image may list
	// together. It is more, since layers often write a database again as a whole.
	maxLayersPackages = 1_000_000

	// maxNames is how many names, of files and of what packages need and provide,
	// one package database may list.
	maxNames = 4 << 20
)

// quota counts what one package database lists.
type quota struct{ packages, names int }

// take counts packages with names. It is an error when there is no more room, and
// then they are not to be kept.
func (q *quota) take(packages, names int) error {
	q.packages += packages
	q.names += names
	switch {
	case q.packages > maxPackages:
		return fmt.Errorf("the database lists more than %d packages, and the rest was not read", maxPackages)
	case q.names > maxNames:
		return fmt.Errorf("the packages in the database list more than %d names, and the rest was not read", maxNames)
	}
	return nil
}

// layersLimit holds the layers of an image to maxLayersPackages. It is not safe
// for concurrent use.
type layersLimit struct {
	layers []layerFacts // lowest first; zero until read
	listed []int        // packages of each, those left out included
	out    []bool       // left out
}

func newLayersLimit(layers []layerFacts) *layersLimit {
	return &layersLimit{layers: layers, listed: make([]int, len(layers)), out: make([]bool, len(layers))}
}

// add takes in that layer i has been read. Layers lose their packages from the
// one on that goes over the limit with those below it, in whichever order they
// are read: those below that are still to come can only add to it.
func (l *layersLimit) add(i int, layer layerFacts) {
	l.layers[i] = layer
	for _, f := range layer.Files {
		l.listed[i] += len(f.Packages)
	}
	sum := 0
	for i, n := range l.listed {
		if sum += n; sum > maxLayersPackages && n > 0 && !l.out[i] {
			l.out[i] = true
			l.layers[i] = withoutPackages(l.layers[i])
		}
	}
}

// withoutPackages is a layer without its packages, and with a gap instead.
func withoutPackages(layer layerFacts) layerFacts {
	for i := range layer.Files {
		layer.Files[i].Packages = nil
	}
	layer.Gaps = append(layer.Gaps, finding.Gap{
		Kind:   finding.GapUnreadableLayer,
		Detail: fmt.Sprintf("with those below, the layer lists more than %d packages, and its own are left out", maxLayersPackages),
		Layer:  layer.DiffID,
	})
	return layer
}
