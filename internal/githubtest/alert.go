package githubtest

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Alert is one of code scanning.
type Alert struct {
	Number   int    `json:"number"`
	State    string `json:"state"` // open, dismissed or fixed
	Tool     string `json:"tool"`
	Category string `json:"category"`
	Rule     string `json:"rule"`
	Path     string `json:"path"`

	// Reason and Comment are those of the dismissal.
	Reason  string `json:"dismissed_reason"`
	Comment string `json:"dismissed_comment"`
}

// alert is an Alert with what only answers show.
type alert struct {
	Alert
	ref, sha    string
	text        string
	line        int
	fingerprint string

	fixedAt     string
	dismissedAt string
}

// Analysis is a run of a delivery that was processed.
type Analysis struct {
	ID       int64  `json:"id"`
	Ref      string `json:"ref"`
	SHA      string `json:"commit_sha"`
	Category string `json:"category"`
	Tool     string `json:"tool"`
	Upload   string `json:"sarif_id"` // the delivery's ID
	Results  int    `json:"results_count"`
	Rules    int    `json:"rules_count"`

	at string // when it was processed
}

// maxDismissalComment is the longest comment of a dismissal, in characters.
const maxDismissalComment = 280

// Alerts are all alerts, by number.
func (s *Server) Alerts() []Alert {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Alert
	for _, a := range s.alerts {
		all = append(all, a.Alert)
	}
	return all
}

// AddAlert adds an alert on the default branch, as if it had been delivered long
// ago and, where it is dismissed, as if a person had done so. It returns its number.
func (s *Server) AddAlert(a Alert) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	a.Number = len(s.alerts) + 1
	ref := "refs/heads/" + DefaultBranch
	added := &alert{Alert: a, ref: ref, sha: s.refs[ref], text: a.Rule, line: 1}
	switch a.State {
	case "dismissed":
		added.dismissedAt = s.stamp()
	case "fixed":
		added.fixedAt = s.stamp()
	}
	s.alerts = append(s.alerts, added)
	return a.Number
}

func (s *Server) listAlerts(req *http.Request) (int, any) {
	q := req.URL.Query()
	found := []any{}
	for _, a := range s.alerts {
		if state := q.Get("state"); state != "" && state != a.State {
			continue
		}
		if tool := q.Get("tool_name"); tool != "" && tool != a.Tool {
			continue
		}
		if ref := q.Get("ref"); ref != "" && ref != a.ref && "refs/heads/"+ref != a.ref {
			continue
		}
		found = append(found, s.showAlert(a))
	}
	return http.StatusOK, pageOf(req, found)
}

func (s *Server) alert(req *http.Request) *alert {
	for _, a := range s.alerts {
		if strconv.Itoa(a.Number) == req.PathValue("alert_number") {
			return a
		}
	}
	return nil
}

func (s *Server) getAlert(req *http.Request) (int, any) {
	a := s.alert(req)
	if a == nil {
		return http.StatusNotFound, message("No alert found for alert number")
	}
	return http.StatusOK, s.showAlert(a)
}

func (s *Server) updateAlert(req *http.Request) (int, any) {
	a := s.alert(req)
	if a == nil {
		return http.StatusNotFound, message("No alert found for alert number")
	}
	var in struct {
		State   string `json:"state"`
		Reason  string `json:"dismissed_reason"`
		Comment string `json:"dismissed_comment"`
	}
	if err := json.NewDecoder(req.Body).Decode(&in); err != nil {
		return http.StatusBadRequest, message(err.Error())
	}
	switch {
	case a.State == "fixed":
		return http.StatusBadRequest, message("Alert is already fixed")
	case in.State == a.State:
		return http.StatusBadRequest, message("Alert is already " + a.State)
	case in.State == "dismissed" && in.Reason == "":
		return http.StatusBadRequest, message("dismissed_reason is required")
	case utf8.RuneCountInString(in.Comment) > maxDismissalComment:
		return http.StatusBadRequest, message("dismissed_comment is too long")
	case in.State == "dismissed":
		a.State, a.Reason, a.Comment, a.dismissedAt = in.State, in.Reason, in.Comment, s.stamp()
	default:
		a.State, a.Reason, a.Comment, a.dismissedAt = in.State, "", "", ""
	}
	return http.StatusOK, s.showAlert(a)
}

func (s *Server) showAlert(a *alert) any {
	v := s.example("code-scanning-alert")
	v["number"] = a.Number
	v["state"] = a.State
	v["url"] = s.url("/code-scanning/alerts/%d", a.Number)
	v["html_url"] = "https://" + memoryHost + "/" + Owner + "/" + Name + "/security/code-scanning/" + strconv.Itoa(a.Number)
	v["instances_url"] = s.url("/code-scanning/alerts/%d/instances", a.Number)
	v["fixed_at"] = orNull(a.fixedAt)
	v["dismissed_at"] = orNull(a.dismissedAt)
	v["dismissed_reason"] = orNull(a.Reason)
	v["dismissed_comment"] = orNull(a.Comment)
	v["dismissed_by"] = nil
	if a.dismissedAt != "" {
		v["dismissed_by"] = s.user("octocat")
	}
	v["rule"] = map[string]any{"id": a.Rule, "name": a.Rule, "severity": "error", "description": a.text, "tags": []string{"security"}}
	v["tool"] = map[string]any{"name": a.Tool, "guid": nil, "version": "1.0.0"}
	v["most_recent_instance"] = map[string]any{
		"ref": a.ref, "analysis_key": "API upload", "environment": "{}", "category": a.Category, "state": a.State,
		"commit_sha": a.sha, "message": map[string]any{"text": a.text},
		"location":        map[string]any{"path": a.Path, "start_line": a.line, "end_line": a.line, "start_column": 1, "end_column": 1},
		"classifications": []string{},
	}
	return v
}

// orNull is a text, and null for none.
func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func (s *Server) listAnalyses(req *http.Request) (int, any) {
	q := req.URL.Query()
	found := []any{}
	for _, a := range s.analyses {
		if id := q.Get("sarif_id"); id != "" && id != a.Upload {
			continue
		}
		if ref := q.Get("ref"); ref != "" && !strings.HasSuffix(a.Ref, ref) {
			continue
		}
		found = append(found, map[string]any{
			"ref": a.Ref, "commit_sha": a.SHA, "analysis_key": "API upload", "environment": "{}", "category": a.Category,
			"error": "", "created_at": a.at, "results_count": a.Results, "rules_count": a.Rules, "id": a.ID,
			"url": s.url("/code-scanning/analyses/%d", a.ID), "sarif_id": a.Upload,
			"tool":      map[string]any{"name": a.Tool, "guid": nil, "version": "1.0.0"},
			"deletable": true, "warning": "",
		})
	}
	return http.StatusOK, pageOf(req, found)
}
