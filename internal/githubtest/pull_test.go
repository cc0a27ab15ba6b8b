package githubtest

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"
)

// Pull requests are found by the branch of their head, as the workflow does that
// comments for a fork.
func TestListPulls(t *testing.T) {
	t.Parallel()
	s := New(t)
	s.AddPull(Pull{Number: 7})
	s.AddPull(Pull{Number: 8, Branch: "fix", Fork: "mallory/app", HeadSHA: SHA(41)})
	s.AddPull(Pull{Number: 9, Branch: "fix"})
	for query, want := range map[string][]int{
		"":                            {9, 8, 7},
		"?state=all":                  {9, 8, 7},
		"?state=closed":               nil,
		"?head=mallory:fix":           {8},
		"?head=octo-org:fix":          {9},
		"?head=octo-org:change-7":     {7},
		"?head=octo-org:other":        nil,
		"?head=fix":                   {9, 8, 7},
		"?base=main&head=mallory:fix": {8},
		"?base=next":                  nil,
	} {
		resp := get(t, s.Client(), "http://"+memoryHost+repo+"/pulls"+query, true)
		var list []struct {
			Number int
			Head   struct{ SHA string }
		}
		if err := json.NewDecoder(resp.Body).Decode(&list); err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s (%v)", query, resp.Status, err)
		}
		var got []int
		for _, p := range list {
			got = append(got, p.Number)
			if p.Number == 8 && p.Head.SHA != SHA(41) {
				t.Errorf("%s: the head of 8 is %s", query, p.Head.SHA)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
}
