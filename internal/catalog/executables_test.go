package catalog

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
)

// TestIdentifiedExecutables goes through the ways in which native code is known.
// What is not is listed as "path by layer".
func TestIdentifiedExecutables(t *testing.T) {
	debian := entry{name: "etc/debian_version", content: "12.7\n"}
	status := entry{name: "var/lib/dpkg/status", content: dpkg("tool 1-1")}
	noPackage := entry{name: "var/lib/dpkg/status", content: dpkg("bash 5-1")}
	list := entry{name: "var/lib/dpkg/info/tool:amd64.list", content: "/.\n/usr\n/usr/bin\n/usr/bin/tool\n"}
	md5 := entry{name: "var/lib/dpkg/info/tool.md5sums", content: "0123  usr/bin/tool\n"}
	foreign := entry{name: "var/lib/dpkg/status", content: strings.Replace(dpkg("tool 1-1"), "Architecture", "Maintainer: GitHub\nArchitecture", 1)}
	program := func(path string) entry { return entry{name: path, content: elfFile(2, 100), mode: 0o755} }
	library := func(path string) entry { return entry{name: path, content: elfFile(3, 100)} }
	apk := func(dir, file string) entry {
		return entry{name: "lib/apk/db/installed", content: "P:tool\nV:1.0-r0\nF:" + dir + "\nR:" + file + "\n\n"}
	}
	metadata := func(dir, name string) entry {
		return entry{name: dir + "/" + name + "-1.0.dist-info/METADATA", content: "Metadata-Version: 2.1\nName: " + name + "\nVersion: 1.0\n"}
	}
	record := func(dir, name, text string) entry {
		return entry{name: dir + "/" + name + "-1.0.dist-info/RECORD", content: text}
	}
	const site = "usr/local/lib/python3.12/site-packages"

	tests := []struct {
		name   string
		layers [][]entry
		want   []string
	}{
		{"alone in an image", [][]entry{{program("app")}}, []string{"app by 0"}},
		{"a script", [][]entry{{{name: "app", content: "#!/bin/sh\n", mode: 0o755}}}, nil},

		{"in a list of dpkg", [][]entry{{debian, status, list, program("usr/bin/tool")}}, nil},
		{"in checksums of dpkg", [][]entry{{debian, status, md5, program("usr/bin/tool")}}, nil},
		{"in any order", [][]entry{{program("usr/bin/tool"), md5, status, debian}}, nil},
		{"of a third party's package", [][]entry{{debian, foreign, list, program("usr/bin/tool")}}, nil},
		{"beside what is listed", [][]entry{{debian, status, list, program("usr/bin/other")}}, []string{"usr/bin/other by 0"}},
		{
			"replaced without dpkg",
			[][]entry{{debian, status, list, program("usr/bin/tool")}, {program("usr/bin/tool")}},
			[]string{"usr/bin/tool by 1"},
		},
		{
			"its package gone, the file left behind",
			[][]entry{{debian, status, list, program("usr/bin/tool")}, {noPackage}},
			[]string{"usr/bin/tool by 0"},
		},
		{"removed", [][]entry{{program("usr/bin/tool")}, {{name: "usr/bin/.wh.tool"}}}, nil},
		{"hidden by a script", [][]entry{{program("usr/bin/tool")}, {{name: "usr/bin/tool", content: "#!/bin/sh\n"}}}, nil},
		{
			"listed before /usr was merged", [][]entry{{
				debian, status, program("usr/bin/tool"),
				{name: "var/lib/dpkg/info/tool.list", content: "/bin/tool\n"},
			}}, nil,
		},
		{
			"listed in sbin and put into bin", [][]entry{{
				debian, status, program("usr/bin/tool"),
				{name: "var/lib/dpkg/info/tool.list", content: "/usr/sbin/tool\n"},
			}}, nil,
		},
		{
			"a library listed before /usr was merged", [][]entry{{
				debian, status, library("usr/lib/x86_64-linux-gnu/libz.so.1"),
				{name: "var/lib/dpkg/info/tool.list", content: "/lib/x86_64-linux-gnu/libz.so.1\n"},
			}}, nil,
		},
		{
			"two of a name, where nothing is merged",
			[][]entry{{debian, status, list, program("usr/bin/tool"), program("bin/tool")}},
			[]string{"bin/tool by 0"},
		},
		{"local things are nobody's", [][]entry{{debian, status, list, program("usr/local/bin/tool")}}, []string{"usr/local/bin/tool by 0"}},

		{"in the apk database", [][]entry{{apk("usr/bin", "tool"), program("usr/bin/tool"), program("usr/bin/other")}}, []string{"usr/bin/other by 0"}},
		{
			"packages without lists of files",
			[][]entry{{debian, status, program("usr/bin/tool"), library("lib/libz.so"), program("usr/local/bin/x"), program("opt/x")}},
			[]string{"opt/x by 0", "usr/local/bin/x by 0"},
		},

		{"a program of Go", [][]entry{{{
			name: "usr/bin/app", mode: 0o755, content: string(trivyContent(t, "pkg/dependency/parser/golang/binary/testdata/test.elf")),
		}}}, nil},
		{"a program of Rust", [][]entry{{{
			name: "usr/bin/app", mode: 0o755, content: string(trivyContent(t, "pkg/dependency/parser/rust/binary/testdata/test.elf")),
		}}}, nil},

		{
			"in a Python package",
			[][]entry{{metadata(site, "a"), library(site + "/a.libs/liba.so.1"), library("usr/local/lib/python3.12/lib-dynload/x.so")}},
			[]string{"usr/local/lib/python3.12/lib-dynload/x.so by 0"},
		},
		{
			"a program that a wheel brought",
			[][]entry{{
				metadata(site, "ruff"), record(site, "ruff", "../../../bin/ruff,sha256=x,100\nruff/__init__.py,,\n"),
				program("usr/local/bin/ruff"), program("usr/local/bin/python3.12"),
			}},
			[]string{"usr/local/bin/python3.12 by 0"},
		},
		{
			"a wheel whose metadata was removed",
			[][]entry{
				{metadata(site, "ruff"), record(site, "ruff", "../../../bin/ruff,,\n"), program("usr/local/bin/ruff")},
				{{name: site + "/.wh.ruff-1.0.dist-info"}},
			},
			[]string{"usr/local/bin/ruff by 0"},
		},
		{
			"a wheel in a folder of any name",
			[][]entry{{metadata("deps", "a"), record("deps", "a", "a/x.so,,\n"), library("deps/a/x.so"), library("deps/b/y.so")}},
			[]string{"deps/b/y.so by 0"},
		},

		{
			"in a Node.js package, and not in the application itself",
			[][]entry{{
				{name: "app/package.json", content: `{"name":"app","version":"1.0.0"}`},
				program("app/bin/tool"),
				{name: node, content: nodeA1},
				library("app/node_modules/a/build/Release/a.node"),
			}},
			[]string{"app/bin/tool by 0"},
		},
		{
			"in a gem and its extension",
			[][]entry{{
				{name: "bundle/specifications/a-1.0.gemspec", content: "Gem::Specification.new do |s|\n  s.name = \"a\".freeze\n  s.version = \"1.0\"\nend\n"},
				library("bundle/gems/a-1.0/lib/a.so"), library("bundle/extensions/x86_64-linux/3.3.0/a-1.0/a/a.so"),
				library("bundle/gems/b-1.0/lib/b.so"),
			}},
			[]string{"bundle/gems/b-1.0/lib/b.so by 0"},
		},
		{
			"in an environment of conda",
			[][]entry{{
				{name: "opt/envs/e/conda-meta/a-1.0-0.json", content: `{"name":"a","version":"1.0"}`},
				program("opt/envs/e/bin/a"), program("opt/envs/b"),
			}},
			[]string{"opt/envs/b by 0"},
		},
		{
			"beside the libraries of a .NET application",
			[][]entry{{
				{name: "app/a.deps.json", content: `{"libraries":{"a/1.0.0":{"type":"package"}}}`},
				program("app/a"), library("app/runtimes/linux/native/libb.so"), program("tool"),
			}},
			[]string{"tool by 0"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var layers []Layer
			for i, entries := range tt.layers {
				layers = append(layers, layer(t, fmt.Sprint(i), entries...))
			}
			inv := read(t, layers...)
			var got []string
			for _, e := range inv.Executables.Unidentified {
				got = append(got, e.Path+" by "+e.Layer)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("unidentified (-want +got):\n%s", diff)
			}
			if inv.Executables.Unknown != len(tt.want) {
				t.Errorf("%d unknown, want %d", inv.Executables.Unknown, len(tt.want))
			}
		})
	}
}

func TestUnidentifiedExecutables(t *testing.T) {
	program := func(path string, size int) entry { return entry{name: path, content: elfFile(2, size), mode: 0o755} }
	inv := read(t,
		layer(t, "same", program("a", 2000), program("b", 1000), program("c\n\x1b\xff", 3000), program("d", 1000)),
		layer(t, "none", entry{name: "x", content: "x"}),
		layer(t, "same", program("e", 64), program("b", 500)),
	)
	want := finding.Executables{Total: 5, Unknown: 5, Unidentified: []finding.Executable{
		{Path: "c\n\x1b\xff", Size: 3000, Layer: "same"},
		{Path: "a", Size: 2000, Layer: "same"},
		{Path: "d", Size: 1000, Layer: "same"},
		{Path: "b", Size: 500, Layer: "same"},
		{Path: "e", Size: 64, Layer: "same"},
	}}
	if diff := cmp.Diff(want, inv.Executables); diff != "" {
		t.Errorf("executables (-want +got):\n%s", diff)
	}
	const says = ", belong to no package and do not say what they were built from: "
	gaps := []finding.Gap{
		{Kind: finding.GapUnidentified, Layer: "same", Detail: "2 executables, 564 B" + says + "b (500 B), e (64 B)"},
		{Kind: finding.GapUnidentified, Layer: "same", Detail: "3 executables, 6.0 kB" + says + "c \x1b? (3.0 kB), a (2.0 kB), d (1.0 kB)"},
	}
	if diff := cmp.Diff(gaps, inv.Gaps); diff != "" {
		t.Errorf("gaps (-want +got):\n%s", diff)
	}
}

func TestManyUnidentifiedExecutables(t *testing.T) {
	const count = finding.MaxUnidentified + 5
	var entries []entry
	for i := range count {
		entries = append(entries, entry{name: fmt.Sprintf("bin/%d", i), content: elfFile(2, 64+i), mode: 0o755})
	}
	inv := read(t, layer(t, "0", entries...))
	got := inv.Executables
	if got.Total != count || got.Unknown != count || len(got.Unidentified) != finding.MaxUnidentified || got.Unidentified[0].Size != 64+count-1 {
		t.Errorf("%d in all, %d unknown, %d listed, the first of %d bytes", got.Total, got.Unknown, len(got.Unidentified), got.Unidentified[0].Size)
	}
	if want := fmt.Sprintf(" and %d more", count-maxNamed); len(inv.Gaps) != 1 || !strings.HasSuffix(inv.Gaps[0].Detail, want) {
		t.Errorf("gaps %+v, want one that ends in %q", inv.Gaps, want)
	}
}

// The distribution's real images consist of packages, and nothing else is in
// them.
func TestExecutablesOfRealImages(t *testing.T) {
	for name, total := range map[string]int{"alpine-310": 16, "alpine-311": 16, "distroless": 282, "vuln-image": 282} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inv := read(t, dockerArchive(t, trivyPath(t, "pkg/fanal/test/testdata/"+name+".tar.gz"))...)
			if diff := cmp.Diff(finding.Executables{Total: total}, inv.Executables); diff != "" {
				t.Errorf("executables (-want +got):\n%s", diff)
			}
		})
	}
}

func TestBytesText(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{
		0: "0 B", 999: "999 B", 1000: "1.0 kB", 999_949: "999.9 kB", 999_950: "1.0 MB", 41_150_000: "41.1 MB",
		5_000_000_000: "5.0 GB", 1<<63 - 1: "9.2 EB",
	} {
		if got := bytesText(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}
