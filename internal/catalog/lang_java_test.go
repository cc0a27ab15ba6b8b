package catalog

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type zipEntry struct {
	name    string
	content []byte
	method  uint16 // zip.Store unless set
}

func zipOf(t testing.TB, entries ...zipEntry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range entries {
		out, err := w.CreateHeader(&zip.FileHeader{Name: e.name, Method: e.method})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := out.Write(e.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pomProperties(artifact string) zipEntry {
	return zipEntry{
		name:    "META-INF/maven/org.example/" + artifact + "/pom.properties",
		content: []byte("groupId=org.example\nartifactId=" + artifact + "\nversion=1.0\n"),
		method:  zip.Deflate,
	}
}

func TestNestedJars(t *testing.T) {
	t.Parallel()
	inner := zipOf(t, pomProperties("inner"))
	broken := bytes.Clone(inner)
	broken[30] ^= 1 // the first name in the file's own header, which is not read
	broken = broken[:len(broken)-1]

	tests := []struct {
		name    string
		entries []zipEntry
		want    []string
	}{
		{"stored and deflated", []zipEntry{
			pomProperties("outer"),
			{"lib/stored.jar", inner, zip.Store},
			{"lib/deflated.jar", inner, zip.Deflate},
		}, []string{
			"jar org.example:outer 1.0",
			"jar org.example:inner 1.0 in app.war/lib/stored.jar",
			"jar org.example:inner 1.0 in app.war/lib/deflated.jar",
		}},
		{"one is broken", []zipEntry{
			{"a.jar", broken, zip.Store},
			{"b.jar", inner, zip.Deflate},
		}, []string{
			"jar org.example:inner 1.0 in app.war/b.jar",
			"unreadable-file: zip: not a valid zip file in app.war/a.jar",
		}},
		{"names that climb out stay inside", []zipEntry{
			{"../../etc/a.jar", inner, zip.Store},
		}, []string{
			"jar org.example:inner 1.0 in app.war/etc/a.jar",
		}},
		{"Trivy does not follow these", []zipEntry{
			{"a.par", inner, zip.Store}, {"b.JAR", inner, zip.Store}, {"c.zip", inner, zip.Store}, {"empty.jar", nil, zip.Store},
		}, nil},
		{"a line of the manifest is too long for the parser", []zipEntry{
			{"META-INF/MANIFEST.MF", []byte("X: " + strings.Repeat("x", 1<<17)), zip.Deflate},
			{"a.jar", inner, zip.Store},
		}, []string{
			"jar org.example:inner 1.0 in app.war/a.jar",
			"unreadable-file: unable to parse app.war: zip error: failed to parse MANIFEST.MF: scan error: bufio.Scanner: token too long",
		}},
		{"the manifest is over the limit", []zipEntry{
			{"META-INF/MANIFEST.MF", make([]byte, maxJarEntry+1), zip.Deflate},
			{"a.jar", inner, zip.Store},
		}, []string{
			"jar org.example:inner 1.0 in app.war/a.jar",
			`unreadable-file: "META-INF/MANIFEST.MF" is over the limit of 16777216 bytes`,
		}},
		{"a pom.xml over the limit costs only licenses", []zipEntry{
			{"META-INF/maven/org.example/outer/pom.xml", make([]byte, maxJarEntry+1), zip.Deflate},
			pomProperties("outer"),
		}, []string{
			"jar org.example:outer 1.0",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := languageSummary(t, javaArchive{}, languageFile("app.war", zipOf(t, tt.entries...)))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestNestedJarsLeaveNoFiles(t *testing.T) {
	// Trivy's parser would put nested archives into the temporary folder.
	t.Setenv("TMPDIR", t.TempDir()+"/missing")
	war := zipOf(t, zipEntry{"a.jar", zipOf(t, pomProperties("inner")), zip.Deflate})
	got := languageSummary(t, javaArchive{}, languageFile("app.war", war))
	if diff := cmp.Diff([]string{"jar org.example:inner 1.0 in app.war/a.jar"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestJarLimits(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		walk jarWalk
		jar  nestedJar
		want string
	}{
		{"depth", jarWalk{left: maxJarTotal}, nestedJar{depth: maxJarDepth}, "archives are nested more than 8 deep"},
		{"total", jarWalk{left: 10}, nestedJar{}, "nested archives are over the limit of 2147483648 bytes in all"},
		{"held", jarWalk{left: maxJarTotal}, nestedJar{held: maxJarHeld - 10}, `"a.jar" is over the limit of 10 bytes`},
	}
	content := zipOf(t, zipEntry{"a.jar", zipOf(t, pomProperties("inner")), zip.Deflate})
	for _, tt := range tests {
		tt.jar.path, tt.jar.content, tt.jar.size = "app.war", bytes.NewReader(content), int64(len(content))
		tt.walk.archive(t.Context(), tt.jar)
		if len(tt.walk.found.Packages) > 0 || len(tt.walk.found.Gaps) != 1 {
			t.Errorf("%s: got %+v", tt.name, tt.walk.found)
			continue
		}
		if got := tt.walk.found.Gaps[0]; got.Detail != tt.want || got.Where != "app.war/a.jar" {
			t.Errorf("%s: got %+v, want %q", tt.name, got, tt.want)
		}
	}
}

// TestJarsThatMultiply walks an archive whose every level holds the next one
// ten times: small, and 10 GiB when unpacked. The limits end the walk.
func TestJarsThatMultiply(t *testing.T) {
	t.Parallel()
	content := zipOf(t, zipEntry{"pad.txt", make([]byte, 1<<20), zip.Store})
	for range 4 {
		var entries []zipEntry
		for i := range 10 {
			entries = append(entries, zipEntry{fmt.Sprintf("%d.jar", i), content, zip.Deflate})
		}
		content = zipOf(t, entries...)
	}
	w := &jarWalk{left: 64 << 20}
	w.archive(t.Context(), nestedJar{path: "a.jar", content: bytes.NewReader(content), size: int64(len(content))})
	if len(w.found.Gaps) != maxJarGaps {
		t.Errorf("got %d gaps, want %d", len(w.found.Gaps), maxJarGaps)
	}
}
