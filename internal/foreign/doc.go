// Package foreign reads the ignore files of other scanners as exceptions, and
// writes exceptions as ignore files of other scanners.
//
// Nothing widens on the way. A rule that our words cannot say exactly, or not more
// narrowly, is not made, and a sentence says which one and why; the same holds for
// what is written. Two things are read as they are everywhere else: an identifier
// stands for the vulnerability under all of its names, and what a file does not
// say of images is said about all of them.
package foreign
