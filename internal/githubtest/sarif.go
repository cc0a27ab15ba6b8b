package githubtest

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Limits of code scanning.
const (
	maxGzip     = 10 << 20
	maxRuns     = 20
	maxResults  = 25_000
	maxRules    = 25_000
	maxRuleTags = 20
)

// upload is a delivery of SARIF.
type upload struct {
	id, ref, sha string
	log          sarifLog
	polls        int // answers "pending" that are left
	errors       []string
	done         bool
}

// sarifLog is what GitHub reads of a SARIF file.
type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	AutomationDetails struct {
		ID string `json:"id"`
	} `json:"automationDetails"`
	Tool struct {
		Driver struct {
			Name  string      `json:"name"`
			Rules []sarifRule `json:"rules"`
		} `json:"driver"`
	} `json:"tool"`
	Results []sarifResult `json:"results"`
}

type sarifRule struct {
	ID               string `json:"id"`
	ShortDescription struct {
		Text string `json:"text"`
	} `json:"shortDescription"`
	Properties struct {
		SecuritySeverity *any     `json:"security-severity"`
		Tags             []string `json:"tags"`
	} `json:"properties"`
}

type sarifResult struct {
	RuleID  string `json:"ruleId"`
	Message struct {
		Text string `json:"text"`
	} `json:"message"`
	Locations []struct {
		PhysicalLocation struct {
			ArtifactLocation struct {
				URI string `json:"uri"`
			} `json:"artifactLocation"`
			Region struct {
				StartLine int `json:"startLine"`
			} `json:"region"`
		} `json:"physicalLocation"`
	} `json:"locations"`
	PartialFingerprints struct {
		PrimaryLocationLineHash string `json:"primaryLocationLineHash"`
	} `json:"partialFingerprints"`
}

// category is the run's: all before the last slash of its ID.
func (r sarifRun) category() string {
	i := strings.LastIndexByte(r.AutomationDetails.ID, '/')
	if i < 0 {
		return ""
	}
	return r.AutomationDetails.ID[:i]
}

// SlowProcessing makes the next deliveries answer "pending" so many times.
func (s *Server) SlowProcessing(polls int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.polls = polls
}

// FailProcessing makes the next deliveries fail with these errors, beyond those
// that the fake finds.
func (s *Server) FailProcessing(errors ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failing = errors
}

func (s *Server) uploadSARIF(req *http.Request) (int, any) {
	var in struct {
		CommitSHA string `json:"commit_sha"`
		Ref       string `json:"ref"`
		SARIF     string `json:"sarif"`
	}
	if err := json.NewDecoder(req.Body).Decode(&in); err != nil {
		return http.StatusBadRequest, message(err.Error())
	}
	log, size, err := unpack(in.SARIF)
	if err != nil {
		s.failf("a delivery that is not SARIF: %v", err)
		return http.StatusBadRequest, message("sarif: " + err.Error())
	}
	if size > maxGzip {
		return http.StatusRequestEntityTooLarge, message("SARIF file is too large")
	}
	s.nextID++
	u := &upload{
		id: fmt.Sprintf("47177e22-5596-11eb-80a1-%012x", s.nextID), ref: in.Ref, sha: in.CommitSHA,
		log: log, polls: s.polls, errors: append(s.refuse(in.Ref, in.CommitSHA, log), s.failing...),
	}
	s.uploads = append(s.uploads, u)
	return http.StatusAccepted, map[string]any{"id": u.id, "url": s.url("/code-scanning/sarifs/%s", u.id)}
}

// unpack is the SARIF of a delivery, and its size when packed.
func unpack(text string) (log sarifLog, size int, err error) {
	packed, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return log, 0, err
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return log, 0, err
	}
	content, err := io.ReadAll(r)
	if err != nil {
		return log, 0, err
	}
	if err := json.Unmarshal(content, &log); err != nil {
		return log, 0, err
	}
	if log.Version != "2.1.0" || log.Schema == "" {
		return log, 0, errors.New("its version is not 2.1.0, or it names no schema")
	}
	return log, len(packed), nil
}

// refuse is why GitHub does not process a delivery, in its words where they are
// known from codeql-action.
func (s *Server) refuse(ref, sha string, log sarifLog) []string {
	switch at, ok := s.refs[ref]; {
	case !ok:
		return []string{fmt.Sprintf("ref '%s' not found in this repository", ref)}
	case at != sha:
		return []string{"commit not found"}
	case len(log.Runs) == 0 || len(log.Runs) > maxRuns:
		return []string{fmt.Sprintf("rejecting SARIF, as there are %d runs", len(log.Runs))}
	}
	seen := make(map[string]bool)
	for _, run := range log.Runs {
		key := run.Tool.Driver.Name + "\x00" + run.category()
		if seen[key] {
			return []string{"A delivery cannot contain multiple runs with the same category"}
		}
		seen[key] = true
		if why := run.refuse(); why != "" {
			return []string{why}
		}
	}
	return nil
}

func (r sarifRun) refuse() string {
	switch {
	case r.Tool.Driver.Name == "":
		return "rejecting SARIF, as the tool has no name"
	case len(r.Results) > maxResults, len(r.Tool.Driver.Rules) > maxRules:
		return "rejecting SARIF, as there are more results per run than allowed"
	}
	known := make(map[string]bool)
	for _, rule := range r.Tool.Driver.Rules {
		if rule.ID == "" || rule.ShortDescription.Text == "" || len(rule.Properties.Tags) > maxRuleTags {
			return "could not convert rules: invalid rule " + rule.ID
		}
		known[rule.ID] = true
		if v := rule.Properties.SecuritySeverity; v != nil {
			text, ok := (*v).(string)
			if _, err := strconv.ParseFloat(text, 64); !ok || err != nil {
				return fmt.Sprintf("could not convert rules: invalid security severity value, is not a number: %v", *v)
			}
		}
	}
	for _, result := range r.Results {
		switch {
		case !known[result.RuleID]:
			return "rejecting SARIF, as a result has the unknown rule " + result.RuleID
		case result.Message.Text == "":
			return "rejecting SARIF, as a result has no message"
		case len(result.Locations) == 0:
			return "locationFromSarifResult: expected at least one location"
		}
		at := result.Locations[0].PhysicalLocation
		u, err := url.Parse(at.ArtifactLocation.URI)
		switch {
		case at.ArtifactLocation.URI == "":
			return "locationFromSarifResult: expected artifact location"
		case err != nil:
			return "an invalid URI was provided as a SARIF location"
		case u.Scheme != "" && u.Scheme != "file":
			return fmt.Sprintf("SARIF URI scheme %q did not match the checkout URI scheme \"file\"", u.Scheme)
		}
	}
	return ""
}

func (s *Server) getSARIF(req *http.Request) (int, any) {
	for _, u := range s.uploads {
		if u.id != req.PathValue("sarif_id") {
			continue
		}
		if u.polls > 0 {
			u.polls--
			return http.StatusOK, map[string]any{"processing_status": "pending"}
		}
		s.process(u)
		status := "complete"
		if len(u.errors) > 0 {
			status = "failed"
		}
		return http.StatusOK, map[string]any{
			"processing_status": status, "analyses_url": s.url("/code-scanning/analyses?sarif_id=%s", u.id), "errors": u.errors,
		}
	}
	return http.StatusNotFound, message("Not Found")
}

// process takes what a delivery says into the alerts. Of a tool and category, a ref
// has the latest delivery only.
func (s *Server) process(u *upload) {
	if u.done || len(u.errors) > 0 {
		u.done = true
		return
	}
	u.done = true
	for _, run := range u.log.Runs {
		tool, category := run.Tool.Driver.Name, run.category()
		s.nextID++
		s.analyses = append(s.analyses, Analysis{
			ID: s.nextID, Ref: u.ref, SHA: u.sha, Category: category, Tool: tool, Upload: u.id,
			Results: len(run.Results), Rules: len(run.Tool.Driver.Rules), at: s.stamp(),
		})
		seen := make(map[*alert]bool)
		for _, result := range run.Results {
			a := s.alertOf(tool, category, result)
			a.ref, a.sha = u.ref, u.sha
			seen[a] = true
			if a.State == "fixed" {
				a.State, a.fixedAt = "open", ""
			}
		}
		for _, a := range s.alerts {
			if a.Tool == tool && a.Category == category && a.ref == u.ref && !seen[a] && a.State == "open" {
				a.State, a.fixedAt = "fixed", s.stamp()
			}
		}
	}
}

// alertOf is the alert that a result belongs to, which may be new. What makes it
// the same is its rule, fingerprint and path.
func (s *Server) alertOf(tool, category string, result sarifResult) *alert {
	at := result.Locations[0].PhysicalLocation
	for _, a := range s.alerts {
		if a.Tool == tool && a.Category == category && a.Rule == result.RuleID &&
			a.Path == at.ArtifactLocation.URI && a.fingerprint == result.PartialFingerprints.PrimaryLocationLineHash {
			return a
		}
	}
	a := &alert{
		Alert: Alert{
			Number: len(s.alerts) + 1, State: "open", Tool: tool, Category: category,
			Rule: result.RuleID, Path: at.ArtifactLocation.URI,
		},
		text: result.Message.Text, line: cmp.Or(at.Region.StartLine, 1),
		fingerprint: result.PartialFingerprints.PrimaryLocationLineHash,
	}
	s.alerts = append(s.alerts, a)
	return a
}
