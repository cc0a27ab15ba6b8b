package triage

import "github.com/org/imgscan-action/internal/finding"

// Covers says whether a pattern of an entry's images covers an image. logical are
// the names that the configuration gives the image.
func Covers(pattern string, img finding.Image, logical []string) bool {
	return newImagePattern(pattern).match(identityOf(img, logical)) != imageNot
}
