package imagetest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// parseHistory reads the section "-- history --": one entry a line, "layer TEXT"
// or "empty TEXT", or the JSON object that a configuration has.
func parseHistory(text []byte) ([]v1.History, error) {
	history := []v1.History{}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		line := strings.TrimSpace(lines.Text())
		if line == "" {
			continue
		}
		var entry v1.History
		word, by, _ := strings.Cut(line, " ")
		switch {
		case strings.HasPrefix(line, "{"):
			if err := json.Unmarshal([]byte(line), &entry); err != nil {
				return nil, fmt.Errorf("line %q: %w", line, err)
			}
		case word == "layer" || word == "empty":
			entry = v1.History{CreatedBy: by, EmptyLayer: word == "empty"}
		default:
			return nil, fmt.Errorf("line %q begins with neither layer nor empty", line)
		}
		history = append(history, entry)
	}
	return history, nil
}
