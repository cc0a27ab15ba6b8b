package catalog

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMergedPath(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"usr/bin/x":       "bin/x",
		"bin/x":           "bin/x",
		"usr/sbin/x":      "bin/x",
		"sbin/x":          "bin/x",
		"usr/lib/a/x.so":  "lib/a/x.so",
		"usr/lib64/x.so":  "lib64/x.so",
		"usr/libexec/x":   "usr/libexec/x",
		"usr/local/bin/x": "usr/local/bin/x",
		"usr/binary":      "usr/binary",
		"opt/usr/bin/x":   "opt/usr/bin/x",
		"usr/":            "usr/",
		"":                "",
	} {
		if got := mergedPath(path); got != want {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
}

func TestDpkgList(t *testing.T) {
	t.Parallel()
	content := "/.\n/usr\n/usr/bin\n/usr/bin/tool\n/usr/share/doc/tool/copyright\n/usr/share/dotnet/tool\nrelative\n\n/\n"
	said, err := dpkgList{}.analyze(t.Context(), languageFile("var/lib/dpkg/info/tool:amd64.list", []byte(content)))
	if err != nil {
		t.Fatal(err)
	}
	want := []fileList{{Package: "tool:amd64", Files: []string{".", "usr", "usr/bin", "usr/bin/tool", "usr/share/dotnet/tool"}}}
	if diff := cmp.Diff(want, said.Installed); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestPythonRecord(t *testing.T) {
	t.Parallel()
	content := "../../../bin/tool,sha256=x,1\n\"a, \"\"b\"\"/x.so\",,\na/__init__.py,,\na/tool.exe,,\n/opt/tool,,\n../../../../../../etc/x,,\n\"open\n,\n\n"
	said, err := pythonRecord{}.analyze(t.Context(), languageFile("usr/lib/python3/site-packages/a-1.dist-info/RECORD", []byte(content)))
	if err != nil {
		t.Fatal(err)
	}
	const site = "usr/lib/python3/site-packages"
	want := []fileList{{Metadata: site + "/a-1.dist-info/METADATA", Files: []string{
		"usr/bin/tool", site + "/a, \"b\"/x.so", site + "/a/tool.exe", "opt/tool", "etc/x", site + "/open",
	}}}
	if diff := cmp.Diff(want, said.Installed); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func FuzzPythonRecord(f *testing.F) {
	f.Add([]byte("../../../bin/tool,sha256=x,1\n\"a, \"\"b\"\"/x.so\",,\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		said, err := pythonRecord{}.analyze(t.Context(), languageFile("lib/a-1.dist-info/RECORD", content))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range said.Installed[0].Files {
			if path != cleanPath(path) {
				t.Errorf("%q leads out of the image or is not clean", path)
			}
		}
	})
}

// A list made to fill the memory ends somewhere.
func TestListsAreLimited(t *testing.T) {
	t.Parallel()
	long := bytes.Repeat([]byte("/a\n"), maxListed+10)
	said, err := dpkgList{}.analyze(t.Context(), languageFile("var/lib/dpkg/info/a.list", long))
	if err != nil {
		t.Fatal(err)
	}
	if got := len(said.Installed[0].Files); got != maxListed {
		t.Errorf("%d files", got)
	}

	var w walker
	w.start(layer(t, "0"))
	for i := range maxEntries/maxListed + 1 {
		said := &facts{Installed: []fileList{{Package: "a", Files: make([]string, maxListed)}}}
		w.add(dpkgList{}, "a", said)
		if kept := said.Installed[0].Files != nil; kept != (i < maxEntries/maxListed) {
			t.Errorf("list %d: kept %v", i, kept)
		}
	}
}
