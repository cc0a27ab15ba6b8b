// Package parity compares imgscan with Trivy's own command, image by image: the
// lists of packages and the findings must be equal, and every difference that is
// meant is written down with its reason. It is a tool of this project's
// developers, no part of imgscan; `make parity` runs it.
//
// Reading order: [Run] is the table of contents; a [Recipe] makes an image;
// [Database] is the one database that both programs match against; [Trivy] and
// [Imgscan] run the two programs and give a [Scan] each; [Compare] gives the
// [Difference]s; [Explanations] say which of them are meant.
package parity
