package vex

import (
	"errors"
	"strings"
)

// How much of a document's text goes on into reports and errors, in bytes.
const (
	maxName  = 1 << 10
	maxText  = 64 << 10
	maxError = 512
)

// clip cuts a text that is longer than limit, between characters.
func clip(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return strings.ToValidUTF8(text[:limit], "") + "…"
}

// clipError shortens an error that quotes a long text of the document.
func clipError(err error) error {
	if text := err.Error(); len(text) > maxError {
		return errors.New(clip(text, maxError))
	}
	return err
}
