package catalog

import (
	"archive/tar"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
)

const (
	node   = "app/node_modules/a/package.json"
	nodeA1 = `{"name":"a","version":"1.0.0"}`
	nodeA2 = `{"name":"a","version":"2.0.0"}`
)

// dpkg is a status file with the packages "name version".
func dpkg(packages ...string) string {
	var b strings.Builder
	for _, p := range packages {
		name, version, _ := strings.Cut(p, " ")
		fmt.Fprintf(&b, "Package: %s\nStatus: install ok installed\nVersion: %s\nArchitecture: amd64\n\n", name, version)
	}
	return b.String()
}

// dpkgArch is a status file with the packages "name version architecture".
func dpkgArch(packages ...string) string {
	var b strings.Builder
	for _, p := range packages {
		f := strings.Fields(p)
		fmt.Fprintf(&b, "Package: %s\nStatus: install ok installed\nVersion: %s\nArchitecture: %s\n\n", f[0], f[1], f[2])
	}
	return b.String()
}

// summary is one line for each package, with the layer it belongs to, and for
// each gap.
func summary(inv finding.Inventory) []string {
	var lines []string
	for _, p := range inv.Packages {
		lines = append(lines, fmt.Sprintf("%s %s %s in %s by %s", p.Type, p.Name, p.FullVersion(), p.Path, p.Layer))
	}
	for _, g := range inv.Gaps {
		lines = append(lines, fmt.Sprintf("%s %s: %s", g.Kind, g.Where, g.Detail))
	}
	return lines
}

func TestLayersHideWhatIsBelow(t *testing.T) {
	base := entry{name: node, content: nodeA1}
	tests := []struct {
		name  string
		upper []entry
		want  []string
	}{
		{name: "nothing above", want: []string{"node-pkg a 1.0.0 in " + node + " by base"}},
		{name: "whiteout of the file", upper: []entry{{name: "app/node_modules/a/.wh.package.json"}}},
		{name: "whiteout of a folder above it", upper: []entry{{name: ".wh.app"}}},
		{
			name: "whiteout of a folder with a longer name", upper: []entry{{name: ".wh.ap"}},
			want: []string{"node-pkg a 1.0.0 in " + node + " by base"},
		},
		{
			name: "whiteout without a name", upper: []entry{{name: "app/.wh."}, {name: "app/.wh..."}},
			want: []string{"node-pkg a 1.0.0 in " + node + " by base"},
		},
		{name: "opaque folder", upper: []entry{{name: "app/.wh..wh..opq"}}},
		{name: "opaque root", upper: []entry{{name: ".wh..wh..opq"}}},
		{
			name: "AUFS bookkeeping", upper: []entry{{name: ".wh..wh.plnk/app"}, {name: "app/.wh..wh.aufs"}},
			want: []string{"node-pkg a 1.0.0 in " + node + " by base"},
		},
		{
			name: "opaque folder with content of its own", upper: []entry{{name: node, content: nodeA2}, {name: "app/.wh..wh..opq"}},
			want: []string{"node-pkg a 2.0.0 in " + node + " by upper"},
		},
		{
			name: "whiteout and file in one layer", upper: []entry{{name: node, content: nodeA2}, {name: ".wh.app"}},
			want: []string{"node-pkg a 2.0.0 in " + node + " by upper"},
		},
		{
			name: "replaced by another version", upper: []entry{{name: node, content: nodeA2}},
			want: []string{"node-pkg a 2.0.0 in " + node + " by upper"},
		},
		{name: "replaced by a file that says nothing", upper: []entry{{name: node, content: "{}"}}},
		{
			name: "the same file again", upper: []entry{{name: node, content: nodeA1}},
			want: []string{"node-pkg a 1.0.0 in " + node + " by upper"},
		},
		{name: "folder in place of the file", upper: []entry{{name: node + "/", kind: tar.TypeDir}}},
		{name: "symbolic link in place of the file", upper: []entry{{name: node, kind: tar.TypeSymlink, link: "x"}}},
		{name: "hard link in place of the file", upper: []entry{{name: node, kind: tar.TypeLink, link: "x"}}},
		{name: "file in place of a folder above it", upper: []entry{{name: "app/node_modules", content: "x"}}},
		{name: "link in place of a folder above it", upper: []entry{{name: "app", kind: tar.TypeSymlink, link: "opt/app"}}},
		{
			name: "the folder itself again", upper: []entry{{name: "app/node_modules/", kind: tar.TypeDir}},
			want: []string{"node-pkg a 1.0.0 in " + node + " by base"},
		},
		{
			name: "an unclean name", upper: []entry{{name: "./app/../app//node_modules/a/package.json", content: nodeA2}},
			want: []string{"node-pkg a 2.0.0 in " + node + " by upper"},
		},
		{
			name: "a name that leads out", upper: []entry{{name: "../../" + node, content: nodeA2}},
			want: []string{"node-pkg a 2.0.0 in " + node + " by upper"},
		},
		{
			name: "the same name twice", upper: []entry{{name: node, content: nodeA1}, {name: node, content: nodeA2}},
			want: []string{"node-pkg a 2.0.0 in " + node + " by upper"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := read(t, layer(t, "base", base), layer(t, "upper", tt.upper...))
			if diff := cmp.Diff(tt.want, summary(got)); diff != "" {
				t.Errorf("inventory (-want +got):\n%s", diff)
			}
		})
	}
}

// A folder's content goes, and not that of another whose name begins alike, or
// of a file that a malformed layer has by the folder's own name.
func TestHidingAFolderHidesNothingElse(t *testing.T) {
	const other = "app2/node_modules/a/package.json"
	base := layer(t, "base",
		entry{name: node, content: nodeA1}, entry{name: other, content: nodeA1},
		entry{name: node + "/node_modules/a/package.json", content: nodeA2})
	tests := []struct {
		name  string
		upper entry
		want  []string
	}{
		{"whiteout", entry{name: ".wh.app"}, []string{"node-pkg a 1.0.0 in " + other + " by base"}},
		{"opaque", entry{name: node + "/.wh..wh..opq"}, []string{
			"node-pkg a 1.0.0 in " + node + " by base",
			"node-pkg a 1.0.0 in " + other + " by base",
		}},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, summary(read(t, base, layer(t, "upper", tt.upper)))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestPackagesBelongToTheLayerTheyStayedFrom(t *testing.T) {
	debian := entry{name: "etc/debian_version", content: "12.7\n"}
	status := func(packages ...string) entry {
		return entry{name: "var/lib/dpkg/status", content: dpkg(packages...)}
	}
	const by = " in var/lib/dpkg/status by "
	tests := []struct {
		name   string
		layers [][]entry
		want   []string
	}{
		{
			name:   "a database written again keeps what was there",
			layers: [][]entry{{debian, status("bash 5.2-1")}, {status("bash 5.2-1", "curl 8.0-1")}},
			want:   []string{"debian bash 5.2-1" + by + "0", "debian curl 8.0-1" + by + "1"},
		},
		{
			name:   "an upgrade",
			layers: [][]entry{{debian, status("bash 5.2-1")}, {status("bash 5.2-2")}, {status("bash 5.2-2", "curl 8.0-1")}},
			want:   []string{"debian bash 5.2-2" + by + "1", "debian curl 8.0-1" + by + "2"},
		},
		{
			name:   "removed",
			layers: [][]entry{{debian, status("bash 5.2-1", "curl 8.0-1")}, {status("bash 5.2-1")}},
			want:   []string{"debian bash 5.2-1" + by + "0"},
		},
		{
			name: "removed and installed again",
			layers: [][]entry{
				{debian, status("bash 5.2-1", "curl 8.0-1")}, {status("bash 5.2-1")}, {status("bash 5.2-1", "curl 8.0-1")},
			},
			want: []string{"debian bash 5.2-1" + by + "0", "debian curl 8.0-1" + by + "2"},
		},
		{
			name: "downgraded and back",
			layers: [][]entry{
				{debian, status("bash 5.2-2")}, {status("bash 5.2-1")}, {status("bash 5.2-2")},
			},
			want: []string{"debian bash 5.2-2" + by + "2"},
		},
		{
			name: "a database that moved",
			layers: [][]entry{
				{debian, status("bash 5.2-1")},
				{{name: "var/lib/dpkg/.wh.status"}, {name: "var/lib/dpkg/status.d/bash", content: dpkg("bash 5.2-1")}},
			},
			want: []string{"debian bash 5.2-1 in var/lib/dpkg/status.d/bash by 0"},
		},
		{
			name: "a language package that moved is another",
			layers: [][]entry{
				{{name: node, content: nodeA1}},
				{{name: ".wh.app"}, {name: "srv/node_modules/a/package.json", content: nodeA1}},
			},
			want: []string{"node-pkg a 1.0.0 in srv/node_modules/a/package.json by 1"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var layers []Layer
			for i, entries := range tt.layers {
				layers = append(layers, layer(t, fmt.Sprint(i), entries...))
			}
			if diff := cmp.Diff(tt.want, summary(read(t, layers...))); diff != "" {
				t.Errorf("inventory (-want +got):\n%s", diff)
			}
		})
	}
}

// Trivy's layer of origin is the first that ever had the name, version and
// release. These are the ways in which that is not who put it there.
func TestWhereTrivyIsWrong(t *testing.T) {
	debian := entry{name: "etc/debian_version", content: "12.7\n"}
	status := func(packages ...string) entry {
		return entry{name: "var/lib/dpkg/status", content: dpkgArch(packages...)}
	}
	program := string(trivyContent(t, "pkg/dependency/parser/golang/binary/testdata/test.elf"))
	app := func(content string) entry { return entry{name: "usr/bin/app", content: content, mode: 0o755} }
	tests := []struct {
		name   string
		layers [][]entry
		pkg    string // name and architecture
		want   int
	}{
		{
			name:   "a program built again with the same modules",
			layers: [][]entry{{app(program)}, {debian}, {app(program + "built again")}},
			pkg:    "golang.org/x/xerrors ", want: 2,
		},
		{
			name:   "another architecture added",
			layers: [][]entry{{debian, status("openssl 3.0-1 amd64")}, {status("openssl 3.0-1 amd64", "openssl 3.0-1 i386")}},
			pkg:    "openssl i386", want: 1,
		},
		{
			name:   "removed, then installed again",
			layers: [][]entry{{debian, status("openssl 3.0-1 amd64")}, {status("bash 5-1 amd64")}, {status("bash 5-1 amd64", "openssl 3.0-1 amd64")}},
			pkg:    "openssl amd64", want: 2,
		},
		{
			name:   "removed with its folder, then put back",
			layers: [][]entry{{{name: node, content: nodeA1}}, {{name: ".wh.app"}}, {{name: node, content: nodeA1}}},
			pkg:    "a ", want: 2,
		},
		{
			name:   "a folder replaced by one of the same content",
			layers: [][]entry{{{name: node, content: nodeA1}}, {{name: "app/.wh..wh..opq"}, {name: node, content: nodeA1}}},
			pkg:    "a ", want: 1,
		},
		{
			name:   "a database replaced with its folder",
			layers: [][]entry{{debian, status("openssl 3.0-1 amd64")}, {{name: "var/.wh..wh..opq"}, status("openssl 3.0-1 amd64")}},
			pkg:    "openssl amd64", want: 0,
		},
		{
			name:   "a file that nobody touched",
			layers: [][]entry{{app(program)}, {{name: "usr/bin/", kind: tar.TypeDir}}, {debian}},
			pkg:    "golang.org/x/xerrors ", want: 0,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var layers []Layer
			for i, entries := range tt.layers {
				layers = append(layers, layer(t, fmt.Sprint(i), entries...))
			}
			for _, p := range read(t, layers...).Packages {
				if p.Name+" "+p.Arch == tt.pkg {
					if p.LayerIndex != tt.want || p.Layer != fmt.Sprint(tt.want) {
						t.Errorf("it belongs to layer %d, %q; want %d", p.LayerIndex, p.Layer, tt.want)
					}
					return
				}
			}
			t.Error("the package is missing")
		})
	}
}

// The rpm database lists both architectures, and each belongs where it was added.
func TestArchitecturesAreApart(t *testing.T) {
	database := func(archs ...string) []facts {
		f := facts{Path: "var/lib/rpm/Packages", Analyzer: "rpm"}
		for _, arch := range archs {
			f.Packages = append(f.Packages, rpmPackage(rpmHeader{name: "openssl", version: "3.0", release: "1", arch: arch}))
		}
		return []facts{f}
	}
	var entries pathList
	entries.add("var/lib/rpm/Packages")
	inv, err := merge([]layerFacts{
		{DiffID: "0", Entries: entries, Files: database("x86_64")},
		{DiffID: "1", Entries: entries, Files: database("x86_64", "i686")},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string]int)
	for _, p := range inv.Packages {
		got[p.Arch] = p.LayerIndex
	}
	if diff := cmp.Diff(map[string]int{"x86_64": 0, "i686": 1}, got); diff != "" {
		t.Errorf("layers (-want +got):\n%s", diff)
	}
}

// One DiffID may be in an image several times, and only the place tells which of
// the layers is meant.
func TestEqualLayers(t *testing.T) {
	a := layer(t, "same", entry{name: node, content: nodeA1})
	gone := layer(t, "gone", entry{name: ".wh.app"})
	inv := read(t, a, gone, a, layer(t, "empty"))
	if len(inv.Packages) != 1 || inv.Packages[0].Layer != "same" || inv.Packages[0].LayerIndex != 2 {
		t.Errorf("packages %+v, want one of layer 2", inv.Packages)
	}
}

func TestGapsOfTheDistribution(t *testing.T) {
	tests := []struct {
		name    string
		entries []entry
		want    []string
	}{
		{name: "nothing", entries: []entry{{name: "app", content: "x"}}},
		{
			name:    "only language packages",
			entries: []entry{{name: node, content: nodeA1}},
			want:    []string{"node-pkg a 1.0.0 in " + node + " by 0"},
		},
		{
			name:    "a distribution that nobody knows",
			entries: []entry{{name: "etc/os-release", content: "ID=arch\nPRETTY_NAME=\"Arch Linux\"\n"}},
			want:    []string{`unknown-os : no advisories are known for "Arch Linux"`},
		},
		{
			name:    "one of whose releases nobody can tell",
			entries: []entry{{name: "etc/os-release", content: "ID=debian\nVERSION_ID=\"12\"\n"}},
			want:    []string{`unknown-os : the system calls itself "debian", but etc/debian_version is missing, which says which release: without it no advisories can be told`},
		},
		{
			name:    "a database of nobody's",
			entries: []entry{{name: "var/lib/dpkg/status", content: dpkg("bash 5.2-1")}},
			want: []string{
				"dpkg bash 5.2-1 in var/lib/dpkg/status by 0",
				"unknown-os : there is a package database and no release file that says whose it is",
			},
		},
		{
			name: "a database that only the repositories tell the owner of",
			entries: []entry{
				{name: "etc/apk/repositories", content: "https://dl-cdn.alpinelinux.org/alpine/v3.20/main\n"},
				{name: "lib/apk/db/installed", content: "P:musl\nV:1.2.5-r0\nA:x86_64\n\n"},
			},
			want: []string{
				"alpine musl 1.2.5-r0 in lib/apk/db/installed by 0",
				"unknown-os : there is a package database and no release file that says whose it is",
			},
		},
		{
			name:    "a known distribution without packages",
			entries: []entry{{name: "etc/alpine-release", content: "3.20.3\n"}},
			want:    []string{"unparsable-package-database : alpine 3.20.3 was recognised and no packages of it were found"},
		},
		{
			name: "a database that cannot be read",
			entries: []entry{
				{name: "etc/fedora-release", content: "Fedora release 40 (Forty)\n"},
				{name: "var/lib/rpm/rpmdb.sqlite", content: strings.Repeat("x", 100)},
			},
			want: []string{"unparsable-package-database var/lib/rpm/rpmdb.sqlite: the rpm database has none of the known formats"},
		},
		{
			name: "a package without a usable version",
			entries: []entry{
				{name: "etc/debian_version", content: "12.7\n"},
				{name: "var/lib/dpkg/status", content: dpkg("bash 5.2-1", "bad :1")},
			},
			want: []string{
				"debian bash 5.2-1 in var/lib/dpkg/status by 0",
				`unparsable-package-database var/lib/dpkg/status: 1 packages have no usable version, first "bad": version ":1": epoch parse error: strconv.Atoi: parsing "": invalid syntax`,
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, summary(read(t, layer(t, "0", tt.entries...)))); diff != "" {
				t.Errorf("inventory (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFilesOfTheDistributionAreNotReportedTwice(t *testing.T) {
	const egg = "usr/lib/python3/dist-packages/six-1.16.0.egg-info"
	metadata := entry{name: egg, content: "Metadata-Version: 1.2\nName: six\nVersion: 1.16.0\n"}
	md5 := entry{name: "var/lib/dpkg/info/python3-six.md5sums", content: "0123  " + egg + "\n"}
	status := entry{name: "var/lib/dpkg/status", content: dpkg("python3-six 1.16.0-4")}
	foreign := entry{name: "var/lib/dpkg/status", content: strings.Replace(dpkg("python3-six 1.16.0-4"),
		"Architecture", "Maintainer: GitHub\nArchitecture", 1)}
	debian := entry{name: "etc/debian_version", content: "12.7\n"}

	const (
		system = "debian python3-six 1.16.0-4 in var/lib/dpkg/status by 0"
		pip    = "python-pkg six 1.16.0 in " + egg + " by "
	)
	tests := []struct {
		name   string
		layers [][]entry
		want   []string
	}{
		{"installed by dpkg", [][]entry{{debian, status, md5, metadata}}, []string{system}},
		{"in any order", [][]entry{{metadata, md5, status, debian}}, []string{system}},
		{"listed by nobody", [][]entry{{debian, status, metadata}}, []string{system, pip + "0"}},
		{
			"of a package that is not installed",
			[][]entry{{debian, md5, metadata}, {status}},
			[]string{strings.Replace(system, "by 0", "by 1", 1), pip + "0"},
		},
		{"of a third party", [][]entry{{debian, foreign, md5, metadata}}, []string{system, pip + "0"}},
		{"changed behind dpkg's back", [][]entry{{debian, status, md5, metadata}, {metadata}}, []string{system, pip + "1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var layers []Layer
			for i, entries := range tt.layers {
				layers = append(layers, layer(t, fmt.Sprint(i), entries...))
			}
			if diff := cmp.Diff(tt.want, summary(read(t, layers...))); diff != "" {
				t.Errorf("inventory (-want +got):\n%s", diff)
			}
		})
	}
}

func TestBuildInformation(t *testing.T) {
	release := entry{name: "etc/redhat-release", content: "Red Hat Enterprise Linux release 8.4 (Ootpa)\n"}
	manifest := func(set string) entry {
		return entry{name: "root/buildinfo/content_manifests/x.json", content: `{"content_sets":["` + set + `"]}`}
	}
	dockerfile := entry{name: "root/buildinfo/Dockerfile-ubi8-8.3-227", content: "FROM x\nENV arch x86_64\n" +
		"LABEL com.redhat.component=\"ubi8-container\" \\\n  # here\n  name=ubi8 architecture=$arch\n"}
	rpms := func(names ...string) entry {
		var b strings.Builder
		for _, n := range names {
			fmt.Fprintf(&b, "%s\t1-1\t0\t0\tv\t(none)\t1\tx86_64\t0\t%s-1-1.src.rpm\n", n, n)
		}
		return entry{name: "var/lib/rpmmanifest/container-manifest-2", content: b.String()}
	}
	inv := read(t,
		layer(t, "0", release, rpms("a")),
		layer(t, "1", manifest("ubi"), dockerfile),
		layer(t, "2", rpms("a", "b")),
		layer(t, "3", manifest("product"), rpms("a", "b", "c")),
	)
	var got []string
	for _, p := range inv.Packages {
		got = append(got, fmt.Sprintf("%s %s %s %s %s", p.Name, p.Layer, p.ContentSets, p.NVR, p.BuildArch))
	}
	want := []string{
		"a 0 [ubi] ubi8-container-8.3-227 x86_64", // from the layer above the lowest
		"b 2 [ubi] ubi8-container-8.3-227 x86_64", // from the nearest below
		"c 3 [product]  ",                         // its own
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("packages (-want +got):\n%s", diff)
	}
}
