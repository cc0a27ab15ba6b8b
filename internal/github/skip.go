package github

// Skip is the reason why a step was not taken: there is no runner, or it did not
// ask for this. It is an error so that it can be returned, and a type of its own
// so that a caller can tell "not wanted here" from "went wrong".
type Skip struct {
	// Reason is a clause for a person: "not running under GitHub Actions".
	Reason string
}

// Error is the reason.
func (s *Skip) Error() string { return s.Reason }
