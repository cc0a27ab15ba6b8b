package intel

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"github.com/org/imgscan-action/internal/finding"
)

// KEV is CISA's catalog of known exploited vulnerabilities.
type KEV struct{ entries table[finding.KEV] }

// kevLimits: the catalog of 2026 has 1.5 MB and 1,600 entries.
var kevLimits = limits{stored: 32 << 20, unpacked: 64 << 20, rows: 100_000}

// maxAction is how much of a required action is kept, in characters; the longest of
// 2026 has some 600.
const maxAction = 1000

// catalogEntry has the fields of CISA's schema that we use, under the names that
// both the JSON and the CSV form have.
type catalogEntry struct {
	ID         string `json:"cveID"`
	Added      string `json:"dateAdded"`
	Due        string `json:"dueDate"`
	Action     string `json:"requiredAction"`
	Ransomware string `json:"knownRansomwareCampaignUse"`
}

// ReadKEV reads the catalog in CISA's JSON or CSV form; name is for messages. Fields
// that are not ours are not looked at. The date is that of the release, which the
// CSV form does not tell. Entries without a due date are taken, since later
// directives than BOD 22-01 do without.
func ReadKEV(name string, r io.Reader) (*KEV, finding.ContextSource, error) {
	kev, source, err := readKEV(name, r)
	if err != nil {
		return nil, finding.ContextSource{}, fmt.Errorf("reading the KEV catalog: %w", err)
	}
	return kev, source, nil
}

func readKEV(name string, r io.Reader) (*KEV, finding.ContextSource, error) {
	in, err := newInput(name, r, kevLimits)
	if err != nil {
		return nil, finding.ContextSource{}, err
	}
	c := catalog{in: in}
	if in.first() == '{' {
		err = c.readJSON()
	} else {
		err = c.readCSV()
	}
	if err != nil {
		return nil, finding.ContextSource{}, err
	}
	if len(c.entries) == 0 {
		return nil, finding.ContextSource{}, in.at(0, errors.New("the catalog lists no vulnerability"))
	}
	entries, err := c.entries.sorted()
	if err != nil {
		return nil, finding.ContextSource{}, in.at(0, err)
	}
	source, err := in.source("kev", c.released)
	if err != nil {
		return nil, finding.ContextSource{}, err
	}
	if c.released.IsZero() {
		source.Notes = append(source.Notes, "the catalog has no date; its newest entry is of "+c.newest.Format(time.DateOnly))
	}
	return &KEV{entries: entries}, source, nil
}

// catalog is a KEV file on its way in.
type catalog struct {
	in       *input
	entries  table[finding.KEV]
	released time.Time
	newest   time.Time
}

func (c *catalog) readCSV() error {
	s, err := newSheet(c.in)
	if err != nil {
		return err
	}
	at, err := s.columns("cveID", "dateAdded", "dueDate", "requiredAction", "knownRansomwareCampaignUse")
	if err != nil {
		return err
	}
	for {
		more, err := s.next()
		if err != nil || !more {
			return err
		}
		e := catalogEntry{ID: s.row[at[0]], Added: s.row[at[1]], Due: s.row[at[2]], Action: s.row[at[3]], Ransomware: s.row[at[4]]}
		if err := c.add(e); err != nil {
			return s.fail(err)
		}
	}
}

func (c *catalog) readJSON() error {
	d := newDocument(c.in)
	if err := d.delimiter('{'); err != nil {
		return err
	}
	count, listed := -1, false
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return d.fail(err)
		}
		switch key {
		case "vulnerabilities":
			if listed {
				return d.fail(errors.New("there are two lists of vulnerabilities"))
			}
			listed = true
			if err := c.list(d); err != nil {
				return err
			}
		case "dateReleased":
			var text string
			line, err := d.entry(&text)
			if err != nil {
				return err
			}
			if c.released, err = moment(text); err != nil {
				return c.in.at(line, fmt.Errorf("dateReleased: %w", err))
			}
		case "count":
			if _, err := d.entry(&count); err != nil {
				return err
			}
		default:
			var other json.RawMessage
			if _, err := d.entry(&other); err != nil {
				return err
			}
		}
	}
	if err := d.delimiter('}'); err != nil {
		return err
	}
	switch {
	case !listed:
		return c.in.at(0, errors.New(`this is no KEV catalog: it has no "vulnerabilities"`))
	case count >= 0 && count != len(c.entries):
		return c.in.at(0, fmt.Errorf("the catalog lists %d vulnerabilities and says that they are %d", len(c.entries), count))
	}
	return d.end()
}

// list reads the array of entries.
func (c *catalog) list(d *document) error {
	if err := d.delimiter('['); err != nil {
		return err
	}
	for d.More() {
		var e catalogEntry
		line, err := d.entry(&e)
		if err != nil {
			return err
		}
		if err := c.add(e); err != nil {
			return c.in.at(line, err)
		}
	}
	return d.delimiter(']')
}

func (c *catalog) add(e catalogEntry) error {
	id, ok := parseCVE(strings.TrimSpace(e.ID))
	if !ok {
		return fmt.Errorf("cveID: %q is not a CVE identifier", e.ID)
	}
	added, err := day(e.Added)
	if err != nil {
		return fmt.Errorf("dateAdded: %w", err)
	}
	var due time.Time
	if strings.TrimSpace(e.Due) != "" {
		if due, err = day(e.Due); err != nil {
			return fmt.Errorf("dueDate: %w", err)
		}
	}
	ransomware := strings.EqualFold(strings.TrimSpace(e.Ransomware), "Known")
	if other := strings.TrimSpace(e.Ransomware); !ransomware && other != "" && !strings.EqualFold(other, "Unknown") {
		return fmt.Errorf(`knownRansomwareCampaignUse: expected "Known" or "Unknown", not %q`, e.Ransomware)
	}
	if added.After(c.newest) {
		c.newest = added
	}
	c.entries = append(c.entries, row[finding.KEV]{id, finding.KEV{
		Added: added, Due: due, Ransomware: ransomware, Action: plain(e.Action),
	}})
	return nil
}

// day reads a date without a time.
func day(s string) (time.Time, error) {
	t, err := time.Parse(time.DateOnly, strings.TrimSpace(s))
	if err != nil {
		return time.Time{}, fmt.Errorf("expected a date such as %q, not %q", "2026-11-23", s)
	}
	return t, nil
}

// moment reads a date with or without a time, in the ways that the sources write
// them, as UTC.
func moment(s string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05-0700", "2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("expected a date such as %q, not %q", "2026-11-23T12:00:00Z", s)
}

// plain is one line of text without control characters, cut to a length.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > maxAction {
		return string(runes[:maxAction-1]) + "…"
	}
	return s
}
