package parity

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// The checks that an explanation can ask for. In all of them Trivy itself is the
// witness: it is shown other images made of the same content.
const (
	// checkSince is about the layer that a package of the distribution is attributed
	// to. Trivy names the first layer that ever had a package of the name, version
	// and release; imgscan the lowest layer from which the package has been there
	// without interruption. Trivy's lists for the images that the lower layers alone
	// make say which one that is.
	checkSince = "since"

	// checkWritten is about the layer that a language's package is attributed to.
	// Trivy names the first layer that had the package at that path; imgscan the last
	// one that wrote its file. Trivy's lists for the images that single layers make
	// say which one that is.
	checkWritten = "written"

	// checkFlat is about files that a higher layer replaced. Trivy does not notice
	// when the replacement is nothing that it reads, and of two release files of a
	// system it believes the lower. When it is shown the image's files as a single
	// layer, it says what imgscan says.
	checkFlat = "flat"
)

// A scanner scans the image in a file: both programs do.
type scanner interface {
	Scan(ctx context.Context, path string) (Scan, error)
}

// witness asks Trivy about one image. It scans when first asked.
type witness struct {
	trivy scanner
	temp  string // folder for what Trivy is shown
	path  string // the image
	image Scan   // Trivy's scan of it

	lower []Scan // of the n+1 lowest layers, for all but the top
	alone []Scan // of each layer alone
	flat  *Scan
}

func (w *witness) check(ctx context.Context, check string, d Difference) (holds bool, err error) {
	layer := d.Kind == "package" && d.Field == "layer"
	switch {
	case check == checkSince && layer && d.packages.left.distro:
		holds, err = w.since(ctx, *d.packages.left, d.Imgscan)
	case check == checkWritten && layer && !d.packages.left.distro:
		holds, err = w.written(ctx, *d.packages.left, d.Imgscan)
	case check == checkFlat:
		holds, err = w.flatAgrees(ctx, d)
	}
	if err != nil {
		return false, fmt.Errorf("checking %q of %s: %w", check, d.What, err)
	}
	return holds, nil
}

// since says whether layer is the lowest from which p has always been there.
func (w *witness) since(ctx context.Context, p Package, layer string) (bool, error) {
	if err := w.scanLower(ctx); err != nil {
		return false, err
	}
	lowest := len(w.image.Layers) - 1
	for lowest > 0 && has(w.lower[lowest-1], p) {
		lowest--
	}
	return w.image.Layers[lowest] == layer, nil
}

// written says whether layer is the highest of those that have p when they are
// alone.
func (w *witness) written(ctx context.Context, p Package, layer string) (bool, error) {
	if err := w.scanAlone(ctx); err != nil {
		return false, err
	}
	for i, scan := range slices.Backward(w.alone) {
		if has(scan, p) {
			return w.image.Layers[i] == layer, nil
		}
	}
	return false, nil
}

// has says whether the scan lists p, whatever layer it is attributed to. The
// operating system, and with it the type of its packages, may be unknown in lower
// layers.
func has(s Scan, p Package) bool {
	return slices.ContainsFunc(s.Packages, func(q Package) bool {
		return q.Name == p.Name && q.Version == p.Version && q.Arch == p.Arch && q.Path == p.Path && (q.Type == p.Type || q.distro && p.distro)
	})
}

func (w *witness) flatAgrees(ctx context.Context, d Difference) (bool, error) {
	if err := w.scanFlat(ctx); err != nil {
		return false, err
	}
	switch {
	case d.Kind == "os":
		return w.flat.OS == d.Imgscan, nil
	case d.Field == "only-trivy" && d.packages.left != nil:
		return !has(*w.flat, *d.packages.left), nil
	case d.Field == "only-imgscan" && d.packages.right != nil:
		return has(*w.flat, *d.packages.right), nil
	case d.Field == "only-trivy" && d.findings.left != nil:
		return !slices.Contains(w.flat.Findings, *d.findings.left), nil
	case d.Field == "only-imgscan" && d.findings.right != nil:
		return slices.Contains(w.flat.Findings, *d.findings.right), nil
	}
	return false, nil
}

func (w *witness) scanLower(ctx context.Context) error {
	if w.lower != nil {
		return nil
	}
	layers, err := w.layers()
	if err != nil {
		return err
	}
	var images [][]v1.Layer
	for n := 1; n < len(layers); n++ {
		images = append(images, layers[:n])
	}
	w.lower, err = w.scanAll(ctx, images)
	return err
}

func (w *witness) scanAlone(ctx context.Context) error {
	if w.alone != nil {
		return nil
	}
	layers, err := w.layers()
	if err != nil {
		return err
	}
	w.alone, err = w.scanAll(ctx, slices.Collect(slices.Chunk(layers, 1)))
	return err
}

func (w *witness) layers() ([]v1.Layer, error) {
	img, err := tarball.ImageFromPath(w.path, nil)
	if err != nil {
		return nil, err
	}
	return img.Layers()
}

// scanAll is Trivy's scan of each of the images that layers make.
func (w *witness) scanAll(ctx context.Context, images [][]v1.Layer) ([]Scan, error) {
	var scans []Scan
	for _, layers := range images {
		scan, err := w.scan(ctx, layers)
		if err != nil {
			return nil, err
		}
		scans = append(scans, scan)
	}
	return scans, nil
}

func (w *witness) scanFlat(ctx context.Context) (err error) {
	if w.flat != nil {
		return nil
	}
	img, err := tarball.ImageFromPath(w.path, nil)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(w.temp, "flat-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	files := filepath.Join(dir, "layer.tar")
	if err := extract(img, files); err != nil {
		return err
	}
	layer, err := tarball.LayerFromFile(files)
	if err != nil {
		return err
	}
	scan, err := w.scan(ctx, []v1.Layer{layer})
	w.flat = &scan
	return err
}

// extract writes the files of all layers together as a tar.
func extract(img v1.Image, path string) (err error) {
	files := mutate.Extract(img)
	defer func() { err = errors.Join(err, files.Close()) }()
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, files)
	return errors.Join(err, out.Close())
}

// scan is Trivy's of the image that layers make.
func (w *witness) scan(ctx context.Context, layers []v1.Layer) (scan Scan, err error) {
	img, err := imageOf(layers)
	if err != nil {
		return Scan{}, err
	}
	dir, err := os.MkdirTemp(w.temp, "witness-")
	if err != nil {
		return Scan{}, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "image.tar")
	tag, err := name.NewTag("parity/witness:latest")
	if err != nil {
		return Scan{}, err
	}
	if err := tarball.WriteToFile(path, tag, img); err != nil {
		return Scan{}, err
	}
	return w.trivy.Scan(ctx, path)
}
