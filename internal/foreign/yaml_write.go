package foreign

import (
	"encoding/json"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// header is the first line of a file that is written for an image.
func header(img finding.Image) string {
	return "# Written by imgscan from its exceptions for " + plain(img.Ref, maxFile) + ". Do not edit.\n"
}

// yamlText is a text in quotes as YAML reads it: JSON's escapes are some of YAML's.
func yamlText(s string) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(s); err != nil {
		return `""` // a string can always be encoded
	}
	return strings.TrimSuffix(b.String(), "\n")
}
