// Package finding is the vocabulary of imgscan: what an image is, what was
// found in it, what could not be seen, and what was decided. It imports nothing
// of ours, so every other package can speak it.
//
// The types are plain data. Nothing here reads an image, a database or a clock.
package finding
