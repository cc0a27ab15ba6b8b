// Package dockerfile reads a Dockerfile the way BuildKit does and answers what
// it takes to trace an image back to it: which stages there are and on which
// images they stand, which line each instruction is on, what BuildKit writes
// into the history of an image for it, whether it makes a layer, and what its
// commands install.
//
// The file is read with BuildKit's own parser. What comes after the parser -
// arguments, stages, named contexts, the text of the history - follows the
// rules of BuildKit v0.30 (frontend/dockerfile/dockerfile2llb). Unlike BuildKit it
// has neither the base images nor the build context, so it says what it does not
// know instead of failing: the environment, the working directory and the shell
// that a base image brings.
//
// A Dockerfile may come out of an image's provenance, and is then as hostile as
// the image. Sizes are capped, and a panic of a parser is an error.
package dockerfile
