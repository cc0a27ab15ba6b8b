package catalog

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	rpmdb "github.com/knqyf263/go-rpmdb/pkg"
	_ "modernc.org/sqlite" // the driver that go-rpmdb reads SQLite with

	"github.com/org/imgscan-action/internal/finding"
)

// TestRPMDatabases holds our reader equal to go-rpmdb, which Trivy uses, on
// real databases of all three formats and both byte orders.
func TestRPMDatabases(t *testing.T) {
	for _, db := range []string{
		"centos5-plain/Packages",
		"centos6-plain/Packages",
		"centos7-httpd24/Packages",
		"centos8-modularitylabel/Packages",
		"libuuid/Packages",
		"ubi8-s390x/Packages", // big-endian
		"sle15-bci/Packages.db",
		"cbl-mariner-2.0/rpmdb.sqlite",
		"fedora35-plus-mongo/rpmdb.sqlite",
	} {
		t.Run(db, func(t *testing.T) {
			t.Parallel()
			got, want := readRPM(t, rpmPath(t, db)), goRPMDB(t, rpmPath(t, db))
			if len(want) == 0 {
				t.Fatal("go-rpmdb reads no packages")
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("packages (-go-rpmdb +ours):\n%s", diff)
			}
		})
	}
}

// readRPM is the packages and files of a database as lines of text.
func readRPM(t *testing.T, name string) []string {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	err = eachRPMBlob(bytes.NewReader(content), int64(len(content)), func(blob []byte) error {
		h, err := parseRPMHeader(blob)
		if err != nil {
			return err
		}
		var files []string
		for i, base := range h.baseNames {
			files = append(files, path.Join(h.dirNames[h.dirIndexes[i]], base))
		}
		lines = append(lines, fmt.Sprint(h.name, h.epoch, h.version, h.release, h.arch,
			h.sourceRPM, h.vendor, h.license, h.modularity, h.provides, h.requires, files))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(lines)
	return lines
}

func goRPMDB(t *testing.T, name string) []string {
	t.Helper()
	db, err := rpmdb.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	packages, err := db.ListPackages()
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, p := range packages {
		files, err := p.InstalledFileNames()
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, fmt.Sprint(p.Name, p.EpochNum(), p.Version, p.Release, p.Arch,
			p.SourceRpm, p.Vendor, p.License, p.Modularitylabel, p.Provides, p.Requires, files))
	}
	slices.Sort(lines)
	return lines
}

func TestRPMImage(t *testing.T) {
	content, err := os.ReadFile(rpmPath(t, "libuuid/Packages"))
	if err != nil {
		t.Fatal(err)
	}
	inv := read(t, layer(t, "0",
		entry{name: "etc/centos-release", content: "CentOS Linux release 8.3.2011\n"},
		entry{name: "var/lib/rpm/Packages", content: string(content)},
	))
	got := summary(inv)
	want := []string{"centos libuuid 2.32.1-42.el8_8 in var/lib/rpm/Packages by 0"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("inventory (-want +got):\n%s", diff)
	}
	if p := inv.Packages[0]; p.SrcName != "util-linux" || p.ThirdParty || p.PURL == "" {
		t.Errorf("package %+v", p)
	}
}

// A database that is cut off, or points in circles, is an error with what could
// be read before it.
func TestBrokenRPMDatabases(t *testing.T) {
	t.Parallel()
	for _, db := range []string{"libuuid/Packages", "sle15-bci/Packages.db", "cbl-mariner-2.0/rpmdb.sqlite"} {
		content, err := os.ReadFile(rpmPath(t, db))
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range []int{10, 40, 200, len(content) / 2} {
			if said, err := (rpmDatabase{}).analyze(t.Context(), languageFile("x", content[:part])); err == nil {
				t.Errorf("%s cut off at %d: %d packages and no error", db, part, len(said.Packages))
			}
		}
	}

	berkeley, err := os.ReadFile(rpmPath(t, "libuuid/Packages"))
	if err != nil {
		t.Fatal(err)
	}
	const pageSize = 4096
	for at := pageSize; at < len(berkeley); at += pageSize {
		if berkeley[at+25] == berkeleyOverflow {
			// The page comes after itself.
			binary.LittleEndian.PutUint32(berkeley[at+16:], uint32(at/pageSize))
		}
	}
	_, err = rpmDatabase{}.analyze(t.Context(), languageFile("x", berkeley))
	if err == nil || !strings.Contains(err.Error(), "used twice") {
		t.Errorf("pages in a circle: %v", err)
	}
}

func TestParseRPMHeader(t *testing.T) {
	// header is a header with one entry of the tag and type, besides the name and
	// the version.
	header := func(tag, kind, offset, count uint32, data string) []byte {
		texts := "name\x001\x00"
		var b []byte
		for _, n := range []uint32{
			3, uint32(len(texts) + len(data)),
			rpmName, rpmString, 0, 1,
			rpmVersion, rpmString, 5, 1,
			tag, kind, uint32(len(texts)) + offset, count,
		} {
			b = binary.BigEndian.AppendUint32(b, n)
		}
		return append(b, texts+data...)
	}
	tests := []struct {
		name string
		blob []byte
		want rpmHeader
		bad  bool
	}{
		{name: "a string", blob: header(rpmArch, rpmString, 0, 1, "x86_64\x00"), want: rpmHeader{name: "name", version: "1", arch: "x86_64"}},
		{name: "no vendor", blob: header(rpmVendor, rpmString, 0, 1, "(none)\x00"), want: rpmHeader{name: "name", version: "1"}},
		{name: "a list", blob: header(rpmProvides, rpmStringArray, 0, 2, "a\x00b\x00"), want: rpmHeader{name: "name", version: "1", provides: []string{"a", "b"}}},
		{name: "a number", blob: header(rpmEpoch, rpmInt32, 0, 1, "\x00\x00\x00\x02"), want: rpmHeader{name: "name", version: "1", epoch: 2}},
		{name: "a tag that we do not use", blob: header(1, 99, 9999, 9999, ""), want: rpmHeader{name: "name", version: "1"}},
		{name: "a string without an end", blob: header(rpmArch, rpmString, 0, 1, "x86_64"), bad: true},
		{name: "a string that is a number", blob: header(rpmArch, rpmInt32, 0, 1, "\x00\x00\x00\x02"), bad: true},
		{name: "a list that is too long", blob: header(rpmProvides, rpmStringArray, 0, 3, "a\x00b\x00"), bad: true},
		{name: "a list of billions", blob: header(rpmProvides, rpmStringArray, 0, 1<<32-1, "a\x00"), bad: true},
		{name: "data outside", blob: header(rpmArch, rpmString, 100, 1, ""), bad: true},
		{name: "numbers outside", blob: header(rpmDirIndexes, rpmInt32, 0, 1<<30, ""), bad: true},
		{name: "billions of entries", blob: []byte("\xff\xff\xff\xff\xff\xff\xff\xff"), bad: true},
		{name: "nothing", bad: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := parseRPMHeader(tt.blob)
			if tt.bad {
				if !errors.Is(err, errRPMHeader) {
					t.Errorf("header %+v, error %v", got, err)
				}
				return
			}
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(rpmHeader{})); diff != "" || err != nil {
				t.Errorf("header (-want +got), error %v:\n%s", err, diff)
			}
		})
	}
}

func TestSplitSourceRPM(t *testing.T) {
	tests := []struct {
		file, name, version, release string
		ok                           bool
	}{
		{"bash-5.1.8-6.el9.src.rpm", "bash", "5.1.8", "6.el9", true},
		{"java-1.8.0-openjdk-1.8.0.312.b07-2.el8_5.src.rpm", "java-1.8.0-openjdk", "1.8.0.312.b07", "2.el8_5", true},
		{"bash.rpm", "", "", "", false},
		{"bash-5.src.rpm", "", "", "", false},
		{"", "", "", "", false},
	}
	for _, tt := range tests {
		name, version, release, ok := splitSourceRPM(tt.file)
		if name != tt.name || version != tt.version || release != tt.release || ok != tt.ok {
			t.Errorf("%q is split into %q, %q, %q, %v", tt.file, name, version, release, ok)
		}
	}
}

func TestRPMManifest(t *testing.T) {
	const good = "bash\t5.1.8-1.cm2\t1\t2\tMicrosoft Corporation\t(none)\t3\tx86_64\t1\tbash-5.1.8-1.cm2.src.rpm"
	want := finding.Package{
		Class: finding.ClassOS, Type: "rpm", Name: "bash", Version: "5.1.8", Release: "1.cm2", Epoch: 1, Arch: "x86_64",
		SrcName: "bash", SrcVersion: "5.1.8", SrcRelease: "1.cm2", SrcEpoch: 1,
	}
	for _, bad := range []string{
		"bash\t5.1.8-1.cm2",
		strings.Replace(good, "5.1.8-1.cm2\t", "5.1.8\t", 1),
		strings.Replace(good, "5.1.8-1.cm2\t", "5-1-8\t", 1),
		strings.Replace(good, "\t1\tbash", "\tone\tbash", 1),
		strings.Replace(good, ".src.rpm", "", 1)[:len(good)-20],
	} {
		said, err := parseRPMManifest(strings.NewReader(good + "\n" + bad + "\n" + good))
		if err == nil || !strings.HasPrefix(err.Error(), "line 2: ") {
			t.Errorf("%q: error %v", bad, err)
		}
		// What came before is kept.
		if diff := cmp.Diff([]finding.Package{want}, said.Packages); diff != "" {
			t.Errorf("packages (-want +got):\n%s", diff)
		}
	}
}

func FuzzRPMDatabase(f *testing.F) {
	seed, err := os.ReadFile(rpmPath(f, "libuuid/Packages"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Add(smallSQLite(512, 1))
	f.Add([]byte(ndbMagic + strings.Repeat("\x00", 8) + "\x01" + strings.Repeat("\x00", 19) + strings.Repeat("Slot", 1024)))
	f.Fuzz(func(t *testing.T, content []byte) {
		(rpmDatabase{}).analyze(t.Context(), languageFile("x", content))
	})
}

// smallSQLite is a database with one table "Packages" and one row in it, whose
// blob has size bytes.
func smallSQLite(pageSize, size int) []byte {
	db := make([]byte, 2*pageSize)
	copy(db, sqliteMagic)
	binary.BigEndian.PutUint16(db[16:], uint16(pageSize))
	leaf := func(page []byte, header int, cell []byte) {
		page[header] = sqliteLeaf
		binary.BigEndian.PutUint16(page[header+3:], 1)
		at := pageSize - len(cell)
		binary.BigEndian.PutUint16(page[header+8:], uint16(at))
		copy(page[at:], cell)
	}
	row := "\x06\x17\x1d\x1d\x01\x0f" + "table" + "Packages" + "Packages" + "\x02" + "x"
	leaf(db[:pageSize], sqliteHeader, append([]byte{byte(len(row)), 1}, row...))
	blob := append([]byte{3, 0, byte(12 + 2*size)}, bytes.Repeat([]byte{'b'}, size)...)
	leaf(db[pageSize:], 0, append([]byte{byte(len(blob)), 1}, blob...))
	return db
}

func TestSQLite(t *testing.T) {
	one := func(content []byte, table string, column int) (string, error) {
		var got string
		err := eachSQLiteBlob(bytes.NewReader(content), int64(len(content)), table, column, func(b []byte) error {
			got += string(b)
			return nil
		})
		return got, err
	}
	good := smallSQLite(512, 5)
	if got, err := one(good, "packages", 1); got != "bbbbb" || err != nil {
		t.Errorf("the blob is %q, %v", got, err)
	}
	if _, err := one(good, "Other", 1); err == nil {
		t.Error("a table that is not there is no error")
	}
	if _, err := one(good, "Packages", 0); err == nil {
		t.Error("a column that is no blob is no error")
	}
	if _, err := one(good[:512], "Packages", 1); err == nil {
		t.Error("a table that is cut off is no error")
	}
	circle := smallSQLite(512, 5)
	circle[512] = sqliteInterior
	binary.BigEndian.PutUint32(circle[512+8:], 2)
	if _, err := one(circle, "Packages", 1); err == nil {
		t.Error("a tree in a circle is no error")
	}
}
