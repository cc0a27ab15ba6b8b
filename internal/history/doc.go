// Package history reads the history in an image's configuration: which builder
// wrote it, what each entry did, and which instruction of a Dockerfile each
// entry came from.
//
// History is a claim of whoever built the image. Align says what it found
// plausible and how sure it is; what the layers are is for others to prove.
package history
