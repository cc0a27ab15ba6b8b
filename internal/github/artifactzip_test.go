package github

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"io/fs"
	"strings"
	"testing"
)

// zipOf is a zip of files, as NAME, CONTENT and so on.
func zipOf(t testing.TB, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		f, err := w.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(files[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// zeros is a zip of a file of so many bytes, all zero, which says so or lies.
func zeros(t testing.TB, size int, claimed uint32) []byte {
	t.Helper()
	content := zipOf(t, "report.json", string(make([]byte, size)))
	if claimed == 0 {
		return content
	}
	const sizeInDirectory = 24 // of PKWARE's APPNOTE, 4.3.12
	at := bytes.LastIndex(content, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(content[at+sizeInDirectory:], claimed)
	return content
}

// zipped is a zip of one file that is not compressed, as of one that was before.
func zipped(t testing.TB, mode fs.FileMode, content string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	h := &zip.FileHeader{Name: "report.json"}
	h.SetMode(mode)
	f, err := w.CreateHeader(h)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestReportIn(t *testing.T) {
	t.Parallel()
	const report = `{"schema": 1}`
	whole := zipOf(t, "report.json", report)
	for name, tt := range map[string]struct {
		content []byte
		want    string // of the error; empty for the report
	}{
		"zip":                         {whole, ""},
		"among others":                {zipOf(t, "report.sarif", "{}", "out/", "", "out/Report.JSON", report, "report.html", "<p>"), ""},
		"the file itself":             {[]byte(report), ""},
		"nothing":                     {nil, "neither a zip nor JSON"},
		"a page":                      {[]byte("<html>"), "neither a zip nor JSON"},
		"an empty zip":                {zipOf(t), "no .json file among its 0"},
		"no JSON in it":               {zipOf(t, "a.txt", "", "b", ""), "no .json file among its 2"},
		"a folder of that name":       {zipOf(t, "a.json/", ""), "no .json file among its 1"},
		"two":                         {zipOf(t, "a.json", "{}", "sbom/b.json", "{}"), `"a.json" and "sbom/b.json"`},
		"the same twice":              {zipOf(t, "a.json", "{}", "a.json", "{}"), `several .json files`},
		"a symlink":                   {zipped(t, fs.ModeSymlink|0o777, "/etc/passwd"), "no .json file among its 1"},
		"a way out":                   {zipOf(t, "../../report.json", report), `the name "../../report.json"`},
		"a way out beside it":         {zipOf(t, "report.json", report, "/etc/cron.d/x", ""), `the name "/etc/cron.d/x"`},
		"as large as allowed":         {zeros(t, maxReport, 0), ""},
		"larger":                      {zeros(t, maxReport+1, 0), "it has 67108865 bytes, more than 67108864"},
		"far larger than it says":     {zeros(t, maxReport+1, maxReport), `reading "report.json"`},
		"larger than it says":         {zeros(t, 2000, 1000), `reading "report.json"`},
		"smaller than it says":        {zeros(t, 1000, 2000), `reading "report.json"`},
		"cut":                         {whole[:len(whole)-10], "opening the artifact's zip"},
		"another content than it was": {bytes.Replace(zipped(t, 0o644, report), []byte("schema"), []byte("SCHEMA"), 1), "checksum error"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := reportIn(tt.content)
			switch {
			case tt.want == "" && err != nil:
				t.Error(err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want) || got != nil):
				t.Errorf("%d bytes, error %v, want %q in it", len(got), err, tt.want)
			case tt.want == "" && len(got) != maxReport && string(got) != report:
				t.Errorf("the report is %.80q", got)
			}
		})
	}
}

func FuzzReportIn(f *testing.F) {
	f.Add(zipOf(f, "report.json", `{"schema": 1}`))
	f.Add(zipOf(f, "a.txt", "a", "out/b.json", "{}", "c/", ""))
	f.Add(zipOf(f, "../a.json", "{}"))
	f.Add(zeros(f, 3000, 1000))
	f.Add(zeros(f, 1<<20, 0))
	f.Add(zipped(f, fs.ModeSymlink|0o777, "/etc/passwd"))
	f.Add([]byte(" {}"))
	f.Fuzz(func(t *testing.T, content []byte) {
		report, err := reportIn(content)
		if err == nil && len(report) > maxReport {
			t.Errorf("%d bytes of report", len(report))
		}
		if err != nil && (report != nil || strings.ContainsAny(err.Error(), "\n\r\x1b")) {
			t.Errorf("a report of %d bytes with the error %q", len(report), err)
		}
	})
}
