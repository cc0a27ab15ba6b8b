package bench

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

func exampleResults() Results {
	pair := func(ours, theirs time.Duration) Pair {
		return Pair{Sample{ours, 2 * ours, 90 << 20}, Sample{theirs, 2 * theirs, 300 << 20}}
	}
	r := Results{
		Machine: Machine{CPU: "Example 3000", Cores: 2, Memory: 24 << 30, Kernel: "6.1.0", Go: "go1.26.3"},
		Date:    "2026-11-23", Commit: "0123456789ab", Command: "make bench", Runs: 3,
		Cases: []Result{
			{Image: "Large & real, 1.3 GB", Case: "docker tar, cold", Target: coldTarget, Packages: 1500, Pairs: []Pair{pair(time.Second, 4*time.Second)}},
			{Image: "Large & real, 1.3 GB", Case: "registry, gzip, cold", Target: coldTarget, Packages: 1500, Pairs: []Pair{pair(3*time.Second, 6*time.Second)}},
			{Image: "Small, 5.8 MB", Case: "docker tar, cold", Target: coldTarget, Packages: 14, Pairs: []Pair{pair(30*time.Millisecond, 100*time.Millisecond)}},
			{Case: "start-up (version)", Target: startTarget, Pairs: []Pair{pair(10*time.Millisecond, 100*time.Millisecond)}},
		},
		Limits: []Bound{{
			Compression: Gzip, Sample: Sample{Wall: 2 * time.Second, CPU: 4 * time.Second}, Bytes: 500 << 20,
			Scans: []Scan{{"registry, gzip, cold", pair(3*time.Second, 6*time.Second)}},
		}},
		Skipped: []string{"the Docker daemon, because no Docker daemon answers"},
	}
	r.Binary.Imgscan, r.Binary.Trivy = 22<<20, 250<<20
	r.Database.File, r.Database.Download = 1<<30, 100<<20
	return r
}

func TestMarkdown(t *testing.T) { golden(t, "results.md", exampleResults().Markdown()) }

func TestSVG(t *testing.T) {
	picture := exampleResults().SVG()
	golden(t, "results.svg", picture)
	for decoder := xml.NewDecoder(strings.NewReader(picture)); ; {
		_, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("the picture is no XML: %v", err)
		}
	}
}

func TestTargets(t *testing.T) {
	got := exampleResults().targets()
	want := "7 of 8 targets are met.\n\nMissed:\n\n- Large & real, 1.3 GB, registry, gzip, cold, time: 0.50, target 0.35\n"
	if got != want {
		t.Errorf("targets are %q, want %q", got, want)
	}
}

func TestSeriesMarkdown(t *testing.T) {
	s := series{title: "files", unit: "file", steps: []step{{label: "100", units: 100}, {label: "1100", units: 1100}}}
	got := s.markdown([]Sample{{time.Second, time.Second, 40 << 20}, {2 * time.Second, 3 * time.Second, 41 << 20}})
	want := "\n| files | time | CPU | one more file costs | memory |\n|--:|--:|--:|--:|--:|\n" +
		"| 100 | 1.00 s | 1.00 s |  | 40 MiB |\n| 1100 | 2.00 s | 3.00 s | 2000.0 µs | 41 MiB |\n"
	if got != want {
		t.Errorf("table is\n%s\nwant\n%s", got, want)
	}
}
