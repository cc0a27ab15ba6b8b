package foreign

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"time"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
)

// What a list of alerts has at most: one takes some thousands of bytes, and an
// empty one a few, for which it would take a hundred times the memory.
const (
	maxAlertsSize = 64 << 20
	maxAlerts     = 100_000
)

// alertTool is the name under which our alerts are in code scanning.
const alertTool = "imgscan"

// alert is an alert of code scanning in the shape of GitHub's API, as far as it says
// what was decided, by whom and about what. What GitHub has as null is empty.
type alert struct {
	Number int    `json:"number"`
	State  string `json:"state"`
	URL    string `json:"html_url"`
	Tool   struct {
		Name string `json:"name"`
	} `json:"tool"`
	Rule struct {
		ID   string   `json:"id"`
		Tags []string `json:"tags"`
	} `json:"rule"`
	Instance struct {
		Category string `json:"category"`
		Location struct {
			Path      string `json:"path"`
			StartLine int    `json:"start_line"`
			EndLine   int    `json:"end_line"`
		} `json:"location"`
	} `json:"most_recent_instance"`

	Reason  string `json:"dismissed_reason"`
	Comment string `json:"dismissed_comment"`
	At      string `json:"dismissed_at"`
	By      struct {
		Login string `json:"login"`
	} `json:"dismissed_by"`
}

// readAlerts reads alerts as "gh api --paginate" prints GitHub's lists of them: one
// array, one after the other, or an array of arrays. Only what people dismissed of
// ours is a decision; an alert that we dismissed ourselves has its entry.
func readAlerts(im *importer, src []byte) error {
	var others, undecided, own, same int
	err := eachAlert(src, func(a alert) {
		switch {
		case a.Tool.Name != alertTool:
			others++
		case a.State != "dismissed":
			undecided++
		case im.opts.OwnDismissal != nil && im.opts.OwnDismissal(a.Comment):
			own++
		case !im.alert(a):
			same++
		}
	})
	for _, left := range []struct {
		count int
		words string
	}{
		{others, "of other tools"},
		{undecided, "that are not dismissed"},
		{own, "that imgscan dismissed for an exception"},
		{same, "that say the same as another one"},
	} {
		if left.count > 0 {
			im.lose(im.file, "alerts %s are left out: %d", left.words, left.count)
		}
	}
	return err
}

// eachAlert calls found with every alert, in their order.
func eachAlert(src []byte, found func(alert)) error {
	r := alertReader{found: found}
	dec := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(src, []byte("\uFEFF"))))
	for {
		open, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil && open != json.Delim('[') {
			err = fmt.Errorf("expected a list of alerts, found %v", open)
		}
		if err == nil {
			err = r.items(dec)
		}
		if err != nil {
			return errors.New("malformed list of alerts: " + plain(err.Error(), 300))
		}
	}
}

type alertReader struct {
	found func(alert)
	count int
}

// items reads the rest of a list, of alerts or of lists of them.
func (r *alertReader) items(dec *json.Decoder) error {
	for dec.More() {
		var item json.RawMessage
		if err := dec.Decode(&item); err != nil {
			return err
		}
		if item[0] != '[' {
			if err := r.alert(item); err != nil {
				return err
			}
			continue
		}
		page := json.NewDecoder(bytes.NewReader(item)) // alert by alert, for they are counted
		if _, err := page.Token(); err != nil {
			return err
		}
		for page.More() {
			var item json.RawMessage
			if err := page.Decode(&item); err != nil {
				return err
			}
			if err := r.alert(item); err != nil {
				return err
			}
		}
	}
	if _, err := dec.Token(); err != nil {
		return io.ErrUnexpectedEOF
	}
	return nil
}

func (r *alertReader) alert(src []byte) error {
	if r.count++; r.count > maxAlerts {
		return fmt.Errorf("it has more than %d", maxAlerts)
	}
	var a alert
	if err := json.Unmarshal(src, &a); err != nil {
		return fmt.Errorf("number %d is not one as GitHub writes it: %w", r.count, err)
	}
	r.found(a)
	return nil
}

// alertList is how a list of alerts begins, and neither YAML that is read here nor
// TOML does.
var alertList = regexp.MustCompile(`^(\x{FEFF})?\s*\[\s*([{\]]|\[\s*[{\]])`)

func (c content) isAlerts() bool { return alertList.Match(c.src) }

// alert makes the entry of a dismissed alert, or says why there is none; false when
// there is one that says the same, as of an image for several platforms.
func (im *importer) alert(a alert) bool {
	place := fmt.Sprintf("%s: alert %d", im.file, a.Number)
	decision, known := dismissals[a.Reason]
	if !known {
		im.lose(place, "it was dismissed as %s, which is none of GitHub's reasons", quote(a.Reason))
		return true
	}
	about, why := a.about(im.opts.Reports)
	if why != "" {
		im.leaveOut(place, "the dismissal of "+quote(a.Rule.ID), "%s", why)
		return true
	}
	r := rule{
		place: place, vulnerability: about.vulnerability, images: about.images, packages: []exceptions.Package{about.pkg},
		decision: decision, reason: a.why(), requestedBy: a.by(),
	}
	if alertPage.MatchString(a.URL) {
		r.evidence = a.URL
	}
	if _, twice := im.places[im.id(r)]; twice {
		return false
	}
	im.add(r)
	return true
}

// dismissals are GitHub's reasons in our words. "Used in tests" is what somebody says
// of code that is there and that never runs where it matters; it is no claim that
// the scanner is wrong, and more than that the risk is taken.
var dismissals = map[string]finding.Decision{
	"false positive": finding.FalsePositive,
	"won't fix":      finding.RiskAccepted,
	"used in tests":  finding.NotInExecutePath,
}

// alertPage is the address of an alert, on whatever server.
var alertPage = regexp.MustCompile(`^https://[A-Za-z0-9._:-]{1,200}/[A-Za-z0-9._/-]{1,200}$`)

// why is the reason: the comment, which may be empty, and what GitHub recorded.
func (a alert) why() string {
	recorded := fmt.Sprintf("dismissed in code scanning as %q", a.Reason)
	if at, ok := parseTime(a.At); ok {
		recorded += " on " + at.Format(time.DateOnly)
	}
	comment := plain(a.Comment, maxReason/2)
	if comment == "" {
		return recorded + ", without a comment"
	}
	return comment + " (" + recorded + ")"
}

// by is who dismissed it; empty when GitHub no longer knows. Whoever did has asked for
// the entry: approving it takes somebody else.
func (a alert) by() string {
	if !login.MatchString(a.By.Login) {
		return ""
	}
	return "@" + a.By.Login
}

var login = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}(\[bot\])?$`)
