package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/klauspost/compress/gzip"
)

// subject is an image in all the forms that it is scanned in.
type subject struct {
	// name is the file's in the work folder; title is what the tables call it.
	name, title string

	archive string
	layouts map[Compression]string
	tag     string // in the daemon
}

// prepareSubject makes the forms of a docker archive that are files, those that
// are not there yet.
func prepareSubject(work, name, title, archive, tag string) (subject, error) {
	s := subject{name: name, title: title, archive: archive, tag: tag, layouts: make(map[Compression]string)}
	for _, c := range []Compression{Gzip, Zstd} {
		dir := filepath.Join(work, name+"-"+string(c))
		s.layouts[c] = dir
		err := once(dir, func(partial string) error { return convertArchive(archive, partial, c) })
		if err != nil {
			return s, fmt.Errorf("making an OCI layout of %q: %w", archive, err)
		}
	}
	return s, nil
}

// once makes path by having a partial one made and renamed, unless it is there.
func once(path string, make func(partial string) error) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	partial := path + ".part"
	if err := os.RemoveAll(partial); err != nil {
		return err
	}
	if err := make(partial); err != nil {
		return err
	}
	return os.Rename(partial, path)
}

// gunzip writes the content of a gzip file.
func gunzip(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	z, err := gzip.NewReader(in)
	if err != nil {
		return err
	}
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, z)
	return errors.Join(err, out.Close())
}

// loadDaemon has the Docker daemon load the images, and says how it stores them.
// Without a daemon, reason says why.
func loadDaemon(ctx context.Context, subjects []subject) (driver, reason string, err error) {
	said, err := exec.CommandContext(ctx, "docker", "info", "--format", "{{.Driver}}").Output()
	if err != nil {
		return "", "no Docker daemon answers", nil // a machine without Docker is measured without it
	}
	for _, s := range subjects {
		if exec.CommandContext(ctx, "docker", "image", "inspect", s.tag).Run() == nil {
			continue
		}
		if out, err := exec.CommandContext(ctx, "docker", "load", "--input", s.archive).CombinedOutput(); err != nil {
			return "", "", fmt.Errorf("loading %q into the daemon: %w: %s", s.archive, err, tail(out))
		}
	}
	return string(tail(said)), "", nil
}
