package githubtest

import (
	"net/http"
	"slices"
)

// Permissions are those that can be taken away from the token, see [Server.Deny].
func Permissions() []string {
	return []string{"actions:read", "contents", "contents:read", "pull-requests", "security-events"}
}

// Deny takes one of [Permissions] away from the token. What does not end in ":read"
// is to write; of security-events it is both.
func (s *Server) Deny(permission string) {
	if !slices.Contains(Permissions(), permission) {
		s.failf("there is no permission %q; there are %q", permission, Permissions())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.denied[permission] = true
}

// authorize refuses who has no token, asks for another repository or lacks a
// permission.
func (s *Server) authorize(req *http.Request, h handler) (status int, answer any) {
	switch {
	case !s.hasToken(req):
		return http.StatusUnauthorized, message("Bad credentials")
	case req.PathValue("owner") == "":
		return 0, nil // not about a repository
	case req.PathValue("owner") != Owner || req.PathValue("repo") != Name:
		return http.StatusNotFound, message("Not Found")
	case s.denied[h.permission]:
		return http.StatusForbidden, message("Resource not accessible by integration")
	}
	return 0, nil
}

// hasToken says whether a request has the token. A wrong one may be what is tested;
// none at all is a mistake of the client.
func (s *Server) hasToken(req *http.Request) bool {
	given := req.Header.Get("Authorization")
	if given == "" {
		s.failf("%s %s comes without a token", req.Method, req.URL.Path)
	}
	return given == "Bearer "+s.token || given == "token "+s.token // as the command gh has it
}
