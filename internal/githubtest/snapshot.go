package githubtest

import (
	"encoding/json"
	"net/http"
	"strings"
)

// Snapshot is a submission of dependencies.
type Snapshot struct {
	Ref string `json:"ref"`
	SHA string `json:"sha"`

	Job struct {
		Correlator string `json:"correlator"`
	} `json:"job"`
	Detector struct {
		Name string `json:"name"`
	} `json:"detector"`
	Manifests map[string]struct {
		Resolved map[string]struct {
			PackageURL   string   `json:"package_url"`
			Dependencies []string `json:"dependencies"`
		} `json:"resolved"`
	} `json:"manifests"`
}

// Snapshots are those in force: of each correlator and detector, the latest.
func (s *Server) Snapshots() []Snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Snapshot(nil), s.snapshots...)
}

func (s *Server) createSnapshot(req *http.Request) (int, any) {
	var in Snapshot
	if err := json.NewDecoder(req.Body).Decode(&in); err != nil {
		return http.StatusUnprocessableEntity, message(err.Error())
	}
	// One bad URL refuses all, as on GitHub.
	for name, m := range in.Manifests {
		for _, d := range m.Resolved {
			if !strings.HasPrefix(d.PackageURL, "pkg:") {
				return http.StatusUnprocessableEntity, message(`invalid package url: in manifest "` + name + `": purl scheme is not "pkg"`)
			}
		}
	}
	kept := s.snapshots[:0]
	for _, old := range s.snapshots {
		if old.Job.Correlator != in.Job.Correlator || old.Detector.Name != in.Detector.Name {
			kept = append(kept, old)
		}
	}
	s.snapshots = append(kept, in)
	s.nextID++
	return http.StatusCreated, map[string]any{
		"id": s.nextID, "created_at": s.stamp(), "result": "SUCCESS", "message": "Dependency results for the repo have been successfully updated.",
	}
}
