package intel

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/org/imgscan-action/internal/finding"
)

// SSVC are decision points of CISA's Vulnrichment.
type SSVC struct{ points table[points] }

// ssvcLimits: all of Vulnrichment as CVE records of 2026 is 1.5 GB.
var ssvcLimits = limits{stored: 4 << 30, unpacked: 8 << 30, rows: 2_000_000}

// points are the three decision points as places in the lists below, 0 for one that
// is not known.
type points struct{ exploitation, automatable, impact uint8 }

// The values of the decision points, in finding.SSVC's words.
var (
	exploitations = []string{"", "none", "poc", "active"}
	automatables  = []string{"", "no", "yes"}
	impacts       = []string{"", "partial", "total"}
)

// ReadSSVC reads decision points in one of two forms; name is for messages.
//
// JSON: CVE records of format 5 with the container that CISA adds as "CISA ADP
// Vulnrichment", one after the other (JSON Lines) or in one array. Records
// without such a container, or without SSVC in it, say nothing. The date is that of
// the newest decision.
//
// CSV: a header with cve, exploitation, automatable and technical_impact, in any
// order and among others; empty cells are unknown. It has no date.
func ReadSSVC(name string, r io.Reader) (*SSVC, finding.ContextSource, error) {
	ssvc, source, err := readSSVC(name, r)
	if err != nil {
		return nil, finding.ContextSource{}, fmt.Errorf("reading the SSVC decision points: %w", err)
	}
	return ssvc, source, nil
}

func readSSVC(name string, r io.Reader) (*SSVC, finding.ContextSource, error) {
	in, err := newInput(name, r, ssvcLimits)
	if err != nil {
		return nil, finding.ContextSource{}, err
	}
	e := enrichment{in: in}
	if first := in.first(); first == '{' || first == '[' {
		err = e.readJSON(first == '[')
	} else {
		err = e.readCSV()
	}
	if err != nil {
		return nil, finding.ContextSource{}, err
	}
	sorted, err := e.points.sorted()
	if err != nil {
		return nil, finding.ContextSource{}, in.at(0, err)
	}
	source, err := in.source("ssvc", e.newest)
	return &SSVC{points: sorted}, source, err
}

// enrichment is an SSVC file on its way in.
type enrichment struct {
	in     *input
	points table[points]
	newest time.Time
}

func (e *enrichment) readCSV() error {
	s, err := newSheet(e.in)
	if err != nil {
		return err
	}
	at, err := s.columns("cve", "exploitation", "automatable", "technical_impact")
	if err != nil {
		return err
	}
	for {
		more, err := s.next()
		if err != nil || !more {
			return err
		}
		var p points
		for i, name := range []string{"exploitation", "automatable", "technical impact"} {
			if err := p.set(name, s.row[at[i+1]]); err != nil {
				return s.fail(err)
			}
		}
		if err := e.add(s.row[at[0]], p); err != nil {
			return s.fail(err)
		}
	}
}

// record is what we read of a CVE record.
type record struct {
	Metadata struct {
		ID string `json:"cveId"`
	} `json:"cveMetadata"`
	Containers struct {
		ADP []struct {
			Title   string `json:"title"`
			Metrics []struct {
				Other struct {
					Type    string          `json:"type"`
					Content json.RawMessage `json:"content"`
				} `json:"other"`
			} `json:"metrics"`
		} `json:"adp"`
	} `json:"containers"`
}

// decision is the content of a metric of type "ssvc".
type decision struct {
	Timestamp string              `json:"timestamp"`
	Options   []map[string]string `json:"options"`
}

func (e *enrichment) readJSON(inArray bool) error {
	d := newDocument(e.in)
	if inArray {
		if err := d.delimiter('['); err != nil {
			return err
		}
	}
	for d.More() {
		var r record
		line, err := d.entry(&r)
		if err != nil {
			return err
		}
		if err := e.addRecord(r); err != nil {
			return e.in.at(line, err)
		}
	}
	if inArray {
		if err := d.delimiter(']'); err != nil {
			return err
		}
	}
	return d.end()
}

// addRecord takes the newest decision of CISA's container. Others may have
// containers with decisions of their own, which are not Vulnrichment's.
func (e *enrichment) addRecord(r record) error {
	if r.Metadata.ID == "" {
		return errors.New(`this is no CVE record: it has no "cveId"`)
	}
	var newest points
	var taken time.Time
	for _, container := range r.Containers.ADP {
		if container.Title != "CISA ADP Vulnrichment" {
			continue
		}
		for _, metric := range container.Metrics {
			if metric.Other.Type != "ssvc" {
				continue
			}
			p, at, err := readDecision(metric.Other.Content)
			if err != nil {
				return fmt.Errorf("%s: %w", r.Metadata.ID, err)
			}
			if !at.Before(taken) {
				newest, taken = p, at
			}
		}
	}
	if taken.After(e.newest) {
		e.newest = taken
	}
	return e.add(r.Metadata.ID, newest)
}

func readDecision(content json.RawMessage) (points, time.Time, error) {
	var d decision
	if err := json.Unmarshal(content, &d); err != nil {
		return points{}, time.Time{}, fmt.Errorf("ssvc: %w", explained(err))
	}
	var at time.Time
	if d.Timestamp != "" {
		var err error
		if at, err = moment(d.Timestamp); err != nil {
			return points{}, time.Time{}, fmt.Errorf("ssvc: timestamp: %w", err)
		}
	}
	var p points
	for _, option := range d.Options {
		for name, value := range option {
			if err := p.set(strings.ToLower(name), value); err != nil {
				return points{}, time.Time{}, fmt.Errorf("ssvc: %w", err)
			}
		}
	}
	return p, at, nil
}

// set gives one decision point its value. Points that are not ours are left out.
func (p *points) set(name, value string) error {
	var at *uint8
	var values []string
	switch name {
	case "exploitation":
		at, values = &p.exploitation, exploitations
	case "automatable":
		at, values = &p.automatable, automatables
	case "technical impact":
		at, values = &p.impact, impacts
	default:
		return nil
	}
	value = strings.ToLower(strings.TrimSpace(value))
	if value == "public poc" { // the longer label of later versions of SSVC
		value = "poc"
	}
	for i, v := range values {
		if v == value {
			*at = uint8(i)
			return nil
		}
	}
	return fmt.Errorf("%s: expected one of %s, not %q", name, strings.Join(values[1:], ", "), value)
}

// add keeps what is known of one vulnerability, if anything.
func (e *enrichment) add(name string, p points) error {
	id, ok := parseCVE(strings.TrimSpace(name))
	switch {
	case !ok:
		return fmt.Errorf("%q is not a CVE identifier", name)
	case p == points{}:
		return nil
	}
	e.points = append(e.points, row[points]{id, p})
	return nil
}

func (p points) ssvc() *finding.SSVC {
	return &finding.SSVC{
		Exploitation:    exploitations[p.exploitation],
		Automatable:     automatables[p.automatable],
		TechnicalImpact: impacts[p.impact],
	}
}
