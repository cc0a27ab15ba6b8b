package github

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
)

// reportIn is the JSON in the content of an artifact, which is a zip with one .json
// file, or that file. Only what the zip calls a plain file is read, and nothing is
// written anywhere.
func reportIn(content []byte) ([]byte, error) {
	if !bytes.HasPrefix(content, []byte("PK")) {
		if !bytes.HasPrefix(bytes.TrimLeft(content, " \t\r\n"), []byte("{")) {
			return nil, errors.New("the artifact is neither a zip nor JSON")
		}
		return content, nil
	}
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, fmt.Errorf("opening the artifact's zip: %w", err)
	}
	file, err := onlyReport(archive.File)
	if err != nil {
		return nil, err
	}
	report, err := inflate(file)
	if err != nil {
		return nil, fmt.Errorf("reading %.80q in the artifact's zip: %w", file.Name, err)
	}
	return report, nil
}

// onlyReport is the one .json file. Of several, which one is the report is not for
// us to guess.
func onlyReport(files []*zip.File) (*zip.File, error) {
	var found *zip.File
	for _, f := range files {
		switch {
		case !fs.ValidPath(strings.TrimSuffix(f.Name, "/")):
			return nil, fmt.Errorf("the artifact's zip has a file with the name %.80q", f.Name)
		case !f.Mode().IsRegular(), !strings.EqualFold(path.Ext(f.Name), ".json"):
		case found != nil:
			return nil, fmt.Errorf("the artifact has several .json files, %.80q and %.80q: leave the report alone under its name", found.Name, f.Name)
		default:
			found = f
		}
	}
	if found == nil {
		return nil, fmt.Errorf("the artifact has no .json file among its %d", len(files))
	}
	return found, nil
}

// inflate reads a file of a zip. The size that the zip claims is enough to look at:
// archive/zip fails as soon as there is more.
func inflate(file *zip.File) ([]byte, error) {
	if file.UncompressedSize64 > maxReport {
		return nil, fmt.Errorf("it has %d bytes, more than %d", file.UncompressedSize64, maxReport)
	}
	r, err := file.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	content, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return content, nil
}
