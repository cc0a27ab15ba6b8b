package vulndb

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
)

// Options say where the database comes from and how to reach it.
type Options struct {
	// Keychain has the credentials for registries; nil means anonymous.
	Keychain authn.Keychain

	// Transport carries requests to registries; nil means
	// go-containerregistry's default, which honours the proxy variables.
	Transport http.RoundTripper

	// OnBytes is told of a download's progress, in compressed bytes; may be nil.
	OnBytes func(done, total int64)

	// Log receives trivy-db's own log lines; nil discards them.
	Log slog.Handler

	// Source is a folder with trivy.db and metadata.json, an OCI layout (folder
	// or tar), an archive of the two files, or an OCI reference. Empty means the
	// mirrors. What has a tag, a digest or a registry's host is a reference, whatever
	// files there are, unless it begins like a path ("./") or is an archive; other
	// words are a path where one exists.
	Source string

	// Mirrors are OCI references to try in order when Source is empty; empty
	// means [DefaultMirrors].
	Mirrors []string

	// CacheDir holds downloaded and unpacked databases. It is needed for every
	// source but a folder.
	CacheDir string

	// Insecure lists the registry hosts that may be spoken to over plain HTTP.
	Insecure []string

	// UserAgent names the program to registries; empty sends the library's.
	UserAgent string

	// Now is the clock: it decides whether a cached database is due for an update.
	Now time.Time

	// MarkedPaths is for a working folder that holds somebody else's files: a source
	// that could be a reference or a path, such as "build/db", has to be marked as one
	// or the other if there is such a path.
	MarkedPaths bool

	// Offline forbids the network: only what is on disk is used.
	Offline bool
}

// DefaultMirrors are where Aqua Security publishes the database, the one with
// no rate limit first.
func DefaultMirrors() []string {
	return []string{"mirror.gcr.io/aquasec/trivy-db:2", "ghcr.io/aquasecurity/trivy-db:2"}
}

// references are the OCI references to try, in order.
func (o Options) references() []string {
	switch {
	case o.Source != "":
		return []string{o.Source}
	case len(o.Mirrors) > 0:
		return o.Mirrors
	}
	return DefaultMirrors()
}

// Info describes a database.
type Info struct {
	// Source is the folder or the OCI reference that the database came from.
	Source string

	// Digest is the digest of the OCI manifest, or of the trivy.db file when no
	// registry or layout was involved ("sha256:…").
	Digest string

	// Built is when the publisher made the database, NextUpdate when they promised
	// the next, Downloaded when it was fetched. UTC; zero when not known.
	Built      time.Time
	NextUpdate time.Time
	Downloaded time.Time

	// Notes are sentences on what did not go as planned on the way, such as an
	// update that failed and left an older database in use. Usually empty.
	Notes []string
}
