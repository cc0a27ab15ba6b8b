// Package imagetest makes container images for tests and serves them: as files
// of every kind, from a registry in memory, and from a pretended Docker daemon.
// No test image is ever pulled.
//
// # Images as text
//
// [Parse] reads a txtar archive. A file named "LAYER/PATH" is a file of a layer;
// layers are stacked in the order in which they first appear:
//
//	-- image --
//	platform: linux/arm64
//	compression: zstd
//	-- base --
//	ADD rootfs.tar / # the layer's history entry
//	-- base/etc/os-release --
//	ID=alpine
//	-- base/bin/sh link=busybox --
//	-- base/bin/busybox mode=0755 --
//	\x7fELF
//	-- app/etc/.wh.motd --
//	-- app/opt/ --
//
// An image may stand on another one ("base:" in its first section, whose value
// [Image.Base] is then set to by the caller), have a history that is not that of its
// layers, and be attested:
//
//	-- image --
//	base: debian
//	annotation: org.opencontainers.image.base.name=debian:12
//	-- history --
//	layer RUN /bin/sh -c make # buildkit
//	empty CMD ["app"]
//	-- attestation artifact --
//	{"_type":"https://in-toto.io/Statement/v1"}
//
// Words after the path set what a text cannot show: mode=0755, uid=1000,
// link=TARGET (a symbolic link), hardlink=TARGET, base64 (the content is encoded
// so). A path that ends in a slash is a folder. Whiteouts are files with their
// usual names. [Image] documents the keys of the first section, and [Layer] and
// [Attestation] the words after their names.
//
// In a testscript, which is a txtar archive itself, quote the lines of the image
// with ">" and undo that with the script's own command "unquote FILE".
//
// A real image takes the same way: [LoadDockerArchive] of a file that
// [ModuleFile] finds gives what [Image.Build] gives.
//
// # Images as files and services
//
// [WriteDockerArchive], [WriteLayout] and [WriteOCIArchive] write files,
// [Registry] and [Daemon] serve. The daemon is strict: a request that it does not
// know is an error of its Close. The registry speaks plain http on loopback, so
// its Host has to be among the insecure ones.
//
// Functions that take no testing.TB return errors, for testscript commands; the
// others end the test.
package imagetest
