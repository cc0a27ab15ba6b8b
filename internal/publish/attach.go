package publish

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/report"
)

// The annotations of an attached report. Together they tell one report from another:
// what has the same ones need not be attached again.
const (
	annotationDatabase = "io.imgscan.database" // digest of the vulnerability database; absent when it has none
	annotationVerdict  = "io.imgscan.verdict"  // pass, fail or inconclusive
	annotationVersion  = "io.imgscan.version"  // imgscan's own
	annotationReport   = "io.imgscan.report"   // digest of the report without the time of the scan and the tag that was scanned
)

// Attach attaches the report, in the json format, to the image in its registry.
type Attach struct {
	// Put stores the report with its annotations, none of which is its date. Any
	// error is the reason for not having done so.
	Put func(content []byte, annotations map[string]string) error
}

var _ Publisher = Attach{}

func (Attach) String() string { return "the report at the image in its registry" }

// Publish attaches the report. Whatever the registry says to that is no failure: the
// verdict has been given.
func (a Attach) Publish(rep *finding.Report) error {
	content, err := renderJSON(rep)
	if err != nil {
		return err
	}
	timeless := *rep
	timeless.Now, timeless.Image.Ref = time.Time{}, ""
	same, err := renderJSON(&timeless)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(same)
	annotations := map[string]string{annotationReport: "sha256:" + hex.EncodeToString(sum[:])}
	for key, value := range map[string]string{
		annotationDatabase: rep.Database.Digest,
		annotationVerdict:  string(rep.Verdict.Outcome),
		annotationVersion:  rep.Tool,
	} {
		if value != "" {
			annotations[key] = value
		}
	}
	if err := a.Put(content, annotations); err != nil {
		return Skip(err.Error())
	}
	return nil
}

func renderJSON(rep *finding.Report) ([]byte, error) {
	format, err := report.For("json")
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := format.Write(&out, rep, report.Options{}); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
