package config

import (
	"fmt"

	"github.com/org/imgscan-action/internal/strictyaml"
)

// maxSize is how many bytes a file may have.
const maxSize = 1 << 20

// limits are what a configuration never needs and an attack does.
func limits() strictyaml.Limits {
	return strictyaml.Limits{For: "a configuration", Size: maxSize, Tokens: 20_000, Depth: 10, Keys: 1000, Text: 2000}
}

// A node is one value of a file, with its place.
type node = strictyaml.Node

// origin is a node's place as a value's origin: the line is enough to find it.
func origin(n *node) string { return fmt.Sprintf("%s:%d", n.File, n.Head().Line) }
