package baseline

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// line is a finding as it is written. The fingerprint comes last: it is for
// machines.
type line struct {
	Image         string `json:"image"`
	Vulnerability string `json:"vulnerability"`
	Package       string `json:"package"`
	Type          string `json:"type"`
	Path          string `json:"path"`
	Fingerprint   string `json:"fingerprint"`
}

// Marshal is the content of the file, which Parse reads.
func (f *File) Marshal() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "{\n  \"version\": %d,\n  \"created\": %s,\n  \"tool\": %s,\n  \"findings\": [",
		version, text(f.Created.UTC().Format(time.DateOnly)), text(f.Tool))
	for i, one := range f.Findings {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n    ")
		b.Write(text(line{one.Image, one.Vulnerability, one.Package, one.Type, one.Path, one.Fingerprint()}))
	}
	if len(f.Findings) > 0 {
		b.WriteString("\n  ")
	}
	b.WriteString("]\n}\n")
	return b.Bytes()
}

// text is v as JSON in one line, with <, > and & as they are.
func text(v any) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic(err) // of strings only, so there is none
	}
	return bytes.TrimSpace(b.Bytes())
}
