package catalog

import (
	"archive/tar"
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

const (
	// sniffLength is how much of a file a sniffer sees.
	sniffLength = 4 << 10

	// readAtOnce is the size in bytes up to which a file is read as a whole, even
	// where it could be read in place: parsers of small files ask for a little at a
	// time.
	readAtOnce = 64 << 10

	// maxEntries is how many entries of a layer are read: no real image has a
	// tenth of it, and a small hostile one could fill the memory with names.
	maxEntries = 8 << 20

	// maxDetail is how many bytes of an error are kept in a gap: parsers repeat
	// what they read.
	maxDetail = 300
)

// walker reads one layer.
type walker struct {
	analyzers []analyzer
	spool     spool

	layer  layerFacts
	files  map[string][]facts // by path
	listed int                // how many files those name
	found  int                // how many packages those list, the ones left out included
	want   []analyzer         // reused from file to file
	head   [sniffLength]byte
}

// read is everything that the layer says. An unreadable layer has what was read
// up to there and a Gap.
func (w *walker) read(ctx context.Context, l Layer) (layerFacts, error) {
	w.start(l)
	err := w.walk(ctx, l)
	if ctx.Err() != nil {
		return layerFacts{}, context.Cause(ctx)
	}
	if bad := (unreadable{}); errors.As(err, &bad) {
		w.layer.Gaps = append(w.layer.Gaps, finding.Gap{
			Kind:   finding.GapUnreadableLayer,
			Detail: detail(bad),
			Layer:  w.layer.DiffID,
		})
	} else if err != nil {
		return layerFacts{}, err
	}

	for _, files := range w.files {
		w.layer.Files = append(w.layer.Files, files...)
	}
	slices.SortFunc(w.layer.Files, func(a, b facts) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Analyzer, b.Analyzer))
	})
	w.layer.Files = joinFiles(w.analyzers, w.layer.Files)
	w.layer.Files = withoutListed(w.layer.Files)
	nameOwners(w.layer.Files)
	w.layer.Files = withoutSystemFiles(w.layer.Files)
	return w.layer, nil
}

// start forgets what was read.
func (w *walker) start(l Layer) {
	w.layer = layerFacts{DiffID: l.DiffID()}
	w.files, w.listed, w.found = make(map[string][]facts), 0, 0
}

func (w *walker) walk(ctx context.Context, l Layer) error {
	if s, ok := l.(skimmable); ok {
		err := w.skim(ctx, s)
		if bad := (unreadable{}); !errors.As(err, &bad) {
			return err
		}
		// The verified stream knows better what is wrong, if anything is.
		w.start(l)
	}
	stream, err := l.Open(ctx)
	if err != nil {
		return unreadable{fmt.Errorf("opening: %w", err)}
	}
	defer stream.Close()

	content := w.buffered(ctx, stream)
	if err := w.entries(ctx, content, nil); err != nil {
		return err
	}
	// A tar ends before its stream does: the rest holds the compression's
	// checksum and whatever the source verifies at the end.
	if _, err := io.Copy(io.Discard, content); err != nil {
		return unreadable{err}
	}
	return nil
}

// buffered is a stream that can be read a little at a time and stops with the
// context. One that seeks can do the former, and better without a buffer.
func (w *walker) buffered(ctx context.Context, stream io.Reader) io.Reader {
	if s, ok := stream.(io.ReadSeeker); ok {
		return &endWatch{ReadSeeker: s, ctx: ctx}
	}
	return bufio.NewReaderSize(cancellable{ctx, stream}, 256<<10)
}

// entries takes in the entries of a tar. Where content can be read in place, in
// gives the next n bytes of the stream.
func (w *walker) entries(ctx context.Context, stream io.Reader, in sectioned) error {
	tr := tar.NewReader(stream)
	for {
		hdr, err := tr.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return unreadable{err}
		}
		if err := w.entry(ctx, hdr, tr, in); err != nil {
			return err
		}
		if w.layer.Entries.count+len(w.layer.Whiteouts)+len(w.layer.Opaque) > maxEntries {
			return unreadable{fmt.Errorf("more than %d entries", maxEntries)}
		}
	}
}

// entry takes in one entry of the tar, and reads its content when an analyzer
// wants it.
func (w *walker) entry(ctx context.Context, hdr *tar.Header, content io.Reader, in sectioned) error {
	if hdr.Typeflag == tar.TypeXGlobalHeader {
		return nil
	}
	path := cleanPath(hdr.Name)
	if path == "" {
		return nil
	}
	if len(hdr.PAXRecords) > 0 {
		// The name is a piece of the record, which may be a thousand times larger.
		path = strings.Clone(path)
	}
	if !w.layer.place(path, hdr.Typeflag == tar.TypeDir) {
		return nil
	}
	// A second entry of the same name replaces the first, as unpacking would.
	delete(w.files, path)
	// Hard links are not followed, as in Trivy: their content is read, or not,
	// under its first name.
	if hdr.Typeflag != tar.TypeReg && hdr.Typeflag != tar.TypeGNUSparse {
		return nil
	}
	mode := fs.FileMode(hdr.Mode).Perm()
	w.want = w.want[:0]
	for _, a := range w.analyzers {
		if a.wants(path, hdr.Size, mode) {
			w.want = append(w.want, a)
		}
	}
	if len(w.want) == 0 {
		return nil
	}
	f := file{path: path, size: hdr.Size, mode: mode}
	if hdr.Size > readAtOnce {
		at, err := inPlace(in, hdr)
		if err != nil {
			return err
		}
		f.content = at
	}
	return w.file(ctx, f, content)
}

// file offers one wanted file to the analyzers in w.want. Its content is kept
// for them, unless it can be read in place.
func (w *walker) file(ctx context.Context, f file, content io.Reader) error {
	head := w.head[:min(f.size, sniffLength)]
	if _, err := io.ReadFull(content, head); err != nil {
		return unreadable{err}
	}
	w.want = slices.DeleteFunc(w.want, func(a analyzer) bool {
		s, ok := a.(sniffer)
		return ok && !s.sniff(head)
	})
	if err := w.heads(ctx, f, head); err != nil {
		return err
	}
	if len(w.want) == 0 {
		return nil
	}
	if f.size > w.spool.max {
		for _, a := range w.want {
			w.add(a, f.path, &facts{Gaps: []finding.Gap{{
				Kind:   gapKind(a),
				Detail: fmt.Sprintf("%d bytes is over the limit of %d", f.size, w.spool.max),
			}}})
		}
		return nil
	}
	if f.content == nil {
		kept, release, err := w.spool.keep(head, content, f.size)
		if err != nil {
			return err
		}
		defer release()
		f.content = kept
	}
	for _, a := range w.want {
		if err := w.offer(ctx, a, &f); err != nil {
			return err
		}
	}
	return nil
}

// heads offers the head of f to those in w.want for which it is enough, and
// leaves the others there.
func (w *walker) heads(ctx context.Context, f file, head []byte) error {
	f.content = bytes.NewReader(head)
	rest := w.want[:0]
	for _, a := range w.want {
		if _, ok := a.(headReader); !ok {
			rest = append(rest, a)
		} else if err := w.offer(ctx, a, &f); err != nil {
			return err
		}
	}
	w.want = rest
	return nil
}

// offer lets a read f. The error is the context's.
func (w *walker) offer(ctx context.Context, a analyzer, f *file) error {
	said, err := analyze(ctx, a, f)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		if said == nil {
			said = new(facts)
		}
		said.Gaps = append(said.Gaps, finding.Gap{Kind: gapKind(a), Detail: detail(err)})
	}
	if said != nil {
		w.add(a, f.path, said)
	}
	return nil
}

// add records what a says about the file at path.
func (w *walker) add(a analyzer, path string, said *facts) {
	said.Path, said.Analyzer = path, a.name()
	for i := range said.Installed {
		// Lists that name more than a layer can have are not believed.
		if w.listed += len(said.Installed[i].Files); w.listed > maxEntries {
			said.Installed[i].Files = nil
		}
	}
	w.limitPackages(said)
	for i := range said.Packages {
		if said.Packages[i].Path == "" {
			said.Packages[i].Path = path
		}
	}
	for i := range said.Gaps {
		said.Gaps[i].Layer = w.layer.DiffID
		if said.Gaps[i].Where == "" {
			said.Gaps[i].Where = path
		}
	}
	w.files[path] = append(w.files[path], *said)
}

// limitPackages leaves out of what a file says the packages that are too many
// for a layer.
func (w *walker) limitPackages(said *facts) {
	room := max(0, maxPackages-w.found)
	w.found += len(said.Packages)
	if len(said.Packages) <= room {
		return
	}
	if w.found-len(said.Packages) <= maxPackages { // the first time
		w.layer.Gaps = append(w.layer.Gaps, finding.Gap{
			Kind:   finding.GapUnreadableLayer,
			Detail: fmt.Sprintf("the layer lists more than %d packages, and the rest is left out", maxPackages),
			Layer:  w.layer.DiffID,
		})
	}
	said.Packages = slices.Clone(said.Packages[:room])
}

// analyze runs a on f. The bytes are hostile and the parsers are often not
// ours, so a panic is an error like any other.
func analyze(ctx context.Context, a analyzer, f *file) (said *facts, err error) {
	defer func() {
		if p := recover(); p != nil {
			said, err = nil, fmt.Errorf("the parser gave up: %v", p)
		}
	}()
	return a.analyze(ctx, f)
}

// gapKind is the kind of gap that a file which a cannot read leaves.
func gapKind(a analyzer) finding.GapKind {
	if _, ok := a.(databaseReader); ok {
		return finding.GapPackageDatabase
	}
	return finding.GapUnreadableFile
}

// detail is err as one line for a gap.
func detail(err error) string { return shortened(err.Error()) }

// cancellable is a reader that stops when the context does.
type cancellable struct {
	ctx context.Context
	r   io.Reader
}

func (c cancellable) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
