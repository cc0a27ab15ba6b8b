package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// bed is all that stands ready when measuring begins.
type bed struct {
	opts     Options
	subjects []subject
	driver   string
	reason   string // why there is no daemon
	registry string // host
	database string // host of the registry with the database

	// templates are the caches, by program, of a machine that has the database and
	// has scanned nothing; empty ones have not even that.
	templates, empty map[string]string

	files struct{ database, layer int64 }
}

// programs are the two, ours first.
func (o Options) programs() []program { return []program{imgscan(o.Imgscan), trivy(o.Trivy)} }

// prepare makes what is not there, and starts the registries. Close it.
func prepare(ctx context.Context, opts Options) (b *bed, stop func() error, err error) {
	b = &bed{opts: opts}
	if b.subjects, err = prepareSubjects(opts); err != nil {
		return nil, nil, err
	}
	if b.driver, b.reason, err = loadDaemon(ctx, b.subjects); err != nil {
		return nil, nil, err
	}
	folder, layout, err := prepareDatabase(ctx, opts, "db", b.subjects, opts.DatabaseSize)
	if err != nil {
		return nil, nil, err
	}
	repositories := registry{databaseRepository: layout}
	for _, s := range b.subjects {
		repositories[s.name] = s.layouts[Gzip]
	}
	host, stop, err := repositories.start(ctx)
	if err != nil {
		return nil, nil, err
	}
	b.registry, b.database = host, host
	if err := b.prepareCaches(ctx, folder); err != nil {
		return nil, nil, errors.Join(err, stop())
	}
	return b, stop, b.measureFiles(folder, layout)
}

func prepareSubjects(opts Options) ([]subject, error) {
	large := filepath.Join(opts.Work, "large.tar")
	stat, err := os.Stat(large)
	if err != nil {
		return nil, err
	}
	small := filepath.Join(opts.Work, "small.tar")
	if err := once(small, func(partial string) error { return gunzip(opts.Small, partial) }); err != nil {
		return nil, fmt.Errorf("unpacking %q: %w", opts.Small, err)
	}
	one, err := prepareSubject(opts.Work, "large", fmt.Sprintf("Debian with Java, Node and Go, %.1f GB", float64(stat.Size())/1e9), large, "imgscan-bench/large:1")
	if err != nil {
		return nil, err
	}
	stat, err = os.Stat(small)
	if err != nil {
		return nil, err
	}
	two, err := prepareSubject(opts.Work, "small", fmt.Sprintf("Alpine, %.1f MB", float64(stat.Size())/1e6), small, "alpine:3.10")
	return []subject{one, two}, err
}

// prepareDatabase makes a database of size bytes with advisories for the packages
// of subjects, and packs it as the registry has it.
func prepareDatabase(ctx context.Context, opts Options, name string, subjects []subject, size int64) (folder, layout string, err error) {
	folder = filepath.Join(opts.Work, fmt.Sprintf("%s-%d", name, size>>20))
	layout = folder + "-artifact"
	err = once(folder, func(partial string) error {
		if err := buildDatabase(ctx, opts, partial); err != nil {
			return err
		}
		var all []advisory
		for _, s := range subjects {
			r, err := listPackages(ctx, opts, s.archive, partial)
			if err != nil {
				return err
			}
			all = append(all, r.advisories()...)
		}
		if err := inflate(filepath.Join(partial, "trivy.db"), all, size); err != nil {
			return err
		}
		return writeMetadata(partial, schemaVersion, time.Now())
	})
	if err != nil {
		return "", "", fmt.Errorf("making the database: %w", err)
	}
	return folder, layout, once(layout, func(partial string) error { return packDatabase(folder, partial) })
}

// buildDatabase builds a database of true advisories.
func buildDatabase(ctx context.Context, opts Options, dir string) error {
	out, err := exec.CommandContext(ctx, opts.Imgscan, "db", "build", "--osv", opts.OSV, "--nvd", opts.NVD, "-o", dir).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, tail(out))
	}
	return nil
}

// listPackages scans an image for the packages that it has.
func listPackages(ctx context.Context, opts Options, archive, db string) (report, error) {
	cmd := exec.CommandContext(ctx, opts.Imgscan, "scan", "docker-archive:"+archive, "--db", db, "--quiet", "--output", "json", "--cache-dir", filepath.Join(opts.Work, "cache", "list"))
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	// The exit code is the verdict, and a report is there with each of them.
	if err := cmd.Run(); err != nil && stdout.Len() == 0 {
		return report{}, fmt.Errorf("listing the packages of %q: %w: %s", archive, err, tail(stderr.Bytes()))
	}
	return parseReport(stdout.Bytes())
}

// prepareCaches makes the caches that scans begin with.
func (b *bed) prepareCaches(ctx context.Context, database string) error {
	b.templates, b.empty = make(map[string]string), make(map[string]string)
	for _, p := range b.opts.programs() {
		b.templates[p.name()] = filepath.Join(b.opts.Work, "template", p.name())
		b.empty[p.name()] = filepath.Join(b.opts.Work, "template", p.name()+"-empty")
		for _, dir := range []string{b.templates[p.name()], b.empty[p.name()]} {
			if err := os.RemoveAll(dir); err != nil {
				return err
			}
			if err := os.MkdirAll(dir, 0o755); err != nil {
				return err
			}
		}
	}
	// Trivy wants a Java database in any case, and looks nothing up in it here.
	name := trivy("").name()
	for _, dir := range []string{b.templates[name], b.empty[name]} {
		if err := writeJavaDatabase(ctx, dir); err != nil {
			return err
		}
	}
	if err := freshCache(filepath.Join(b.templates[name], "db"), database); err != nil {
		return err
	}
	return updateDatabase(ctx, b.opts.Imgscan, databaseUse{Host: b.database}, b.templates[imgscan("").name()])
}

// updateDatabase has imgscan download the database into its cache folder.
func updateDatabase(ctx context.Context, command string, use databaseUse, cache string) error {
	out, err := exec.CommandContext(ctx, command, "db", "update", "--db", use.reference(), "--insecure", use.Host, "--cache-dir", cache).CombinedOutput()
	if err != nil {
		return fmt.Errorf("downloading the database: %w: %s", err, tail(out))
	}
	return nil
}

func (b *bed) measureFiles(folder, layout string) error {
	stat, err := os.Stat(filepath.Join(folder, "trivy.db"))
	if err != nil {
		return err
	}
	_, manifest, err := layoutManifest(layout)
	if err != nil {
		return err
	}
	b.files.database, b.files.layer = stat.Size(), manifest.Layers[0].Size
	return nil
}

// folderSize is the sum of the sizes of the blobs of a layout.
func folderSize(dir string) (int64, error) {
	var size int64
	err := filepath.WalkDir(filepath.Join(dir, "blobs"), func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			size += info.Size()
		}
		return err
	})
	return size, err
}

// wanted says whether a case is to be measured.
func (o Options) wanted(name string) bool {
	if len(o.Only) == 0 {
		return true
	}
	for _, part := range o.Only {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}
