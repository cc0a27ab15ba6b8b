package vulndb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// graceAfterDownload is how long a database is left alone after its download
// although its publisher promised a newer one: Trivy's figure, which keeps
// builds off the registry when the publisher is late.
const graceAfterDownload = time.Hour

// fromRegistry is the database of opts' references: the cached one while it is
// fresh, else a new one, else the cached one with a note.
func fromRegistry(ctx context.Context, opts Options) (located, error) {
	references := opts.references()
	store, err := newCache(opts.CacheDir)
	if err != nil {
		return located{}, err
	}
	var cached located
	e, have := store.lookup(references)
	if have {
		if cached, err = store.describe(e); err != nil {
			have = false // a folder that has become unreadable is as good as none
		}
		cached.refetchable = true
	}
	switch {
	case have && (opts.Offline || fresh(cached.info, opts.Now)):
		return cached, nil
	case opts.Offline:
		return located{}, fmt.Errorf("no vulnerability database in the cache %q and updates are off: run \"imgscan db update\", or give one with --db", opts.CacheDir)
	}
	got, err := download(ctx, opts, store, references)
	if err != nil && have && ctx.Err() == nil {
		cached.info.Notes = append(cached.info.Notes, fmt.Sprintf("the database could not be updated, so the cached one is used: %v", err))
		return cached, nil
	}
	return got, err
}

func fresh(info Info, now time.Time) bool {
	return now.Before(info.NextUpdate) || now.Before(info.Downloaded.Add(graceAfterDownload))
}

// refetch throws a broken cached database away and gets another.
func refetch(ctx context.Context, opts Options, broken located, why error) (located, error) {
	store, err := newCache(opts.CacheDir)
	if err != nil {
		return located{}, err
	}
	if e, have := store.lookup(opts.references()); have {
		store.remove(e.Layer)
	}
	got, err := download(ctx, opts, store, opts.references())
	if err != nil {
		return located{}, fmt.Errorf("replacing the broken database in %q (%w): %w", broken.dir, why, err)
	}
	got.info.Notes = append(got.info.Notes, fmt.Sprintf("the cached database was broken and has been replaced: %v", why))
	return got, nil
}

// Update asks the registry for the newest database and caches it, whether or not
// the cached one is due.
func Update(ctx context.Context, opts Options) (Info, error) {
	if opts.Source != "" && onDisk(opts.Source) {
		return Info{}, fmt.Errorf("%q is on disk: only a database from a registry can be updated", opts.Source)
	}
	if opts.Offline {
		return Info{}, errors.New("updates are off")
	}
	store, err := newCache(opts.CacheDir)
	if err != nil {
		return Info{}, err
	}
	got, err := download(ctx, opts, store, opts.references())
	return got.info, err
}

// Status describes the database that Open would use, without the network.
func Status(ctx context.Context, opts Options) (Info, error) {
	opts.Offline = true
	found, err := locate(ctx, opts)
	return found.info, err
}

// download tries the references in order. Its error lists every answer.
func download(ctx context.Context, opts Options, store cache, references []string) (located, error) {
	var answers []string
	for _, reference := range references {
		got, err := pull(ctx, opts, store, reference)
		if err == nil {
			e := entry{Source: reference, Digest: got.manifest.String(), Layer: got.layer.String(), Downloaded: opts.Now.UTC()}
			if err := store.remember(references, e); err != nil {
				return located{}, fmt.Errorf("storing the vulnerability database: %w", err)
			}
			found, err := store.describe(e)
			if err != nil {
				return located{}, err
			}
			found.refetchable = true
			if len(answers) > 0 {
				found.info.Notes = append(found.info.Notes, "downloaded from "+reference+" because "+strings.Join(answers, "; "))
			}
			return found, nil
		}
		if ctx.Err() != nil {
			return located{}, fmt.Errorf("downloading the vulnerability database: %w", context.Cause(ctx))
		}
		answers = append(answers, reference+": "+answer(err))
	}
	return located{}, fmt.Errorf("downloading the vulnerability database: %s (check the network, or give a database with --db)", strings.Join(answers, "; "))
}

// pull gets one reference's database into the cache. A download that breaks off
// is begun once more.
func pull(ctx context.Context, opts Options, store cache, reference string) (added, error) {
	got, err := pullOnce(ctx, opts, store, reference)
	if errors.Is(err, io.ErrUnexpectedEOF) && ctx.Err() == nil {
		return pullOnce(ctx, opts, store, reference)
	}
	return got, err
}

func pullOnce(ctx context.Context, opts Options, store cache, reference string) (added, error) {
	ref, err := parseReference(reference, opts.Insecure)
	if err != nil {
		return added{}, err
	}
	img, err := remote.Image(ref, remoteOptions(ctx, opts)...)
	if err != nil {
		return added{}, err
	}
	return store.add(ctx, img, opts.OnBytes)
}

func parseReference(reference string, insecure []string) (name.Reference, error) {
	tag := name.WithDefaultTag("2") // trivy-db's tags are its schema versions
	ref, err := name.ParseReference(reference, tag)
	if err != nil {
		return nil, err
	}
	if slices.Contains(insecure, ref.Context().RegistryStr()) {
		return name.ParseReference(reference, tag, name.Insecure)
	}
	return ref, nil
}

func remoteOptions(ctx context.Context, opts Options) []remote.Option {
	keychain := opts.Keychain
	if keychain == nil {
		keychain = authn.NewMultiKeychain()
	}
	options := []remote.Option{
		remote.WithContext(ctx),
		remote.WithAuthFromKeychain(keychain),
		remote.WithTransport(newPatient(opts.Transport)),
		// Retrying is the transport's: the library's knows no Retry-After.
		remote.WithRetryBackoff(remote.Backoff{Steps: 1}),
		remote.WithRetryPredicate(func(error) bool { return false }),
		remote.WithRetryStatusCodes(),
	}
	if opts.UserAgent != "" {
		options = append(options, remote.WithUserAgent(opts.UserAgent))
	}
	return options
}
