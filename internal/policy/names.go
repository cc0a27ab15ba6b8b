package policy

import (
	"fmt"
	"slices"
	"strings"
)

// parseName accepts name when it is one of valid, and otherwise says what is.
func parseName[T ~string](what string, name T, valid []T) (T, error) {
	if slices.Contains(valid, name) {
		return name, nil
	}
	return "", fmt.Errorf("unknown %s %q: expected one of %s", what, string(name), join(valid, ", "))
}

func join[T ~string](names []T, separator string) string {
	words := make([]string, len(names))
	for i, n := range names {
		words[i] = string(n)
	}
	return strings.Join(words, separator)
}
