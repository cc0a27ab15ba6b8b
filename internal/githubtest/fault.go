package githubtest

import "net/http"

// Fault is what happens to one request instead of, or besides, its answer.
type Fault struct {
	// Status and Message are the answer; a Status of 0 leaves the operation's own.
	// An empty Message is that which GitHub has for the status. GraphQL answers its
	// Message with a Status of 200, too.
	Status  int
	Message string

	Header map[string]string // added to whatever is answered

	// After lets the operation happen before it is answered so, as when the answer is
	// lost on its way.
	After bool

	// Before is called before the request is looked at: another job's work between
	// two requests of this one. It may use the Server.
	Before func()
}

// messages are GitHub's words for a status.
var messages = map[int]string{
	http.StatusForbidden:             "Resource not accessible by integration",
	http.StatusNotFound:              "Not Found",
	http.StatusConflict:              "Conflict",
	http.StatusGone:                  "This issue was deleted",
	http.StatusRequestEntityTooLarge: "SARIF file is too large",
	http.StatusUnprocessableEntity:   "Validation Failed",
	http.StatusTooManyRequests:       "API rate limit exceeded",
}

// SecondaryLimit is GitHub's refusal of too much at once. It says how many seconds
// to wait, or nothing when that is empty.
func SecondaryLimit(retryAfter string) Fault {
	f := Fault{Status: http.StatusForbidden, Message: "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}
	if retryAfter != "" {
		f.Header = map[string]string{"Retry-After": retryAfter}
	}
	return f
}

// Fail scripts what happens to the next requests for an operation, in order. The
// test fails when they do not come.
func (s *Server) Fail(operation string, faults ...Fault) {
	if _, ok := s.handlers()[operation]; !ok && operation != GraphQLOperation && operation != StoreOperation {
		s.failf("there is no operation %q", operation)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults[operation] = append(s.faults[operation], faults...)
}

func (s *Server) nextFault(operation string) (Fault, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	left := s.faults[operation]
	if len(left) == 0 {
		return Fault{}, false
	}
	s.faults[operation] = left[1:]
	return left[0], true
}

func (s *Server) unused() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for operation, left := range s.faults {
		if len(left) > 0 {
			s.failf("%d scripted faults of %s did not come", len(left), operation)
		}
	}
}

func (f Fault) answer() any {
	said := f.Message
	if said == "" {
		said = messages[f.Status]
	}
	if said == "" {
		said = http.StatusText(f.Status)
	}
	return message(said)
}
