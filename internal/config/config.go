// Package config assembles the settings of a run from .imgscan/config.yaml and
// from what the command line or the action's inputs lay over it, and remembers
// where each value came from.
//
// It is strict: an unknown key, a key set twice, a value of the wrong type and a
// misspelt name are errors that say where they are and what was expected. The
// settings belong to the packages that use them; keys.go lists the keys.
package config

import (
	"github.com/org/imgscan-action/internal/policy"
)

// Config is every setting of a run. Make one with Load.
type Config struct {
	Policy   policy.Policy
	Scan     Scan
	Registry Registry
	Database Database

	// origins holds where the keys were set that do not have their default.
	origins map[string]string
}

// Scan is what to look at.
type Scan struct {
	// Platform is "os/arch" or "os/arch/variant"; empty leaves the choice to the
	// image.
	Platform string

	// JavaDB is the folder of Trivy's Java database; empty means to do without.
	JavaDB string
}

// Registry is how to reach the registries that images come from.
type Registry struct {
	// Mirrors maps a registry's host to the mirrors to ask before it, in order. A
	// mirror is a host, or a host and a path that goes before the repository.
	Mirrors map[string][]string

	// Insecure lists the hosts, with their port, that may be spoken to over plain
	// http or over TLS that is not verified.
	Insecure []string
}

// Database is where the vulnerability database comes from. How old it may be is
// the policy's business: policy.Policy.MaxDatabaseAge.
type Database struct {
	// Source is a folder, an OCI layout or an OCI reference; empty means to
	// download from Mirrors.
	Source string

	// Mirrors are OCI references to download from, in order of preference; empty
	// means the public mirrors.
	Mirrors []string
}

// defaults is the configuration of a project that has not written one.
func defaults() Config {
	return Config{Policy: policy.Default(), origins: make(map[string]string)}
}
