package lineage

// Options is what the user and the repository say about a build.
type Options struct {
	// Bases are references that the user names as bases.
	Bases []string

	// Metadata is the file that docker buildx build writes with --metadata-file,
	// and MetadataName is its name, for messages; nil when there is none.
	Metadata     []byte
	MetadataName string

	// Dockerfile is the repository's Dockerfile and DockerfileName its path from
	// the root of the repository; nil when there is none.
	Dockerfile     []byte
	DockerfileName string

	// Target is the stage that was built; empty for what the build record says,
	// else the last one.
	Target string

	// Args and Contexts are the --build-arg and --build-context of the build. What
	// they leave out is taken from the build's provenance.
	Args, Contexts map[string]string

	// Hosts are registries, "host" or "host:port", that may be asked in addition to
	// those of Bases, of the image's own reference and of the Dockerfile's images.
	Hosts []string

	// CheckTags asks where the tags of the bases stand now.
	CheckTags bool

	// MaxLookups limits the requests for manifests; 0 means 12.
	MaxLookups int
}

// InputError is a mistake in what the user gave: a reference, a Dockerfile, a
// target, a metadata file.
type InputError struct{ Err error }

// Error says what is wrong and with what.
func (e *InputError) Error() string { return e.Err.Error() }

// Unwrap is the cause.
func (e *InputError) Unwrap() error { return e.Err }
