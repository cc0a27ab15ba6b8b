package githubtest

import (
	"fmt"
	"net/http"
	"strconv"
)

// Pull is a pull request.
type Pull struct {
	Number  int
	HeadSHA string
	Fork    string // OWNER/NAME of the head's repository; empty for the same
	Locked  bool   // the conversation is
}

// AddPull opens a pull request into the default branch, with its refs.
func (s *Server) AddPull(p Pull) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.HeadSHA == "" {
		p.HeadSHA = SHA(1000 + p.Number)
	}
	s.pulls[p.Number] = &p
	s.refs[fmt.Sprintf("refs/pull/%d/head", p.Number)] = p.HeadSHA
	s.refs[fmt.Sprintf("refs/pull/%d/merge", p.Number)] = SHA(2000 + p.Number)
}

// Lock closes the conversation of a pull request.
func (s *Server) Lock(number int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pulls[number].Locked = true
}

func (s *Server) getPull(req *http.Request) (int, any) {
	number, _ := strconv.Atoi(req.PathValue("pull_number")) // checked to be one
	p := s.pulls[number]
	if p == nil {
		return http.StatusNotFound, message("Not Found")
	}
	v := s.example("pull-request")
	v["number"] = p.Number
	v["locked"] = p.Locked
	v["state"] = "open"
	// The example's team lacks what the description requires of one.
	v["requested_teams"] = []any{}
	head, _ := v["head"].(map[string]any)
	head["sha"] = p.HeadSHA
	repo, _ := head["repo"].(map[string]any)
	repo["full_name"] = Owner + "/" + Name
	if p.Fork != "" {
		repo["full_name"] = p.Fork
	}
	base, _ := v["base"].(map[string]any)
	base["ref"] = DefaultBranch
	base["sha"] = s.refs["refs/heads/"+DefaultBranch]
	into, _ := base["repo"].(map[string]any)
	into["full_name"] = Owner + "/" + Name
	return http.StatusOK, v
}
