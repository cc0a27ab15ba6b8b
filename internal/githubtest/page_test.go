package githubtest

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// A list of more than a page names the next one, which has the rest.
func TestPages(t *testing.T) {
	t.Parallel()
	s := New(t)
	s.AddPull(Pull{Number: 7})
	for range 101 {
		s.AddComment(Comment{Pull: 7, Body: "b"})
	}
	req, err := http.NewRequestWithContext(t.Context(), "GET", "http://"+memoryHost+repo+"/issues/7/comments?per_page=100", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{100, 1} {
		req.Header.Set("Authorization", "Bearer "+Token)
		resp, err := s.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		var got []any
		if err := json.NewDecoder(resp.Body).Decode(&got); err != nil || len(got) != want {
			t.Fatalf("%d comments (%v), want %d", len(got), err, want)
		}
		resp.Body.Close()
		link, _, more := strings.Cut(strings.TrimPrefix(resp.Header.Get("Link"), "<"), ">")
		if more != (want == 100) {
			t.Fatalf("the answer links to %q", resp.Header.Get("Link"))
		}
		if more {
			if req, err = http.NewRequestWithContext(t.Context(), "GET", link, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
}
