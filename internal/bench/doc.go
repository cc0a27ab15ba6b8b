// Package bench measures imgscan against Trivy, and how imgscan's cost grows with
// what it is given. It is the development tool behind `make bench` and
// `make bench-scale`, and is not linked into imgscan.
//
// Read [Run] first: it makes the images and the database once, scans each in turn
// with both programs, and writes what it measured into docs/performance.md.
// Nothing here fails because something is slow. What does fail is a comparison
// that compares nothing: when the two programs do not find the same number of
// packages, the case is void.
package bench
