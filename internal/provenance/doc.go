// Package provenance reads what a builder says about a build: in-toto
// statements with SLSA provenance, as BuildKit attaches them to images, and the
// metadata file that docker buildx writes.
//
// Everything read here is a claim of whoever wrote it. Nothing is fetched and
// nothing is verified; references and host names in particular come as written.
package provenance
