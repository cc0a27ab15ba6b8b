package intel

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
)

func date(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

const mitigate = "Apply mitigations per vendor instructions or discontinue use of the product if mitigations are unavailable."

func TestReadKEV(t *testing.T) {
	want := map[string]finding.KEV{
		"CVE-2023-44487": {Added: date(2023, 10, 10), Due: date(2023, 10, 31), Action: mitigate},
		"CVE-2021-45046": {Added: date(2023, 5, 1), Due: date(2023, 5, 22), Action: "Apply updates per vendor instructions.", Ransomware: true},
		"CVE-2020-11023": {Added: date(2025, 1, 23), Due: date(2025, 2, 13), Action: mitigate},
	}
	for name, about := range map[string]finding.ContextSource{
		"kev.json": {Date: time.Date(2025, 8, 25, 17, 4, 19, 979600000, time.UTC)},
		"kev.csv":  {Notes: []string{"the catalog has no date; its newest entry is of 2025-01-23"}},
	} {
		t.Run(name, func(t *testing.T) {
			data := testdata(t, name)
			about.Name, about.File, about.SHA256 = "kev", name, digest(data)
			kev, source, err := ReadKEV(name, iotest.OneByteReader(bytes.NewReader(data)))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(about, source); diff != "" {
				t.Error(diff)
			}
			got := map[string]finding.KEV{}
			for _, row := range kev.entries {
				got[row.id.String()] = row.value
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadEPSS(t *testing.T) {
	plain := testdata(t, "epss.csv")
	for name, data := range map[string][]byte{"epss.csv": plain, "epss.csv.gz": zipped(t, plain)} {
		epss, source, err := ReadEPSS(name, bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		about := finding.ContextSource{
			Name: "epss", File: name, SHA256: digest(data),
			Date:  time.Date(2025, 8, 25, 12, 55, 0, 0, time.UTC),
			Notes: []string{"model v2025.03.14"},
		}
		if diff := cmp.Diff(about, source); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		want := table[finding.EPSS]{
			{known(t, "CVE-2019-8457"), finding.EPSS{Score: 0.00911, Percentile: 0.75012}},
			{known(t, "CVE-2020-11023"), finding.EPSS{Score: 0.28532, Percentile: 0.96341}},
			{known(t, "CVE-2021-45046"), finding.EPSS{Score: 0.94338, Percentile: 0.99947}},
			{known(t, "CVE-2023-5363"), finding.EPSS{Score: 0.06271, Percentile: 0.90482}},
			{known(t, "CVE-2023-44487"), finding.EPSS{Score: 0.94437, Percentile: 0.99984}},
		}
		if diff := cmp.Diff(want, epss.scores, cmp.AllowUnexported(row[finding.EPSS]{})); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// FIRST's older files write the date in another way, and the oldest have none.
func TestEPSSDates(t *testing.T) {
	for comment, want := range map[string]time.Time{
		"": {},
		"#model_version:v2023.03.01,score_date:2024-01-15T02:00:00+0200\n":   date(2024, 1, 15),
		"#model_version:v2023.03.01,score_date:2024-01-15\n":                 date(2024, 1, 15),
		"# a mirror's own words\n#model_version:v1, score_date:2024-01-15\n": date(2024, 1, 15),
	} {
		_, source, err := ReadEPSS("epss.csv", strings.NewReader(comment+"cve,epss,percentile\nCVE-2023-5363,1,0\n"))
		if err != nil || !source.Date.Equal(want) {
			t.Errorf("%q: %v, %v", comment, source.Date, err)
		}
	}
}

func TestReadSSVC(t *testing.T) {
	want := map[string]finding.SSVC{
		"CVE-2023-44487": {Exploitation: "active", Automatable: "yes", TechnicalImpact: "partial"},
		"CVE-2024-0727":  {Exploitation: "none", Automatable: "no", TechnicalImpact: "partial"},
		"CVE-2023-5363":  {Exploitation: "poc"},
	}
	lines := testdata(t, "ssvc.jsonl")
	array := "[" + strings.ReplaceAll(strings.TrimSpace(string(lines)), "\n", ",\n") + "]\n"
	newest := time.Date(2024, 7, 24, 4, 55, 47, 202753000, time.UTC)
	for name, file := range map[string]struct {
		data []byte
		date time.Time
	}{
		"ssvc.csv":          {testdata(t, "ssvc.csv"), time.Time{}},
		"ssvc.jsonl":        {lines, newest},
		"ssvc.json":         {[]byte(array), newest},
		"ssvc.csv with BOM": {append([]byte("\ufeff"), testdata(t, "ssvc.csv")...), time.Time{}},
		"other columns.csv": {[]byte("date,Technical_Impact,CVE,automatable,exploitation\n" +
			"x,Partial,CVE-2023-44487,Yes,active\nx,partial,cve-2024-0727,no,none\nx,,CVE-2023-5363,,public poc\nx,,CVE-2000-0001,,\n"), time.Time{}},
	} {
		ssvc, source, err := ReadSSVC(name, bytes.NewReader(file.data))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(finding.ContextSource{Name: "ssvc", File: name, SHA256: digest(file.data), Date: file.date}, source); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		got := map[string]finding.SSVC{}
		for _, row := range ssvc.points {
			got[row.id.String()] = *row.value.ssvc()
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// Of several decisions about one vulnerability the newest holds.
func TestNewestDecision(t *testing.T) {
	const metric = `{"other":{"type":"ssvc","content":{"timestamp":%q,"options":[{"Automatable":%q}]}}}`
	file := `{"cveMetadata":{"cveId":"CVE-2023-5363"},"containers":{"adp":[{"title":"CISA ADP Vulnrichment","metrics":[` +
		fmt.Sprintf(metric, "2025-01-02T00:00:00Z", "no") + "," + fmt.Sprintf(metric, "2025-01-01T00:00:00Z", "yes") + `]}]}}`
	ssvc, source, err := ReadSSVC("x", strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if got := ssvc.points[0].value.ssvc().Automatable; got != "no" || !source.Date.Equal(date(2025, 1, 2)) {
		t.Errorf("%q of %v", got, source.Date)
	}
}

// What does not fit is an error that says where.
func TestErrors(t *testing.T) {
	kev := func(r io.Reader) error { _, _, err := ReadKEV("f", r); return err }
	epss := func(r io.Reader) error { _, _, err := ReadEPSS("f", r); return err }
	ssvc := func(r io.Reader) error { _, _, err := ReadSSVC("f", r); return err }
	kevJSON, kevCSV := string(testdata(t, "kev.json")), string(testdata(t, "kev.csv"))
	scores, lines := string(testdata(t, "epss.csv")), string(testdata(t, "ssvc.jsonl"))
	const head = "cve,epss,percentile\n"
	for _, tt := range []struct {
		name string
		read func(io.Reader) error
		file string
		want string
	}{
		{"empty", kev, "", "reading the KEV catalog: f: the file is empty"},
		{"a page", kev, "<html>\n<body>", `f:1: there is no column "cveID"`},
		{"another JSON", kev, "{\"a\": [1]}", `f: this is no KEV catalog: it has no "vulnerabilities"`},
		{"no entries", kev, `{"vulnerabilities": []}`, "f: the catalog lists no vulnerability"},
		{"an array", kev, `[]`, `f:1: there is no column "cveID"`},
		{"cut off", kev, kevJSON[:1500], "f:34: the file ends in the middle"},
		{"miscounted", kev, strings.Replace(kevJSON, `"count": 3`, `"count": 4`, 1), "f: the catalog lists 3 vulnerabilities and says that they are 4"},
		{"bad date", kev, strings.Replace(kevJSON, `"2023-05-01"`, `"1 May"`, 1), `f:22: dateAdded: expected a date such as "2026-11-23", not "1 May"`},
		{"bad due date", kev, strings.Replace(kevCSV, `2023-05-22`, `soon`, 1), `f:3: dueDate: expected a date`},
		{"bad release", kev, strings.Replace(kevJSON, `2025-08-25T17`, `yesterday T17`, 1), `f:4: dateReleased: expected a date`},
		{"bad identifier", kev, strings.Replace(kevJSON, `"CVE-2020-11023"`, `"GHSA-1"`, 1), `f:35: cveID: "GHSA-1" is not a CVE identifier`},
		{"bad type", kev, strings.Replace(kevJSON, `"CVE-2020-11023"`, `7`, 1), `f:35: "cveID" must not be a JSON number`},
		{"bad entry", kev, `{"vulnerabilities": [3]}`, `f:1: a JSON number does not belong here`},
		{"bad list", kev, `{"vulnerabilities": 3}`, `f:1: expected "[" here`},
		{"bad word", kev, strings.Replace(kevCSV, `,Known,`, `,maybe,`, 1), `f:3: knownRansomwareCampaignUse: expected "Known" or "Unknown", not "maybe"`},
		{"twice", kev, strings.Replace(kevCSV, "CVE-2021-45046", "CVE-2023-44487", 1), "f: CVE-2023-44487 is listed twice"},
		{"two lists", kev, `{"vulnerabilities": [], "vulnerabilities": []}`, "there are two lists"},
		{"a tail", kev, kevJSON + "{}", "something follows the end of the data"},
		{"a bare quote", kev, strings.Replace(kevCSV, "IETF", `I"E`, 1), `f:2: bare " in non-quoted`},

		{"a field too many", epss, head + "CVE-2023-5363,1,1\nCVE-2023-5364,1,1,1\n", "reading the EPSS scores: f:3: wrong number of fields"},
		{"a field too many below a comment", epss, "#\n#\n" + head + "CVE-2023-5363,1,1,1\n", "f:4: wrong number of fields"},
		{"no scores", epss, head, "f: the file has no scores"},
		{"out of range", epss, strings.Replace(scores, "0.28532", "1.28532", 1), `f:4: epss: expected a number from 0 to 1, not "1.28532"`},
		{"not a number", epss, strings.Replace(scores, "0.96341", "NaN", 1), `f:4: percentile: expected a number from 0 to 1, not "NaN"`},
		{"bad identifier", epss, strings.Replace(scores, "CVE-2023-5363", "CVE-2023-05363", 1), `f:7: cve: "CVE-2023-05363" is not a CVE identifier`},
		{"bad date", epss, strings.Replace(scores, "2025-08-25T", "today", 1), "f:1: score_date: expected a date"},
		{"another sheet", epss, kevCSV, `f:1: there is no column "cve": expected a header with cve, epss, percentile`},
		{"a long comment", epss, "#" + strings.Repeat("x", 1<<16), "f:1: a comment without an end"},
		{"many comments", epss, strings.Repeat("#\n", 50), "f:21: more comments than any source writes"},

		{"bad value", ssvc, strings.Replace(lines, `"Automatable":"no"`, `"Automatable":"perhaps"`, 1), `f:2: CVE-2024-0727: ssvc: automatable: expected one of no, yes, not "perhaps"`},
		{"bad cell", ssvc, "cve,exploitation,automatable,technical_impact\nCVE-2023-5363,none,no,some\n", `f:2: technical impact: expected one of partial, total, not "some"`},
		{"bad option", ssvc, strings.Replace(lines, `{"Automatable":"no"}`, `{"Automatable":false}`, 1), `f:2: CVE-2024-0727: ssvc: "options" must not be a JSON bool`},
		{"bad timestamp", ssvc, strings.Replace(lines, "2024-01-26T", "?", 1), `f:2: CVE-2024-0727: ssvc: timestamp: expected a date`},
		{"no record", ssvc, lines + "{}\n", `f:5: this is no CVE record: it has no "cveId"`},
		{"twice", ssvc, lines + lines, "listed twice"},
		{"cut off", ssvc, lines[:len(lines)-20], "f:4: the file ends in the middle"},
		{"an array cut off", ssvc, "[" + strings.SplitAfter(lines, "\n")[0], "f:1: the file ends in the middle"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.read(strings.NewReader(tt.file))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v\nwant %s", err, tt.want)
			}
			again := tt.read(iotest.OneByteReader(strings.NewReader(tt.file)))
			if fmt.Sprint(again) != fmt.Sprint(err) {
				t.Errorf("read byte by byte: %v\nread at once: %v", again, err)
			}
		})
	}
}

// Nothing makes us hold more than a file may ask for.
func TestLimits(t *testing.T) {
	endless := func(start, again string) io.Reader {
		return io.MultiReader(strings.NewReader(start), &repeated{text: again})
	}
	small := limits{stored: 1 << 20, unpacked: 2 << 20, rows: 100}
	for _, tt := range []struct {
		name string
		read func() error
		want string
	}{
		{"a large file", func() error {
			in, err := newInput("f", endless("", "CVE\n"), small)
			if err != nil {
				return err
			}
			_, err = in.source("kev", time.Time{})
			return err
		}, "f: the file is larger than 1 MiB"},
		{"a gzip bomb", func() error {
			in, err := newInput("f", bytes.NewReader(zipped(t, make([]byte, 10<<20))), small)
			if err != nil {
				return err
			}
			_, err = in.source("epss", time.Time{})
			return err
		}, "f: the file unpacks to more than 2 MiB"},
		{"many rows", func() error {
			in, err := newInput("f", endless("cve\n", "CVE\n"), small)
			if err != nil {
				return err
			}
			s, err := newSheet(in)
			for more := true; more && err == nil; {
				more, err = s.next()
			}
			return err
		}, "f:102: more entries than any source publishes"},
		{"a quote without an end", func() error {
			_, _, err := ReadEPSS("f", endless("cve,epss,percentile\n\"", "CVE "))
			return err
		}, "an entry is larger than 8 MiB"},
		{"an entry without an end", func() error {
			_, _, err := ReadSSVC("f", endless(`{"cveMetadata":"`, "CVE "))
			return err
		}, "an entry is larger than 8 MiB"},
		{"spaces without an end", func() error {
			_, _, err := ReadSSVC("f", endless(`[`, " \n"))
			return err
		}, "an entry is larger than 8 MiB"},
		{"a damaged gzip file", func() error {
			_, _, err := ReadEPSS("f", bytes.NewReader(zipped(t, testdata(t, "epss.csv"))[:60]))
			return err
		}, "unexpected EOF"},
		{"a gzip file with a tail", func() error {
			_, _, err := ReadEPSS("f", bytes.NewReader(append(zipped(t, testdata(t, "epss.csv")), "a tail that is longer"...)))
			return err
		}, "gzip: invalid header"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.read(); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v\nwant %s", err, tt.want)
			}
		})
	}
}

// repeated is a text without an end.
type repeated struct {
	text string
	at   int
}

func (r *repeated) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = r.text[r.at]
		r.at = (r.at + 1) % len(r.text)
	}
	return len(p), nil
}

func TestParseCVE(t *testing.T) {
	for s, want := range map[string]string{
		"CVE-2021-44228":          "CVE-2021-44228",
		"cve-1999-0001":           "CVE-1999-0001",
		"CVE-2014-10000001":       "CVE-2014-10000001",
		"CVE-2014-12345678901234": "CVE-2014-12345678901234",
	} {
		if id, ok := parseCVE(s); !ok || id.String() != want {
			t.Errorf("%q is %v, %v", s, id, ok)
		}
	}
	for _, s := range []string{"", "CVE", "CVE-2021-1", "CVE-2021-123", "CVE-2021-01234", "CVE-20211-1234", "CVE-2021-+123", "CVE-202x-1234", "GHSA-2021-1234", "CVE-2014-123456789012345", "CVE-2021-1234 "} {
		if id, ok := parseCVE(s); ok {
			t.Errorf("%q is %v", s, id)
		}
	}
}

func known(t *testing.T, name string) cveID {
	t.Helper()
	id, ok := parseCVE(name)
	if !ok {
		t.Fatalf("%q is not a CVE identifier", name)
	}
	return id
}

func testdata(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func zipped(t testing.TB, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
