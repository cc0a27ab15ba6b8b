package githubtest

import (
	"io"
	"net/http"
)

// Paths of [Server.Serve] by which whoever runs workflows against it does what no
// part of the REST API does.
const (
	// UploadPath takes an artifact, as a runner's own service does on GitHub: a POST
	// with the content as body, and name, branch, sha and fork (for true) as query.
	UploadPath = "/_artifacts"

	// TokenPath gives the token other permissions, as the next workflow has them: a
	// POST with those of [Permissions] that it lacks as query, ?deny=contents.
	TokenPath = "/_token"
)

// maxArtifact bounds what is taken, in bytes.
const maxArtifact = 64 << 20

func (s *Server) serveUpload(w http.ResponseWriter, req *http.Request) {
	content, err := io.ReadAll(http.MaxBytesReader(w, req.Body, maxArtifact))
	q := req.URL.Query()
	if err != nil || q.Get("name") == "" {
		http.Error(w, "an artifact is not uploaded as it should be", http.StatusBadRequest)
		return
	}
	s.AddArtifact(Artifact{
		Name: q.Get("name"), Branch: q.Get("branch"), SHA: q.Get("sha"), HeadRepoFork: q.Get("fork") == "true", Content: content,
	})
	w.WriteHeader(http.StatusCreated)
}

func (s *Server) serveToken(w http.ResponseWriter, req *http.Request) {
	s.mu.Lock()
	clear(s.denied)
	s.mu.Unlock()
	for _, permission := range req.URL.Query()["deny"] {
		s.Deny(permission)
	}
	w.WriteHeader(http.StatusNoContent)
}
