package intel

import (
	"bytes"
	"testing"

	"github.com/org/imgscan-action/internal/finding"
)

// Whatever is read has values that mean something.

func FuzzReadKEV(f *testing.F) {
	f.Add(testdata(f, "kev.json"))
	f.Add(testdata(f, "kev.csv"))
	f.Add([]byte(`{"vulnerabilities":[{"cveID":"CVE-2021-45046","dateAdded":"2023-05-01"}],"count":1}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		kev, source, err := ReadKEV("f", bytes.NewReader(data))
		if err != nil {
			return
		}
		described(t, source, data)
		for _, row := range kev.entries {
			if len([]rune(row.value.Action)) > maxAction {
				t.Errorf("%s: %+v", row.id, row.value)
			}
			spelled(t, row.id)
		}
	})
}

func FuzzReadEPSS(f *testing.F) {
	f.Add(testdata(f, "epss.csv"))
	f.Add(zipped(f, testdata(f, "epss.csv")))
	f.Add([]byte("#score_date:2024-01-15T02:00:00+0200\ncve,epss,percentile\nCVE-2023-5363,1e-5,0x1p-3\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		epss, source, err := ReadEPSS("f", bytes.NewReader(data))
		if err != nil {
			return
		}
		described(t, source, data)
		for _, row := range epss.scores {
			if v := row.value; !(v.Score >= 0 && v.Score <= 1 && v.Percentile >= 0 && v.Percentile <= 1) {
				t.Errorf("%s: %+v", row.id, row.value)
			}
			spelled(t, row.id)
		}
	})
}

func FuzzReadSSVC(f *testing.F) {
	f.Add(testdata(f, "ssvc.jsonl"))
	f.Add(testdata(f, "ssvc.csv"))
	f.Add([]byte(`[{"cveMetadata":{"cveId":"CVE-2023-5363"}}]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		ssvc, source, err := ReadSSVC("f", bytes.NewReader(data))
		if err != nil {
			return
		}
		described(t, source, data)
		for _, row := range ssvc.points {
			if *row.value.ssvc() == (finding.SSVC{}) {
				t.Errorf("%s: nothing is known of it", row.id)
			}
			spelled(t, row.id)
		}
	})
}

func described(t *testing.T, source finding.ContextSource, data []byte) {
	t.Helper()
	if source.SHA256 != digest(data) {
		t.Error("the digest is not that of the file")
	}
}

func spelled(t *testing.T, id cveID) {
	t.Helper()
	if again, ok := parseCVE(id.String()); !ok || again != id {
		t.Errorf("%s reads back as %s", id, again)
	}
}
