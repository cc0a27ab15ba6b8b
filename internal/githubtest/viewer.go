package githubtest

import (
	"cmp"
	"net/http"
	"strings"
)

// SetViewer says whose token it is, and who writes with it: a login such as
// "octocat" or "scanner-app[bot]". Without, it is [Login]. Empty is [Login] as well,
// on a GitHub that does not tell.
func (s *Server) SetViewer(login string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.viewer = login
}

// user is somebody as GitHub describes them.
func (s *Server) user(login string) map[string]any {
	u := s.example("simple-user")
	u["login"] = login
	u["type"] = "User"
	if isBot(login) {
		u["type"] = "Bot"
	}
	return u
}

// login is who writes with the token.
func (s *Server) login() string { return cmp.Or(s.viewer, Login) }

func isBot(login string) bool { return strings.HasSuffix(login, "[bot]") }

// getViewer knows persons only: the tokens of workflows and Apps have no user.
func (s *Server) getViewer(*http.Request) (int, any) {
	if isBot(s.login()) {
		return http.StatusForbidden, message("Resource not accessible by integration")
	}
	v := s.example("private-user-response-with-public-profile-information")
	v["login"] = s.viewer
	v["user_view_type"] = "public" // which the example lacks
	return http.StatusOK, v
}
