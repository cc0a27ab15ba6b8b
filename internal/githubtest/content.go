package githubtest

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"path"
)

// AddFile puts a file onto a ref or a commit.
func (s *Server) AddFile(ref, name string, content []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files[ref+":"+name] = content
}

func (s *Server) getContent(req *http.Request) (int, any) {
	ref := req.URL.Query().Get("ref")
	if ref == "" {
		ref = DefaultBranch
	}
	name := req.PathValue("path")
	content, ok := s.files[ref+":"+name]
	if !ok {
		return http.StatusNotFound, message("Not Found")
	}
	sum := sha1.Sum(fmt.Appendf(nil, "blob %d\x00%s", len(content), content))
	v := s.example("content-file-response-if-content-is-a-file")
	v["path"] = name
	v["name"] = path.Base(name)
	v["size"] = len(content)
	v["sha"] = hex.EncodeToString(sum[:])
	v["encoding"] = "base64"
	v["content"] = base64.StdEncoding.EncodeToString(content)
	return http.StatusOK, v
}
