package catalog

import (
	"archive/zip"
	"bytes"
	"fmt"
	"path"
	"strings"
)

// The limits of an archive's metadata. The largest manifests are those of signed
// archives, which list every class.
const (
	maxJarEntry    = 16 << 20 // bytes of one entry, inflated
	maxJarMetadata = 64 << 20 // bytes of all entries, deflated
)

// jarMetadata is the archive reduced to the entries that identify packages, as
// an archive of its own. Entries are copied as they are, not inflated.
//
// License files are left out, because Trivy's parser would classify their text,
// which takes half a second and 65 MiB to set up; licenses named in a pom.xml are kept.
func jarMetadata(archive *zip.Reader) (*bytes.Reader, error) {
	var b bytes.Buffer
	reduced := zip.NewWriter(&b)
	for _, e := range archive.File {
		tooLarge := e.UncompressedSize64 > maxJarEntry || e.CompressedSize64 > maxJarEntry
		switch path.Base(e.Name) {
		case "pom.properties", "MANIFEST.MF":
			if tooLarge {
				return nil, fmt.Errorf("%q is over the limit of %d bytes", e.Name, maxJarEntry)
			}
		case "pom.xml":
			if tooLarge {
				continue // it holds only licenses
			}
		default:
			continue
		}
		if strings.HasSuffix(e.Name, "/") {
			continue
		}
		if err := reduced.Copy(e); err != nil {
			return nil, fmt.Errorf("reading %q: %w", e.Name, err)
		}
		if b.Len() > maxJarMetadata {
			return nil, fmt.Errorf("the metadata is over the limit of %d bytes", maxJarMetadata)
		}
	}
	if err := reduced.Close(); err != nil {
		return nil, err
	}
	return bytes.NewReader(b.Bytes()), nil
}
