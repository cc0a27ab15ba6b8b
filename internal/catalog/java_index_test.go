package catalog

import (
	"archive/zip"
	"bytes"
	"crypto/sha1"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/aquasecurity/trivy/pkg/dependency/parser/java/jar"
	"github.com/google/go-cmp/cmp"
)

// indexed is one file in a Java database.
type indexed struct {
	group, artifact, version string
	content                  []byte // its SHA-1 is stored
	kind                     string // jar unless set
}

// javaDB is the folder of a Java database with those files, made by SQLite itself
// with the statements of trivy-java-db.
func javaDB(t testing.TB, pageSize int, files ...indexed) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "metadata.json"), []byte(`{"Version":1,"UpdatedAt":"2026-01-01T00:00:00Z"}`), 0o644); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, javaIndexFile))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	do := func(query string, args ...any) {
		t.Helper()
		if _, err := db.Exec(query, args...); err != nil {
			t.Fatalf("%s: %v", query, err)
		}
	}
	do(fmt.Sprint("PRAGMA page_size = ", pageSize))
	do("CREATE TABLE artifacts(id INTEGER PRIMARY KEY, group_id TEXT, artifact_id TEXT)")
	do("CREATE TABLE indices(artifact_id INTEGER, version TEXT, sha1 BLOB, archive_type TEXT, foreign key (artifact_id) references artifacts(id))")
	do("CREATE UNIQUE INDEX artifacts_idx ON artifacts(artifact_id, group_id)")
	do("CREATE INDEX indices_artifact_idx ON indices(artifact_id)")
	do("CREATE UNIQUE INDEX indices_sha1_idx ON indices(sha1)")
	do("BEGIN")
	for _, f := range files {
		if f.kind == "" {
			f.kind = "jar"
		}
		sum := sha1.Sum(f.content)
		do("INSERT OR IGNORE INTO artifacts(group_id, artifact_id) VALUES (?, ?)", f.group, f.artifact)
		do("INSERT INTO indices(artifact_id, version, sha1, archive_type) VALUES ((SELECT id FROM artifacts WHERE group_id=? AND artifact_id=?), ?, ?, ?)",
			f.group, f.artifact, f.version, sum[:], f.kind)
	}
	do("COMMIT")
	do("VACUUM")
	return dir
}

func openIndex(t testing.TB, dir string) *javaIndex {
	t.Helper()
	x, err := openJavaIndex(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return x
}

// Every one of many files is found, on pages of several sizes, so that trees of
// several levels and values on overflow pages are read.
func TestJavaIndex(t *testing.T) {
	t.Parallel()
	for pageSize, count := range map[int]int{512: 2000, 4096: 2000, 65536: 100} {
		t.Run(fmt.Sprint(pageSize), func(t *testing.T) {
			t.Parallel()
			var files []indexed
			for i := range count {
				files = append(files, indexed{
					group: fmt.Sprintf("org.example.g%d", i%70), artifact: fmt.Sprintf("a%d", i%300),
					version: fmt.Sprintf("1.%d", i), content: fmt.Append(nil, i),
				})
			}
			long := indexed{group: string(bytes.Repeat([]byte("g"), 2000)), artifact: string(bytes.Repeat([]byte("a"), 2000)), version: "1", content: []byte("long")}
			files = append(files, long)
			x := openIndex(t, javaDB(t, pageSize, files...))

			for _, f := range files {
				sum := sha1.Sum(f.content)
				want := jar.Properties{GroupID: f.group, ArtifactID: f.artifact, Version: f.version}
				if got, err := x.bySum(sum[:]); got != want || err != nil {
					t.Fatalf("%v is %v, %v", want, got, err)
				}
				if known, err := x.Exists(f.group, f.artifact); !known || err != nil {
					t.Fatalf("%v: %t, %v", want, known, err)
				}
			}
			for _, sum := range [][]byte{make([]byte, 20), bytes.Repeat([]byte{255}, 20)} {
				if got, err := x.bySum(sum); !errors.Is(err, jar.ArtifactNotFoundErr) {
					t.Errorf("%x is %v, %v", sum, got, err)
				}
			}
			for _, unknown := range [][2]string{{"org.example.g1", "a0"}, {"org.example", "a1"}, {"org.example.g1", "a"}, {"", ""}} {
				if known, err := x.Exists(unknown[0], unknown[1]); known || err != nil {
					t.Errorf("%s: %t, %v", unknown, known, err)
				}
			}
		})
	}
}

func TestJavaIndexByArtifactID(t *testing.T) {
	t.Parallel()
	x := openIndex(t, javaDB(t, 4096,
		indexed{group: "javax.servlet", artifact: "jstl", version: "1.0", content: []byte("1")},
		indexed{group: "javax.servlet", artifact: "jstl", version: "1.1.0", content: []byte("2")},
		indexed{group: "jstl", artifact: "jstl", version: "1.0", content: []byte("3")},
		indexed{group: "android", artifact: "jstl", version: "1.0", content: []byte("4"), kind: "aar"},
		indexed{group: "org.apache", artifact: "jstl", version: "1.2_1", content: []byte("5")},
		indexed{group: "b", artifact: "even", version: "1", content: []byte("6")},
		indexed{group: "a", artifact: "even", version: "1", content: []byte("7")},
	))
	for _, tt := range []struct{ artifact, version, want string }{
		{"jstl", "1.0", "javax.servlet"}, // which has the most versions
		{"jstl", "1.2_1", "org.apache"},
		{"jstl", "2.0", ""},
		{"jst", "1.0", ""},
		{"even", "1", "a"},
	} {
		got, err := x.SearchByArtifactID(tt.artifact, tt.version)
		if got != tt.want || (err == nil) != (tt.want != "") || err != nil && !errors.Is(err, jar.ArtifactNotFoundErr) {
			t.Errorf("%s %s is in %q, %v", tt.artifact, tt.version, got, err)
		}
	}
}

func TestJarsByIndex(t *testing.T) {
	t.Parallel()
	manifest := func(name, version string) zipEntry {
		return zipEntry{"META-INF/MANIFEST.MF", fmt.Appendf(nil, "Implementation-Vendor-Id: org.example\nImplementation-Title: %s\nImplementation-Version: %s\n", name, version), zip.Deflate}
	}
	plain := zipOf(t, zipEntry{name: "x.class", content: []byte("x")})
	inner := zipOf(t, zipEntry{name: "inner.class", content: []byte("y")})
	outer := zipOf(t, zipEntry{"lib/inner.jar", inner, zip.Deflate}, manifest("unknown", "1"))
	index := openIndex(t, javaDB(t, 4096,
		indexed{group: "org.example", artifact: "plain", version: "3", content: plain},
		indexed{group: "org.example", artifact: "inner", version: "4", content: inner},
		indexed{group: "org.example", artifact: "known", version: "9", content: []byte("?")},
		indexed{group: "org.heuristic", artifact: "by-name", version: "1.2", content: []byte("!")},
	))
	tests := []struct {
		name    string
		path    string
		content []byte
		want    []string
	}{
		{"by the SHA-1 of the file", "a.jar", plain, []string{"jar org.example:plain 3"}},
		{"and of one inside", "a.war", outer, []string{"jar org.example:inner 4 in a.war/lib/inner.jar"}},
		{"by a manifest that is borne out", "a.jar", zipOf(t, manifest("known", "7")), []string{"jar org.example:known 7"}},
		{"not by any other manifest", "a.jar", zipOf(t, manifest("unknown", "7")), nil},
		{"by the file's name", "by-name-1.2.jar", zipOf(t, manifest("unknown", "7")), []string{"jar org.heuristic:by-name 1.2"}},
		{"its own word counts first", "own-1.0.jar", zipOf(t, pomProperties("own")), []string{"jar org.example:own 1.0"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, languageSummary(t, javaArchive{index}, languageFile(tt.path, tt.content))); diff != "" {
				t.Errorf("packages (-want +got):\n%s", diff)
			}
		})
	}
}

// What is stored of a layer is for one edition of the database.
func TestJavaIndexEdition(t *testing.T) {
	t.Parallel()
	with := func(content string) string {
		return factsVersion(analyzers(openIndex(t, javaDB(t, 4096, indexed{group: "g", artifact: content, version: "1", content: []byte(content)}))))
	}
	if without := factsVersion(analyzers(nil)); with("a") == without || with("a") == with("b") {
		t.Error("an edition is like another")
	}
}

func TestReadWithJavaDB(t *testing.T) {
	t.Parallel()
	plain := zipOf(t, zipEntry{name: "x.class", content: []byte("x")})
	dir := javaDB(t, 4096, indexed{group: "org.example", artifact: "plain", version: "3", content: plain})
	image := []Layer{layer(t, "0", entry{name: "a.jar", content: string(plain)})}
	inv, err := inventory(t, image, Options{JavaDB: dir})
	if diff := cmp.Diff([]string{"jar org.example:plain 3 in a.jar by 0"}, summary(inv)); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}

	broken := func(name string, content []byte) string {
		t.Helper()
		dir := javaDB(t, 4096)
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	for name, dir := range map[string]string{
		"no folder":      filepath.Join(dir, "x"),
		"an old version": broken("metadata.json", []byte(`{"Version":0}`)),
		"no metadata":    broken("metadata.json", []byte("x")),
		"no database":    broken(javaIndexFile, nil),
		"another one":    broken(javaIndexFile, smallSQLite(512, 5)),
	} {
		if _, err := inventory(t, image, Options{JavaDB: dir}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// A damaged database is an error, whichever byte it is that is damaged, or it is
// some answer; it never is a panic or a search without end.
func FuzzJavaIndex(f *testing.F) {
	var files []indexed
	for i := range 200 {
		files = append(files, indexed{group: fmt.Sprint("g", i%7), artifact: fmt.Sprint("a", i%30), version: fmt.Sprint(i), content: fmt.Append(nil, i)})
	}
	good, err := os.ReadFile(filepath.Join(javaDB(f, 512, files...), javaIndexFile))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(uint32(600), uint64(0))
	f.Add(uint32(1024), uint64(1)<<63)
	f.Fuzz(func(t *testing.T, at uint32, damage uint64) {
		content := bytes.Clone(good)
		binary.BigEndian.PutUint64(content[int(at)%(len(content)-8):], damage)
		db, err := openSQLite(bytes.NewReader(content), int64(len(content)))
		if err != nil {
			return
		}
		x := &javaIndex{db: db}
		for _, tree := range x.trees() {
			if *tree.root, err = db.root(tree.kind, tree.name); err != nil {
				return
			}
		}
		sum := sha1.Sum([]byte("7"))
		x.bySum(sum[:])
		x.Exists("g1", "a1")
		x.SearchByArtifactID("a1", "1")
	})
}
