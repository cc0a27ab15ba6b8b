package githubtest

// State is all that clients have left on the server, and what they did for it.
type State struct {
	Comments  []Comment  `json:"comments"`  // oldest first
	Alerts    []Alert    `json:"alerts"`    // by number
	Analyses  []Analysis `json:"analyses"`  // as they were processed
	Snapshots []Snapshot `json:"snapshots"` // those in force
	Requests  []Request  `json:"requests"`  // in order
	Failures  []string   `json:"failures"`  // see [Server.Failures]
}

// State is that of now. No list in it is nil.
func (s *Server) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	state := State{
		Comments:  []Comment{},
		Alerts:    []Alert{},
		Analyses:  append([]Analysis{}, s.analyses...),
		Snapshots: append([]Snapshot{}, s.snapshots...),
		Requests:  append([]Request{}, s.requests...),
		Failures:  append([]string{}, s.Failures()...),
	}
	for _, c := range s.comments {
		state.Comments = append(state.Comments, *c)
	}
	for _, a := range s.alerts {
		state.Alerts = append(state.Alerts, a.Alert)
	}
	return state
}
