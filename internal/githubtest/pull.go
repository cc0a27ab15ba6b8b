package githubtest

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Pull is a pull request.
type Pull struct {
	Number  int
	HeadSHA string // empty for one of its own
	Branch  string // of the head; empty for "change-NUMBER"
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
	p.Branch = cmp.Or(p.Branch, fmt.Sprintf("change-%d", p.Number))
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
	return http.StatusOK, s.showPull(p, "pull-request")
}

// listPulls lists open ones, the latest first: no other is ever played.
func (s *Server) listPulls(req *http.Request) (int, any) {
	q := req.URL.Query()
	found := []any{}
	for _, number := range slices.Backward(slices.Sorted(maps.Keys(s.pulls))) {
		p := s.pulls[number]
		// Without an owner, GitHub ignores what is asked for and lists all.
		if head := q.Get("head"); strings.Contains(head, ":") && head != p.owner()+":"+p.Branch {
			continue
		}
		if base := q.Get("base"); base != "" && base != DefaultBranch || q.Get("state") == "closed" {
			continue
		}
		found = append(found, s.showPull(p, "pull-request-simple"))
	}
	return http.StatusOK, pageOf(req, found)
}

// owner is whose repository the head is in.
func (p *Pull) owner() string {
	owner, _, _ := strings.Cut(cmp.Or(p.Fork, Owner), "/")
	return owner
}

// showPull fills in one of GitHub's examples.
func (s *Server) showPull(p *Pull, example string) any {
	v := s.example(example)
	v["number"] = p.Number
	v["locked"] = p.Locked
	v["state"] = "open"
	// The example's team lacks what the description requires of one.
	v["requested_teams"] = []any{}
	head, _ := v["head"].(map[string]any)
	head["sha"] = p.HeadSHA
	head["ref"] = p.Branch
	head["label"] = p.owner() + ":" + p.Branch
	repo, _ := head["repo"].(map[string]any)
	repo["full_name"] = cmp.Or(p.Fork, Owner+"/"+Name)
	base, _ := v["base"].(map[string]any)
	base["ref"] = DefaultBranch
	base["sha"] = s.refs["refs/heads/"+DefaultBranch]
	into, _ := base["repo"].(map[string]any)
	into["full_name"] = Owner + "/" + Name
	return v
}
