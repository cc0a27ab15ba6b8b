//go:build ignore

// Ocilayout writes the image of a docker-save archive as an OCI image layout,
// which Docker itself cannot do:
//
//	go run .ci/ocilayout.go app.tar layout/
package main

import (
	"fmt"
	"os"

	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: ocilayout ARCHIVE FOLDER")
		os.Exit(2)
	}
	if err := convert(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "ocilayout:", err)
		os.Exit(1)
	}
}

func convert(archive, folder string) error {
	img, err := tarball.ImageFromPath(archive, nil)
	if err != nil {
		return fmt.Errorf("reading %q: %w", archive, err)
	}
	path, err := layout.Write(folder, empty.Index)
	if err != nil {
		return fmt.Errorf("making the layout %q: %w", folder, err)
	}
	if err := path.AppendImage(img); err != nil {
		return fmt.Errorf("writing the layout %q: %w", folder, err)
	}
	return nil
}
