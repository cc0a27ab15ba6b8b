package catalog

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/aquasecurity/trivy/pkg/dependency/parser/java/jar"
	ftypes "github.com/aquasecurity/trivy/pkg/fanal/types"

	"github.com/org/imgscan-action/internal/finding"
)

// javaArchive reads jars and their relatives, and the archives nested in them.
// A package in a nested archive has a path such as
// "opt/app.war/WEB-INF/lib/commons-io-2.8.0.jar".
//
// Trivy's parser unpacks nested archives to temporary files, without a limit,
// and says nothing of those that it cannot read. So it sees one archive at a
// time, reduced to its metadata, and the nesting is walked here: in memory,
// within the limits below, with a Gap for what is not read.
type javaArchive struct {
	// index identifies archives that have no pom.properties; nil means that they
	// stay unidentified, since a manifest alone is not proof enough.
	index *javaIndex
}

// The limits of one archive with everything nested in it. Real ones nest two or
// three deep: ear, war, jar.
const (
	maxJarDepth = 8
	maxJarHeld  = 256 << 20 // bytes of nested archives in memory at a time
	maxJarTotal = 2 << 30   // bytes of nested archives read in all
	maxJarGaps  = 20
)

func (javaArchive) name() string { return "jar" }

func (a javaArchive) edition() string {
	if a.index == nil {
		return ""
	}
	return a.index.fingerprint
}

func (javaArchive) wants(p string, size int64, _ fs.FileMode) bool {
	return size > 0 && slices.Contains([]string{".jar", ".war", ".ear", ".par"}, strings.ToLower(path.Ext(p)))
}

func (a javaArchive) analyze(ctx context.Context, f *file) (*facts, error) {
	w := &jarWalk{index: a.index, left: maxJarTotal}
	w.archive(ctx, nestedJar{path: f.path, content: f.content, size: f.size})
	if len(w.found.Packages) == 0 && len(w.found.Gaps) == 0 {
		return nil, nil
	}
	return &w.found, nil
}

// nestedJar is an archive at some depth: 0 is a file of the image.
type nestedJar struct {
	path    string
	content io.ReaderAt
	size    int64

	depth int
	held  int64 // bytes in memory: this archive and those around it
}

// jarWalk collects what one file of the image contains.
type jarWalk struct {
	index *javaIndex
	left  int64 // bytes of nested archives that may still be read
	found facts
}

func (w *jarWalk) archive(ctx context.Context, a nestedJar) {
	if ctx.Err() != nil {
		return
	}
	opened, err := openZip(a.content, a.size)
	if err != nil {
		w.gap(a.path, err)
		return
	}
	packages, err := w.packages(ctx, a, opened)
	if err != nil {
		w.gap(a.path, err)
	}
	w.found.Packages = append(w.found.Packages, packages...)

	for _, e := range opened.File {
		if !isNestedJar(e) {
			continue
		}
		inner, err := w.open(a, e)
		if err != nil {
			w.gap(path.Join(a.path, path.Clean("/"+e.Name)), err)
			continue
		}
		w.archive(ctx, inner)
	}
}

// open makes an entry readable as an archive: in place when it is stored as it
// is, else inflated in memory.
func (w *jarWalk) open(outer nestedJar, e *zip.File) (nestedJar, error) {
	inner := nestedJar{
		path:  path.Join(outer.path, path.Clean("/"+e.Name)),
		size:  int64(min(e.UncompressedSize64, maxJarTotal+1)),
		depth: outer.depth + 1,
		held:  outer.held,
	}
	if inner.depth > maxJarDepth {
		return nestedJar{}, fmt.Errorf("archives are nested more than %d deep", maxJarDepth)
	}
	// Archives may overlap inside a hostile file, so one that takes no memory
	// costs its size too.
	if w.left -= inner.size; w.left < 0 {
		return nestedJar{}, fmt.Errorf("nested archives are over the limit of %d bytes in all", maxJarTotal)
	}

	if e.Method == zip.Store {
		offset, err := e.DataOffset()
		if err != nil {
			return nestedJar{}, fmt.Errorf("opening %q: %w", e.Name, err)
		}
		inner.content = io.NewSectionReader(outer.content, offset, inner.size)
		return inner, nil
	}

	content, err := readZipEntry(e, maxJarHeld-outer.held)
	if err != nil {
		return nestedJar{}, err
	}
	inner.content = bytes.NewReader(content)
	inner.held += inner.size
	return inner, nil
}

func (w *jarWalk) gap(path string, err error) {
	if len(w.found.Gaps) < maxJarGaps {
		w.found.Gaps = append(w.found.Gaps, finding.Gap{
			Kind:   finding.GapUnreadableFile,
			Where:  path,
			Detail: detail(err),
		})
	}
}

// isNestedJar follows Trivy, which is stricter about nested archives than about
// files: lower case, and no par.
func isNestedJar(e *zip.File) bool {
	return e.UncompressedSize64 > 0 && slices.Contains([]string{".jar", ".war", ".ear"}, path.Ext(e.Name))
}

// packages are those that the metadata of one archive names, those of shaded
// libraries included. A panic costs this archive, not those around it.
func (w *jarWalk) packages(ctx context.Context, a nestedJar, opened *zip.Reader) (_ []finding.Package, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the parser gave up: %v", p)
		}
	}()
	metadata, err := jarMetadata(opened)
	if err != nil {
		return nil, err
	}
	var index jar.Client = noJarIndex{}
	if w.index != nil {
		index = archiveIndex{w.index, io.NewSectionReader(a.content, 0, a.size)}
	}
	parser := jar.NewParser(index, jar.WithFilePath(a.path), jar.WithSize(metadata.Size()))
	return parseLanguage(ctx, parser, ftypes.Jar, a.path, metadata)
}

// noJarIndex answers as an empty Java database does: the artifact is not known.
type noJarIndex struct{}

func (noJarIndex) Exists(_, _ string) (bool, error) { return false, nil }

func (noJarIndex) SearchBySHA1(string) (jar.Properties, error) {
	return jar.Properties{}, jar.ArtifactNotFoundErr
}

func (noJarIndex) SearchByArtifactID(_, _ string) (string, error) {
	return "", jar.ArtifactNotFoundErr
}
