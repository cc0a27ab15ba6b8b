// Package lineage finds out what an image was built on: the chain of its base
// images, which of its layers came with which of them, and which line of which
// Dockerfile made each of the others.
//
// Many parties make statements about a base: the user, the build record, a
// provenance attestation, annotations, labels, the history, the Dockerfile. All
// are hints and none is believed for being there. One thing proves a base: all
// of its layers, by the digests of their content, are the lowest layers of the
// image. What cannot be proven keeps a lower [finding.Confidence], and every hint
// stays in the result with the reason why it was followed or not.
//
// An image is not trusted with the network. A registry is asked only when the
// user, the configuration or the repository's own Dockerfile names its host; a
// hint that leads anywhere else is recorded and not followed.
package lineage
