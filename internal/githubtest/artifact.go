package githubtest

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// The repositories that runs of workflows are of.
const (
	repositoryID = 1296269
	forkID       = 1296270
)

// blobPath is where the store of artifacts has its files. On GitHub that is
// another host, of another company.
const blobPath = "/artifact-store/"

// Artifact is a file that a run of a workflow has left.
type Artifact struct {
	Name         string
	Branch       string    // that the run was for; empty for [DefaultBranch]
	SHA          string    // the commit that the run was for; empty for that of the branch
	Created      time.Time // zero for now
	Expired      bool      // it is listed, and gone
	Content      []byte    // a zip; or, as upload-artifact stores with archive: false, any file
	HeadRepoFork bool      // the run was for a fork's branch of that name
	Event        string    // that started the run; empty for a push
}

// artifact is an Artifact with what only answers show.
type artifact struct {
	Artifact
	id, run int64
}

// AddArtifact adds one as if a run had left it, and returns its ID. That run has no
// other.
func (s *Server) AddArtifact(a Artifact) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	a.Branch = cmp.Or(a.Branch, DefaultBranch)
	a.Event = cmp.Or(a.Event, "push")
	a.SHA = cmp.Or(a.SHA, s.refs["refs/heads/"+a.Branch], SHA(1))
	if a.Created.IsZero() {
		a.Created = time.Now()
	}
	s.nextID += 2
	s.artifacts = append(s.artifacts, &artifact{Artifact: a, id: s.nextID - 1, run: s.nextID})
	return s.nextID - 1
}

// listArtifacts lists the latest first, as GitHub does without saying so.
func (s *Server) listArtifacts(req *http.Request) (int, any) {
	name := req.URL.Query().Get("name")
	found := []any{}
	latest := slices.SortedStableFunc(slices.Values(s.artifacts), func(a, b *artifact) int {
		return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(b.id, a.id))
	})
	for _, a := range latest {
		if name == "" || a.Name == name {
			found = append(found, s.showArtifact(a))
		}
	}
	p := pageOf(req, found)
	p.answer = map[string]any{"total_count": len(found), "artifacts": p.answer}
	return http.StatusOK, p
}

// retention is how long an artifact is kept where nobody says otherwise.
const retention = 90 * 24 * time.Hour

func (s *Server) showArtifact(a *artifact) any {
	head := repositoryID
	if a.HeadRepoFork {
		head = forkID
	}
	sum := sha256.Sum256(a.Content)
	created := a.Created.UTC().Format(time.RFC3339)
	return map[string]any{
		"id": a.id, "node_id": "MDg6QXJ0aWZhY3Q" + strconv.FormatInt(a.id, 10), "name": a.Name, "size_in_bytes": len(a.Content),
		"url": s.url("/actions/artifacts/%d", a.id), "archive_download_url": s.url("/actions/artifacts/%d/zip", a.id),
		"expired": a.Expired, "created_at": created, "updated_at": created,
		"expires_at": a.Created.Add(retention).UTC().Format(time.RFC3339), "digest": "sha256:" + hex.EncodeToString(sum[:]),
		"workflow_run": map[string]any{
			"id": a.run, "repository_id": repositoryID, "head_repository_id": head, "head_branch": a.Branch, "head_sha": a.SHA,
		},
	}
}

// downloadArtifact sends the client to the store.
func (s *Server) downloadArtifact(req *http.Request) (int, any) {
	a := s.artifact(req.PathValue("artifact_id"))
	switch {
	case a == nil, req.PathValue("archive_format") != "zip":
		return http.StatusNotFound, message("Not Found")
	case a.Expired:
		return http.StatusGone, message("Artifact has expired")
	}
	return http.StatusFound, redirect("http://" + s.store() + blobPath + signed(a))
}

// getRun describes the run that left an artifact. Nobody asks about others.
func (s *Server) getRun(req *http.Request) (int, any) {
	for _, a := range s.artifacts {
		if strconv.FormatInt(a.run, 10) == req.PathValue("run_id") {
			run := s.example("workflow-run")
			run["id"], run["event"], run["head_branch"], run["head_sha"] = a.run, a.Event, a.Branch, a.SHA
			return http.StatusOK, run
		}
	}
	return http.StatusNotFound, message("Not Found")
}

func (s *Server) artifact(id string) *artifact {
	for _, a := range s.artifacts {
		if strconv.FormatInt(a.id, 10) == id {
			return a
		}
	}
	return nil
}

// store is the host of the store: another one, where there is no network.
func (s *Server) store() string {
	if s.asked == memoryHost {
		return memoryStore
	}
	return s.asked
}

// signed is what opens a file of the store, for who has no token.
func signed(a *artifact) string {
	sum := sha256.Sum256(fmt.Append(nil, "signed ", a.id))
	return strconv.FormatInt(a.id, 10) + "?sig=" + hex.EncodeToString(sum[:])
}

// serveBlob is the store. It refuses who has no signature, and who brings the
// token: it is not GitHub's host, and must not see it.
func (s *Server) serveBlob(w http.ResponseWriter, req *http.Request) {
	if req.Header.Get("Authorization") != "" {
		s.failf("the store of artifacts is given an Authorization header")
		http.Error(w, "InvalidAuthenticationInfo", http.StatusBadRequest)
		return
	}
	fault, scripted := s.nextFault(StoreOperation)
	if fault.Before != nil {
		fault.Before()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	status, body := s.blob(req)
	if scripted && fault.Status != 0 {
		status, body = fault.Status, []byte(cmp.Or(fault.Message, http.StatusText(fault.Status)))
	}
	w.Header().Set("Content-Type", http.DetectContentType(body))
	for name, value := range fault.Header {
		w.Header().Set(name, value)
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client may have gone
	s.requests = append(s.requests, Request{Operation: StoreOperation, Status: status})
}

func (s *Server) blob(req *http.Request) (status int, body []byte) {
	for _, a := range s.artifacts {
		if req.URL.RequestURI() == blobPath+signed(a) {
			return http.StatusOK, bytes.Clone(a.Content)
		}
	}
	s.failf("unexpected request to the store of artifacts: %s %s", req.Method, req.URL.Path)
	return http.StatusForbidden, []byte("AuthenticationFailed")
}
