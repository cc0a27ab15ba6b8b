package dockerfile

// Image is what a FROM, a COPY --from or a RUN --mount=from names: an image, an
// earlier stage, a named context or nothing.
type Image struct {
	// Word is the name as written, before arguments are put in.
	Word string

	// Ref is the image as Docker prints it: "debian:12", "ghcr.io/acme/base:3",
	// with "latest" when there is neither tag nor digest. Empty for a stage, for
	// scratch, for a context that is no image, and when the name is not known or is
	// none.
	Ref string

	// Stage is the earlier stage that it names; nil when it is none.
	Stage *Stage

	// Scratch is set for the empty image.
	Scratch bool

	// Platform is "os/arch[/variant]": that of --platform, else of the build.
	// Empty when that is not known.
	Platform string

	// Missing are the arguments in Word that have no value, sorted. When it is not
	// empty, Ref is.
	Missing []string

	// Start and End are the lines that name it, from 1.
	Start, End int

	// Context is set when a named context stands in its place.
	Context bool
}
