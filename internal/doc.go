// Package internal is imgscan. This page is its architecture; imports_test.go
// holds it to it, and docs/design.md gives the reasons.
//
// imgscan answers whether a container image may ship. Data flows one way:
//
//	image -> catalog -> match -> policy -> Report -> publish
//
// From the outside in:
//
//	cli        flags and action inputs -> collaborators -> exit code; the only wiring
//	config     .imgscan/config.yaml, flags and inputs -> one Config that knows its origins
//	gate       Run: the table of contents for one image; decides, never prints
//	publish    where reports go: standard output, files, the runner's summary and outputs
//	image      Open(ref): registry, daemon, OCI layout, docker and OCI tar -> layers
//	catalog    one pass over each layer -> Inventory: OS, packages, gaps
//	match      Inventory and database -> Findings with their ratings
//	vulndb     fetch, verify, cache and build the database
//	cache      what layers said, kept on disk for the next image that has them
//	policy     may the build proceed: one rule a file; pure
//	report     one file per output format
//	github     the runner: inputs, outputs, summary, workflow commands
//	fileid     tells a file from itself after a change, for what is remembered of files
//	finding    the vocabulary that all of them speak; imports nothing of ours
//	imagetest  tests only: images, a registry and a daemon to hold them
//
// Only catalog, match and vulndb import Trivy. Nothing after catalog needs the
// image, and nothing before match needs the database, so both are fetched at
// the same time.
//
// Words: a finding is a vulnerability in an installed package (never issue,
// vuln or result); a gap is something the scan could not see into; a rating is
// a severity with its source; the verdict is pass, fail or inconclusive.
package internal
