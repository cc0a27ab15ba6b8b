// Package config assembles the settings of a run from .imgscan/config.yaml and
// from what the command line or the action's inputs lay over it, and remembers
// where each value came from.
//
// It is strict: an unknown key, a key set twice, a value of the wrong type and a
// misspelt name are errors that say where they are and what was expected. The
// settings belong to the packages that use them; keys.go lists the keys.
package config

import (
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/owner"
	"github.com/org/imgscan-action/internal/policy"
)

// Config is every setting of a run. Make one with Load.
type Config struct {
	Policy   policy.Policy
	Scan     Scan
	Build    Build
	Registry Registry
	Database Database
	Baseline Baseline
	Compare  Compare
	Triage   Triage
	Context  Context
	Severity Severity

	// Images are the images that the project has a name for.
	Images []Image

	// Owners are the rules on who can fix what, in the order of the file; empty
	// leaves it to CODEOWNERS and to what images say of themselves.
	Owners []owner.Rule

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

// Build is how the image was built: what to look at to find out where its parts
// come from.
type Build struct {
	// Repository is the folder of the source that the image was built from.
	Repository string

	// Dockerfile is a path from Repository; empty means "Dockerfile", if it is
	// there.
	Dockerfile string

	// Target is the stage that was built; empty means the last.
	Target string

	// Args and Contexts are what was given as --build-arg and --build-context, by
	// name. Args may hold secrets.
	Args     map[string]string
	Contexts map[string]string

	// Metadata is the file that buildx wrote about the build (--metadata-file);
	// empty when there is none.
	Metadata string

	// Bases are references to the images that the image stands on, the nearest
	// first; empty means to find out.
	Bases []string

	// Registries are hosts that may be asked about images that the scanned one
	// names, besides those that the Dockerfile and the command name.
	Registries []string

	// CheckTags asks the registries where the tags of the bases stand now.
	CheckTags bool
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

// Baseline is where the project keeps what it knew of when it began. Until when it
// holds is the policy's business: policy.Baseline.Until.
type Baseline struct {
	// File is the baseline file. At its default it need not be there.
	File string
}

// Compare is what to compare the image with, to tell what a change brought. What is
// made of that is the policy's business: policy.Policy.OnlyIntroduced.
type Compare struct {
	// Image is a reference to the image of the base branch, which is scanned too;
	// empty for none.
	Image string

	// Report is where a report on it is that the json format wrote, for when there is
	// no Image or it cannot be opened: artifact:NAME, registry:IMAGE or the path of a
	// file; empty for none.
	Report string
}

// Severity is which of the ratings of a vulnerability counts.
type Severity struct {
	// Order lists those that count first; see finding.Tiers. Empty means the default
	// order.
	Order []finding.Tier
}

// defaults is the configuration of a project that has not written one.
func defaults() Config {
	return Config{
		Policy:   policy.Default(),
		Build:    Build{Repository: ".", CheckTags: true},
		Baseline: Baseline{File: ".imgscan/baseline.json"},
		Triage:   defaultTriage(),
		Context:  Context{MaxAge: 7 * oneDay},
		origins:  make(map[string]string),
	}
}
