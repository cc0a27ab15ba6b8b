package githubtest

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// packed is a request to take SARIF.
func packed(sarif string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, sarif)
	_ = w.Close()
	return fmt.Sprintf(`{"commit_sha":%q,"ref":"refs/heads/main","sarif":%q}`, commit, base64.StdEncoding.EncodeToString(b.Bytes()))
}

// sarif is a file with one result per URI.
func sarif(uris ...string) string {
	var results []string
	for _, uri := range uris {
		results = append(results, fmt.Sprintf(`{"ruleId":"CVE-1","message":{"text":"m"},"locations":[{"physicalLocation":{"artifactLocation":{"uri":%q}}}]}`, uri))
	}
	return `{"$schema":"s","version":"2.1.0","runs":[{"automationDetails":{"id":"imgscan/app/"},"tool":{"driver":{"name":"imgscan","rules":[{"id":"CVE-1","shortDescription":{"text":"d"},"properties":{"security-severity":"7.5"}}]}},"results":[` + strings.Join(results, ",") + `]}]}`
}

// An alert is closed by the next delivery without it, and what GitHub cannot
// process it refuses in its words.
func TestProcessing(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, sarif, want string }{
		{"clean", sarif(), ""},
		{"scheme", sarif("debian:12"), `SARIF URI scheme "debian" did not match the checkout URI scheme "file"`},
		{"no uri", sarif(""), "locationFromSarifResult: expected artifact location"},
		{"no location", strings.Replace(sarif("a"), `"locations":[{"physicalLocation":{"artifactLocation":{"uri":"a"}}}]`, `"locations":[]`, 1), "locationFromSarifResult: expected at least one location"},
		{"severity", strings.Replace(sarif("a"), `"7.5"`, `7.5`, 1), "could not convert rules: invalid security severity value, is not a number: 7.5"},
		{"twice", strings.Replace(sarif("a"), `"runs":[`, `"runs":[{"automationDetails":{"id":"imgscan/app/2"},"tool":{"driver":{"name":"imgscan"}}},`, 1), "A delivery cannot contain multiple runs with the same category"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := New(t)
				client := s.Client()
				deliver := func(text string) map[string]any {
					time.Sleep(time.Second)
					_, answer := ask(t, client, "POST", repo+"/code-scanning/sarifs", packed(text))
					_, answer = ask(t, client, "GET", repo+"/code-scanning/sarifs/"+answer["id"].(string), "")
					return answer
				}
				deliver(sarif("app"))
				answer := deliver(tt.sarif)
				state := "fixed"
				if tt.want != "" {
					state = "open"
					if got := fmt.Sprint(answer["errors"]); answer["processing_status"] != "failed" || got != "["+tt.want+"]" {
						t.Errorf("%v, want the error %q", answer, tt.want)
					}
				}
				if got := s.Alerts()[0].State; got != state {
					t.Errorf("the alert is %s, want %s", got, state)
				}
			})
		})
	}
}
