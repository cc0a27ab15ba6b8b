// Package foreign reads as exceptions what other tools were told to ignore: the
// ignore files of scanners, and the alerts that were dismissed in GitHub's code
// scanning. It writes exceptions as ignore files of other scanners.
//
// Nothing widens on the way. A rule that our words cannot say exactly, or not more
// narrowly, is not made, and a sentence says which one and why; the same holds for
// what is written. Three things are read as they are everywhere else: an identifier
// stands for the vulnerability under all of its names, what a file does not say of
// images is said about all of them, and an image is the same on every platform.
package foreign
