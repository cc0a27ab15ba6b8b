package intel

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// Options say where context comes from.
type Options struct {
	// Client makes the requests; only needed for URLs.
	Client *http.Client

	// KEV, EPSS and SSVC are each a file or an https URL; empty for none.
	KEV, EPSS, SSVC string

	// CacheDir keeps the last download of each URL; only needed for URLs.
	CacheDir string

	// OpenFile opens the files; nil opens them in the working folder.
	OpenFile func(name string) (fs.File, error)

	// Offline makes no request: the last downloads are used.
	Offline bool
}

// Open reads all that opts name. What cannot be read to its end is an error: a
// scan with half a catalog would be worse than one without.
func Open(ctx context.Context, opts Options) (*Data, error) {
	d := &Data{}
	for _, kind := range []struct {
		name   string
		from   string
		limits limits
		read   func(name string, r io.Reader) (finding.ContextSource, error)
	}{
		{"kev", opts.KEV, kevLimits, func(name string, r io.Reader) (source finding.ContextSource, err error) {
			d.KEV, source, err = ReadKEV(name, r)
			return source, err
		}},
		{"epss", opts.EPSS, epssLimits, func(name string, r io.Reader) (source finding.ContextSource, err error) {
			d.EPSS, source, err = ReadEPSS(name, r)
			return source, err
		}},
		{"ssvc", opts.SSVC, ssvcLimits, func(name string, r io.Reader) (source finding.ContextSource, err error) {
			d.SSVC, source, err = ReadSSVC(name, r)
			return source, err
		}},
	} {
		if kind.from == "" {
			continue
		}
		if err := context.Cause(ctx); err != nil {
			return nil, err
		}
		source, err := open(ctx, opts, kind.name, kind.from, kind.limits, kind.read)
		if err != nil {
			return nil, err
		}
		d.Sources = append(d.Sources, source)
	}
	return d, nil
}

type reader func(name string, r io.Reader) (finding.ContextSource, error)

// open reads one file, or the download of one URL.
func open(ctx context.Context, opts Options, kind, from string, limits limits, read reader) (finding.ContextSource, error) {
	if !strings.Contains(from, "://") {
		if opts.OpenFile == nil {
			return readFile(from, from, read)
		}
		file, err := opts.OpenFile(from)
		if err != nil {
			return finding.ContextSource{}, err
		}
		defer file.Close()
		return read(from, file)
	}
	f := fetcher{
		client: opts.Client,
		hosts:  hosts(opts.KEV, opts.EPSS, opts.SSVC),
		folder: opts.CacheDir,
		limit:  limits.stored,
		check: func(path, name string) error {
			_, err := readFile(path, name, read)
			return err
		},
	}
	got, err := f.fetch(ctx, kind, from, opts.Offline)
	if err != nil {
		return finding.ContextSource{}, fmt.Errorf("downloading %s data: %w", strings.ToUpper(kind), err)
	}
	source, err := readFile(got.path, got.name, read)
	source.Notes = append(source.Notes, got.notes...)
	return source, err
}

// readFile reads the file at path and calls it name.
func readFile(path, name string, read reader) (finding.ContextSource, error) {
	file, err := os.Open(path)
	if err != nil {
		return finding.ContextSource{}, err
	}
	defer file.Close()
	return read(name, file)
}
