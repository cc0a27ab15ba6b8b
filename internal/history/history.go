package history

// Entry is one line of an image's history.
type Entry struct {
	// CreatedBy is the command that made the entry, in a form that depends on the
	// builder; may be empty.
	CreatedBy string

	Comment string
	Author  string

	// Empty is set when the entry made no layer.
	Empty bool
}
