package strictyaml

import "fmt"

// An Error is an error that says where in a file it is.
type Error struct {
	File      string
	Line, Col int     // from 1, in characters; 0 when it is about the whole file
	Feature   Feature // what was refused; None for every other error
	Err       error   // what is wrong, without the place
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Err.Error()
	}
	return fmt.Sprintf("%s:%d:%d: %v", e.File, e.Line, e.Col, e.Err)
}

// Unwrap is the error without its place.
func (e *Error) Unwrap() error { return e.Err }

// A Feature is a part of YAML that is refused, for callers that say so in words of
// their own.
type Feature int

// The features that are refused.
const (
	None       Feature = iota
	Alias              // an anchor or an alias
	MergeKey           // <<
	Tag                // a tag or a directive
	ComplexKey         // a key written with "?"
)

func inFile(name, format string, args ...any) *Error {
	return &Error{File: name, Err: fmt.Errorf(format, args...)}
}
