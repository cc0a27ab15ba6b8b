package provenance

// Provenance is what one statement says about one build.
type Provenance struct {
	// Materials are the things that the build used, in the order of the statement:
	// the base, the images of other stages and of COPY --from, Git and HTTP
	// sources. By itself the list does not tell which image is the base.
	Materials []Material

	// Target is the build stage that was asked for; empty for the last one.
	Target string

	// Args are the build arguments that were given; never nil. Their values may be
	// secrets.
	Args map[string]string

	// Contexts are the named contexts that replace images and stages, such as
	// "alpine" to "docker-image://alpine:3.18"; never nil.
	Contexts map[string]string

	// Dockerfile is the path of the Dockerfile in the build context; empty when it
	// is not told, which is usual for one that is named Dockerfile.
	Dockerfile string

	// BuildType is the builder's own URI for the kind of build.
	BuildType string

	// Max is set when the builder told the steps of the build ("mode=max"). The
	// fields below are zero without it.
	Max bool

	// Source is the text of the Dockerfile.
	Source []byte

	// LayerLines are the lines of Source that made a layer, by the layer's digest as
	// it is stored, compressed as a rule. What the base's ONBUILD added has the lines
	// of FROM; the base's own layers are not in it, nor is one that stands in the
	// image twice.
	LayerLines map[string]Lines

	// Base is the image that the build stands on and BaseLayers how many layers came
	// with it; zero when the steps do not lead to an image.
	Base       Material
	BaseLayers int
}

// Lines are the lines of a file from Start to End, counted from 1, both
// inclusive.
type Lines struct{ Start, End int }

// Material is one thing that a build used.
type Material struct {
	// URI is the name as the statement has it.
	URI string

	// Ref is the image as Docker prints it, "debian:12.1"; with a digest too when
	// the Dockerfile pins it. Empty for anything but images.
	Ref string

	// Digest is what was found under the name: "sha256:…" of the index, for an
	// image of several platforms; "sha1:…" of a commit. Empty when it is not told.
	Digest string

	// Platform is the image's "os/arch[/variant]"; empty when it is not told.
	Platform string

	// Kind is one of the kinds below.
	Kind string
}

// The kinds of material.
const (
	KindImage    = "image"
	KindFrontend = "frontend" // the image that a "# syntax=" line names: it read the Dockerfile
	KindGit      = "git"
	KindHTTP     = "http"
	KindOther    = "other"
)
