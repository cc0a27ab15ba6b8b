// Package internal is imgscan. This page is its architecture; imports_test.go
// holds it to it, and docs/design.md gives the reasons.
//
// imgscan answers whether a container image may ship. Data flows one way:
//
//	image -> catalog -> match -> origin, owner -> triage -> policy -> Report -> publish
//
// From the outside in:
//
//	cli        flags and action inputs -> collaborators -> exit code; the only wiring
//	config     .imgscan/config.yaml, flags and inputs -> one Config that knows its origins
//	gate       Run: the table of contents for one image; decides, never prints
//	publish    where reports go: standard output, files, the runner's summary and outputs
//	image      Open(ref): registry, daemon, OCI layout, docker and OCI tar -> layers
//	catalog    one pass over each layer -> Inventory: OS, packages, gaps
//	lineage    what an image was built on: its bases, with proof, and the line of each layer
//	dockerfile stages, images and instructions, as BuildKit reads them
//	history    an image's history laid over its Dockerfile
//	provenance what builders attest: in-toto statements and buildx metadata
//	match      Inventory and database -> Findings with their ratings
//	origin     who put a package there: layer, line, way of dependencies, manifest
//	manifest   the line of the repository that chooses a package's version
//	owner      who can fix it, and who has to act first
//	vulndb     fetch, verify, cache and build the database
//	cache      what layers said, kept on disk for the next image that has them
//	intel      KEV, EPSS and SSVC: what is known of vulnerabilities beyond their ratings
//	triage     what has been decided: exceptions and vendors' statements laid over findings
//	exceptions the decisions that a project keeps: read, linted, edited with comments kept
//	vex        OpenVEX, CSAF and CycloneDX VEX, both ways
//	foreign    the ignore files of other scanners, both ways, and dismissed alerts
//	cvss       vectors: scores, environmental metrics, rescoring
//	baseline   what was wrong when the project began
//	compare    what a change brought: a report beside that of another image
//	policy     may the build proceed: one rule a file; pure
//	report     one file per output format
//	github     the runner - inputs, outputs, summary, workflow commands - and GitHub's API
//	fileid     tells a file from itself after a change, for what is remembered of files
//	spelling   path or reference: what a text is by its letters, whatever files exist
//	strictyaml YAML that people and attackers write: limits before parsing, a place for each value
//	finding    the vocabulary that all of them speak; imports nothing of ours
//	imagetest  tests only: images, a registry and a daemon to hold them
//	githubtest tests only: a GitHub that is held against GitHub's own description
//
// Only catalog, match and vulndb import Trivy. Nothing after catalog and lineage
// needs the image, and nothing before match needs the database, so all are
// fetched at the same time.
//
// Words: a finding is a vulnerability in an installed package (never issue,
// vuln or result); a gap is something the scan could not see into; a rating is
// a severity with its source; a base is an image that another one stands on, and
// the chain of them is the lineage; an origin is who put a package there; the
// verdict is pass, fail or inconclusive.
package internal
