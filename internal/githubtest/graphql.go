package githubtest

import (
	"encoding/json"
	"net/http"
	"strings"
)

// graphqlPath is beside basePath, as on GitHub Enterprise Server.
const graphqlPath = "/api/graphql"

// serveGraphQL plays the one query that imgscan sends. There is no description to
// hold it against, so it has to be that query, but for white space.
func (s *Server) serveGraphQL(w http.ResponseWriter, req *http.Request) {
	fault, scripted := s.nextFault(GraphQLOperation)
	if fault.Before != nil {
		fault.Before()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	status, answer := s.graphql(req)
	if scripted && fault.Status != 0 && fault.Status != http.StatusOK {
		status, answer = fault.Status, fault.answer()
	} else if scripted && fault.Status == http.StatusOK {
		// GraphQL says what is wrong with status 200.
		answer = graphqlError("", fault.Message)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	for name, value := range fault.Header {
		w.Header().Set(name, value)
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer) // the client may have gone
	s.requests = append(s.requests, Request{Operation: GraphQLOperation, Status: status})
}

func (s *Server) graphql(req *http.Request) (status int, answer any) {
	if !s.hasToken(req) {
		return http.StatusUnauthorized, message("Bad credentials")
	}
	var in struct {
		Query         string         `json:"query"`
		Variables     map[string]any `json:"variables"`
		OperationName *string        `json:"operationName"`
	}
	decoder := json.NewDecoder(req.Body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&in); err != nil || req.Method != http.MethodPost {
		s.failf("graphql: bad request: %s: %v", req.Method, err)
		return http.StatusBadRequest, message("Problems parsing JSON")
	}
	switch query := strings.Join(strings.Fields(in.Query), ""); {
	case query != "query{viewer{login}}" && query != "{viewer{login}}", len(in.Variables) > 0, in.OperationName != nil:
		s.failf("graphql: unexpected query: %.400q", in.Query)
		return http.StatusOK, graphqlError("undefinedField", "the fake does not play this query")
	case s.viewer == "":
		return http.StatusOK, graphqlError("FORBIDDEN", "Resource not accessible by integration")
	}
	return http.StatusOK, map[string]any{"data": map[string]any{"viewer": map[string]any{"login": s.viewer}}}
}

// graphqlError is how GraphQL says no: with a status of 200.
func graphqlError(kind, text string) map[string]any {
	e := map[string]any{"path": []string{"viewer"}, "message": text, "locations": []any{map[string]int{"line": 1, "column": 3}}}
	if kind != "" {
		e["type"] = kind
	}
	return map[string]any{"data": nil, "errors": []any{e}}
}
