// Package image opens a container image wherever it is - a registry, a Docker
// daemon, a docker-save archive, an OCI archive or layout - and gives its layers
// as verified streams.
//
// [Open] decides where to look from the form of the reference, chooses one
// platform when there are several, and answers with one diagnosis when nothing
// fits. It does not look inside layers.
//
// [Finder] is for images that others name, such as the bases of an image: what
// names them may be hostile, and mostly their layers are not needed. What it
// attaches to an image, in that image's own registry, is all that is ever written
// anywhere; see [Finder.Attach].
//
// # What is kept on disk
//
// Layers are streamed and never unpacked. Two sources cannot be read in any
// order and are copied once to a temporary file: an archive that is compressed
// as a whole, and what a daemon saves, which it only does when its own folders
// cannot be read. The file has no name as soon as the operating system allows
// that, and is gone after [Image.Close] at the latest.
//
// # Trust
//
// Every byte is checked against the digest that named it: manifests and
// configurations when the image is opened, layers as they are read. The exception
// is [Layer.Skim], for layers in files of this machine. Everything is bounded:
// manifests, configurations, the number of files in an archive, and how far a
// layer may expand.
//
// What a reference means shows in its spelling and not in the files that somebody
// has put next to it: only a word that could be either is a path where one exists,
// and not even that with [Options].MarkedPaths. A file can give itself any name, so
// where files are judged that others made, Options.Name and Options.DistrustNames
// say what an image is called. And an archive with two descriptions, as docker save
// has written since version 25, is refused where they lead to different images.
//
// Registries are spoken to over verified TLS. Plain http and unverified TLS are
// for the hosts that [Options].Insecure names and for no other, loopback
// addresses included (Docker and go-containerregistry both make an exception for
// those; one rule is easier to reason about, and the diagnosis names the flag).
// Credentials go to the registry that they are for, and to the token service it
// names. The URLs of foreign layers are never contacted: the image's author
// chose them, and they may point inside the network that the scan runs in.
package image
