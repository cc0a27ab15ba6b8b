package githubtest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Comment is one of a pull request.
type Comment struct {
	ID     int64  `json:"id"`
	Pull   int    `json:"pull"`
	Author string `json:"author"` // a login; empty for that of the token
	Body   string `json:"body"`
}

// maxComment is the longest comment that GitHub takes, in characters.
const maxComment = 65536

// AddComment adds one as if somebody else had, and returns its ID.
func (s *Server) AddComment(c Comment) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addComment(c).ID
}

func (s *Server) addComment(c Comment) *Comment {
	s.nextID++
	c.ID = s.nextID
	if c.Author == "" {
		c.Author = s.login()
	}
	s.comments = append(s.comments, &c)
	return &c
}

// EditComment changes a body, as another job or a person would.
func (s *Server) EditComment(id int64, body string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c := s.comment(strconv.FormatInt(id, 10)); c != nil {
		c.Body = body
	} else {
		s.failf("there is no comment %d", id)
	}
}

// DeleteComment removes one, as a person would.
func (s *Server) DeleteComment(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.comments = slices.DeleteFunc(s.comments, func(c *Comment) bool { return c.ID == id })
}

// Comments are those of a pull request, oldest first.
func (s *Server) Comments(pull int) []Comment {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []Comment
	for _, c := range s.comments {
		if c.Pull == pull {
			found = append(found, *c)
		}
	}
	return found
}

func (s *Server) comment(id string) *Comment {
	for _, c := range s.comments {
		if strconv.FormatInt(c.ID, 10) == id {
			return c
		}
	}
	return nil
}

// pullOf is the pull request that a request for comments names; nil with an answer
// when there is none.
func (s *Server) pullOf(req *http.Request) *Pull {
	number, err := strconv.Atoi(req.PathValue("issue_number"))
	if err != nil {
		return nil
	}
	return s.pulls[number]
}

func (s *Server) listComments(req *http.Request) (int, any) {
	p := s.pullOf(req)
	if p == nil {
		return http.StatusNotFound, message("Not Found")
	}
	all := []any{}
	for _, c := range s.comments {
		if c.Pull == p.Number {
			all = append(all, s.showComment(c))
		}
	}
	return http.StatusOK, pageOf(req, all)
}

func (s *Server) createComment(req *http.Request) (int, any) {
	p := s.pullOf(req)
	if p == nil {
		return http.StatusNotFound, message("Not Found")
	}
	if p.Locked {
		return http.StatusForbidden, message("Unable to create comment because issue is locked.")
	}
	body, refusal := commentBody(req)
	if refusal != nil {
		return http.StatusUnprocessableEntity, refusal
	}
	return http.StatusCreated, s.showComment(s.addComment(Comment{Pull: p.Number, Body: body}))
}

func (s *Server) getComment(req *http.Request) (int, any) {
	c := s.comment(req.PathValue("comment_id"))
	if c == nil {
		return http.StatusNotFound, message("Not Found")
	}
	return http.StatusOK, s.showComment(c)
}

func (s *Server) updateComment(req *http.Request) (int, any) {
	c := s.comment(req.PathValue("comment_id"))
	if c == nil {
		return http.StatusNotFound, message("Not Found")
	}
	if c.Author != s.login() {
		s.failf("a comment of %q is edited", c.Author)
		return http.StatusForbidden, message("Resource not accessible by integration")
	}
	body, refusal := commentBody(req)
	if refusal != nil {
		return http.StatusUnprocessableEntity, refusal
	}
	c.Body = body
	return http.StatusOK, s.showComment(c)
}

func (s *Server) deleteComment(req *http.Request) (int, any) {
	c := s.comment(req.PathValue("comment_id"))
	if c == nil {
		return http.StatusNotFound, message("Not Found")
	}
	if c.Author != s.login() {
		s.failf("a comment of %q is deleted", c.Author)
		return http.StatusForbidden, message("Resource not accessible by integration")
	}
	s.comments = slices.DeleteFunc(s.comments, func(other *Comment) bool { return other == c })
	return http.StatusNoContent, nil
}

// commentBody is what is to be said, or why GitHub does not take it.
func commentBody(req *http.Request) (body string, refusal any) {
	var in struct {
		Body string `json:"body"`
	}
	if err := json.NewDecoder(req.Body).Decode(&in); err != nil {
		return "", invalid("IssueComment", "data", err.Error())
	}
	if utf8.RuneCountInString(in.Body) > maxComment {
		return "", invalid("IssueComment", "data", "Body is too long (maximum is 65536 characters)")
	}
	return in.Body, nil
}

// invalid is how GitHub refuses a value.
func invalid(resource, field, text string) map[string]any {
	m := message("Validation Failed")
	m["errors"] = []any{map[string]any{"resource": resource, "code": "unprocessable", "field": field, "message": text}}
	return m
}

func (s *Server) showComment(c *Comment) any {
	v := s.example("issue-comment")
	v["id"] = c.ID
	v["body"] = c.Body
	v["user"] = s.user(c.Author)
	v["url"] = s.url("/issues/comments/%d", c.ID)
	v["html_url"] = "https://" + memoryHost + "/" + Owner + "/" + Name + "/pull/" + strconv.Itoa(c.Pull) + "#issuecomment-" + strconv.FormatInt(c.ID, 10)
	v["issue_url"] = s.url("/issues/%d", c.Pull)
	return v
}
