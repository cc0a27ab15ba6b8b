package vex

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"

	"github.com/package-url/packageurl-go"

	"github.com/org/imgscan-action/internal/triage"
)

// The files of a repository; VEX Repository Specification 0.1, §3.
const (
	repositoryManifest = "vex-repository.json"
	repositoryIndex    = "index.json"
	repositoryVersion  = "0.1"
)

// maxDocuments is how many documents of a repository are read for one image.
const maxDocuments = 10_000

// ReadRepository reads what a VEX repository says of packages: a folder with
// index.json, in the layout of https://github.com/aquasecurity/vex-repo-spec, as
// VEX Hub has it. Every entry for any of the package URLs is read, whatever its
// version; a package with two documents has the statements of both.
//
// A document that cannot be read does not hide the others: the claims are returned
// together with an error that names it. No path leads out of fsys; that no link
// does is for whoever opens it, as with os.Root.
func ReadRepository(fsys fs.FS, purls []string) ([]triage.VendorClaim, error) {
	if err := checkManifest(fsys); err != nil {
		return nil, err
	}
	src, err := readFile(fsys, repositoryIndex)
	if errors.Is(err, fs.ErrNotExist) {
		// Trivy's cache folder has each version of the specification below the manifest.
		if fsys, err = fs.Sub(fsys, repositoryVersion); err == nil {
			src, err = readFile(fsys, repositoryIndex)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("reading VEX repository: %w", err)
	}
	var index struct {
		Packages []struct {
			ID       string `json:"id"`
			Location string `json:"location"`
		} `json:"packages"`
	}
	if err := json.Unmarshal(src, &index); err != nil {
		return nil, fmt.Errorf("reading VEX repository: %q: expected an object with \"packages\": %w", repositoryIndex, err)
	}
	wanted := make(map[string]bool, len(purls))
	for _, purl := range purls {
		if key := repositoryKey(purl); key != "" {
			wanted[key] = true
		}
	}

	var problems []error
	var locations []string
	for _, p := range index.Packages {
		if !wanted[repositoryKey(p.ID)] {
			continue
		}
		if !fs.ValidPath(p.Location) {
			problems = append(problems, fmt.Errorf("reading VEX repository: %q: expected a path inside the repository for %q, not %q", repositoryIndex, p.ID, p.Location))
			continue
		}
		locations = append(locations, p.Location)
	}
	slices.Sort(locations)
	locations = slices.Compact(locations)
	if len(locations) > maxDocuments {
		return nil, fmt.Errorf("reading VEX repository: %d documents are about packages of the image, more than %d", len(locations), maxDocuments)
	}

	var claims []triage.VendorClaim
	for _, location := range locations {
		src, err := readFile(fsys, location)
		if err != nil {
			problems = append(problems, fmt.Errorf("reading VEX repository: %w", err))
			continue
		}
		said, err := Read(location, src)
		if err != nil {
			problems = append(problems, fmt.Errorf("reading VEX repository: %w", err))
			continue
		}
		claims = append(claims, said...)
		if len(claims) > maxStatements {
			return nil, fmt.Errorf("reading VEX repository: its documents make more than %d statements", maxStatements)
		}
	}
	return claims, errors.Join(problems...)
}

// checkManifest refuses a repository of which no version is one that is understood.
// An unpacked archive has no manifest, and then there is nothing to refuse.
func checkManifest(fsys fs.FS) error {
	src, err := readFile(fsys, repositoryManifest)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading VEX repository: %w", err)
	}
	var manifest struct {
		Versions []struct {
			SpecVersion string `json:"spec_version"`
		} `json:"versions"`
	}
	if err := json.Unmarshal(src, &manifest); err != nil {
		return fmt.Errorf("reading VEX repository: %q: expected an object with \"versions\": %w", repositoryManifest, err)
	}
	for _, v := range manifest.Versions {
		if v.SpecVersion == repositoryVersion {
			return nil
		}
	}
	return fmt.Errorf("reading VEX repository: %q: expected version %s of the specification among its versions", repositoryManifest, repositoryVersion)
}

// readFile reads a file that is not too large.
func readFile(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	src, err := io.ReadAll(io.LimitReader(f, maxBytes+1))
	if err != nil {
		return nil, err
	}
	if len(src) > maxBytes {
		return nil, fmt.Errorf("%q has more than %d MiB", path.Base(name), maxBytes>>20)
	}
	return src, nil
}

// repositoryKey is a package URL as indices have it: without version, qualifiers
// and subpath, but for the repository of an image. Empty for what is none.
func repositoryKey(purl string) string {
	parsed, err := parsePURL(purl)
	if err != nil {
		return ""
	}
	var qualifiers packageurl.Qualifiers
	if url := parsed.Qualifiers.Map()[repositoryURL]; parsed.Type == packageurl.TypeOCI && url != "" {
		qualifiers = packageurl.Qualifiers{{Key: repositoryURL, Value: url}}
	}
	return packageurl.NewPackageURL(parsed.Type, parsed.Namespace, parsed.Name, "", qualifiers, "").ToString()
}
