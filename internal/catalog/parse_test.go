package catalog

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	ftypes "github.com/aquasecurity/trivy/pkg/fanal/types"
	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
)

func TestDpkg(t *testing.T) {
	const status = `Package: libssl3
Status: install ok installed
Maintainer: Debian OpenSSL Team <pkg-openssl@debian.org>
Architecture: amd64
Source: openssl (1:3.0.11-1)
Version: 3.0.11-1~deb12u2
Depends: libc6 (>= 2.34), debconf (>= 0.5) | debconf-2.0,
 missing
Description: a library
 Package: not-this-one

package: libc6
status: install ok installed
version: 2:2.36-9
a line that is nothing

Package: gone
Status: deinstall ok config-files
Version: 1-1

Package: half
Status: install reinstreq half-installed
Version: 1

Package: gh
Status: install ok installed
Maintainer: GitHub
Version: 2.40.0

Package: no-version
Status: install ok installed

Package: bad
Version: not a version

Package: bad-source
Version: 1
Source: x (also not)`
	said, err := dpkgStatus{}.analyze(t.Context(), languageFile(dpkgStatusFile, []byte(status)))
	if err != nil {
		t.Fatal(err)
	}
	want := []finding.Package{
		{
			Class: finding.ClassOS, Type: "dpkg", ID: "libssl3@3.0.11-1~deb12u2", Name: "libssl3",
			Version: "3.0.11", Release: "1~deb12u2", Arch: "amd64",
			SrcName: "openssl", SrcEpoch: 1, SrcVersion: "3.0.11", SrcRelease: "1",
			Maintainer: "Debian OpenSSL Team <pkg-openssl@debian.org>", DependsOn: []string{"libc6@2:2.36-9"},
		},
		{
			Class: finding.ClassOS, Type: "dpkg", ID: "libc6@2:2.36-9", Name: "libc6",
			Epoch: 2, Version: "2.36", Release: "9", SrcName: "libc6", SrcEpoch: 2, SrcVersion: "2.36", SrcRelease: "9",
		},
		{Class: finding.ClassOS, Type: "dpkg", ID: "half@1", Name: "half", Version: "1", SrcName: "half", SrcVersion: "1"},
		{
			Class: finding.ClassOS, Type: "dpkg", ID: "gh@2.40.0", Name: "gh", Version: "2.40.0",
			SrcName: "gh", SrcVersion: "2.40.0", Maintainer: "GitHub", ThirdParty: true,
		},
	}
	if diff := cmp.Diff(want, said.Packages); diff != "" {
		t.Errorf("packages (-want +got):\n%s", diff)
	}
	if len(said.Gaps) != 1 || !strings.HasPrefix(said.Gaps[0].Detail, `2 packages have no usable version, first "bad"`) {
		t.Errorf("gaps %+v", said.Gaps)
	}
}

func TestDpkgLineTooLong(t *testing.T) {
	status := dpkg("bash 5.2-1") + "Package: x\nDescription: " + strings.Repeat("x", maxLine)
	said, err := dpkgStatus{}.analyze(t.Context(), languageFile(dpkgStatusFile, []byte(status)))
	if err == nil || len(said.Packages) != 1 {
		t.Errorf("%d packages, error %v", len(said.Packages), err)
	}
}

func TestAPK(t *testing.T) {
	const installed = `C:Q1abc=
P:musl
V:1.2.4-r2
A:x86_64
o:musl
m:Timo <timo@example.org>
L:MIT AND (BSD-2-Clause OR GPL-2.0 WITH exception)
p:so:libc.musl-x86_64.so.1=1
F:lib
R:libc.musl-x86_64.so.1

P:busybox
V:1.36.1-r5
o:busybox
D:!uclibc so:libc.musl-x86_64.so.1 musl>=1.2 absent

P:bad
V:not a version

P:musl
V:9.9.9-r0`
	said, err := parseAPK(strings.NewReader(installed))
	if err != nil {
		t.Fatal(err)
	}
	want := []finding.Package{
		{
			Class: finding.ClassOS, Type: "apk", ID: "musl@1.2.4-r2", Name: "musl", Version: "1.2.4-r2", Arch: "x86_64",
			SrcName: "musl", SrcVersion: "1.2.4-r2", Maintainer: "Timo <timo@example.org>",
			Licenses: []string{"MIT", "BSD-2-Clause", "GPL-2.0 WITH exception"},
		},
		{
			Class: finding.ClassOS, Type: "apk", ID: "busybox@1.36.1-r5", Name: "busybox", Version: "1.36.1-r5",
			SrcName: "busybox", SrcVersion: "1.36.1-r5", DependsOn: []string{"musl@1.2.4-r2", "musl@9.9.9-r0"},
		},
	}
	if diff := cmp.Diff(want, said.Packages); diff != "" {
		t.Errorf("packages (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]fileList{{Package: "musl", Hides: hidesAlways, Files: []string{"lib/libc.musl-x86_64.so.1"}}}, said.Installed); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	if len(said.Gaps) != 1 {
		t.Errorf("gaps %+v", said.Gaps)
	}
}

// TestReleaseFiles reads the release files in Trivy's test data with the
// answers that its tests give.
func TestReleaseFiles(t *testing.T) {
	const etc, lib = "etc/os-release", "pkg/fanal/analyzer/os/"
	tests := []struct {
		file, path, want string
	}{
		{"release/testdata/activestate", etc, "activestate 1.0"},
		{"release/testdata/alma", etc, "alma 9.4"},
		{"release/testdata/alpine", etc, "alpine 3.15.4"},
		{"release/testdata/azurelinux-3.0", etc, "azurelinux 3.0"},
		{"release/testdata/bottlerocket", etc, "bottlerocket 1.34.0"},
		{"release/testdata/centos", etc, "centos 7"},
		{"release/testdata/centos-stream", etc, "centos-stream 8"},
		{"release/testdata/coreos", etc, "coreos 3.15.4"},
		{"release/testdata/echo", etc, "echo 1"},
		{"release/testdata/fedora", etc, "fedora 42"},
		{"release/testdata/mariner-1.0", etc, "cbl-mariner 1.0"},
		{"release/testdata/mariner-2.0", etc, "cbl-mariner 2.0"},
		{"release/testdata/minimos", etc, "minimos 20241031"},
		{"release/testdata/no-id", etc, "distribution Alpine Linux v3.15"},
		{"release/testdata/no-version", etc, "distribution Alpine Linux v3.15"},
		{"release/testdata/opensuseleap-15.2.1", etc, "opensuse-leap 15.2.1"},
		{"release/testdata/opensuseleap-42.3", etc, "opensuse-leap 42.3"},
		{"release/testdata/opensusetumbleweed", etc, "opensuse-tumbleweed 20220412"},
		{"release/testdata/oracle", etc, "oracle 8.10"},
		{"release/testdata/photon", etc, "photon 4.0"},
		{"release/testdata/rhel", etc, "redhat 9.4"},
		{"release/testdata/rocky", etc, "rocky 9.3"},
		{"release/testdata/slemicro", etc, "slem 5.3"},
		{"release/testdata/slemicro-rancher", etc, "slem 5.4"},
		{"release/testdata/slemicro6.0", etc, "slem 6.0"},
		{"release/testdata/sles", etc, "sles 15.3"},
		{"release/testdata/unknown", etc, "distribution unknown"},
		{"redhatbase/testdata/alma/almalinux-release", "etc/almalinux-release", "alma 8.4"},
		{"redhatbase/testdata/centos/centos-release", "etc/centos-release", "centos 7.6.1810"},
		{"redhatbase/testdata/centos/centos-release", "etc/redhat-release", "centos 7.6.1810"},
		{"redhatbase/testdata/fedora_29/fedora-release", "usr/lib/fedora-release", "fedora 29"},
		{"redhatbase/testdata/rocky/rocky-release", "etc/rocky-release", "rocky 8.4"},
		{"redhatbase/testdata/oracle_7/oracle-release", "etc/oracle-release", "oracle 7.6"},
		{"redhatbase/testdata/redhat_6/redhat-release", "etc/redhat-release", "redhat 6.2"},
		{"redhatbase/testdata/not_redhatbase/empty", "etc/redhat-release", "nothing"},
		{"debian/testdata/debian_9/etc/debian_version", "etc/debian_version", "debian 9.8"},
		{"debian/testdata/debian_sid/etc/debian_version", "etc/debian_version", "debian buster/sid"},
		{"debian/testdata/empty", "etc/debian_version", "nothing"},
		{"ubuntu/testdata/lsb-release", "etc/lsb-release", "ubuntu 18.04"},
		{"ubuntu/testdata/esm_enabled_status.json", "var/lib/ubuntu-advantage/status.json", "ubuntu extended"},
		{"ubuntu/testdata/esm_disabled_status.json", "var/lib/ubuntu-advantage/status.json", "unknown"},
		{"ubuntu/testdata/invalid", "var/lib/ubuntu-advantage/status.json", "nothing"},
	}
	for _, tt := range tests {
		t.Run(tt.path+" "+filepath.Base(tt.file), func(t *testing.T) {
			content, err := os.ReadFile(trivyPath(t, lib+tt.file))
			if err != nil {
				t.Fatal(err)
			}
			if got := releaseFileSays(t, tt.path, string(content)); got != tt.want {
				t.Errorf("says %q, not %q", got, tt.want)
			}
		})
	}
}

func TestReleaseFileLines(t *testing.T) {
	tests := []struct {
		path, content, want string
	}{
		{"etc/alpine-release", "3.20.3\n", "alpine 3.20.3"},
		{"etc/rocky-release", "Rocky Linux release 8.5 (Green Obsidian)\n", "rocky 8.5"},
		{"etc/rocky-release", "AlmaLinux release 8.5 (Arctic Sphynx)\n", "nothing"},
		{"etc/redhat-release", "Rocky Linux release 8.5\n", "rocky 8.5"},
		{"etc/redhat-release", "AlmaLinux release 8.5\n", "alma 8.5"},
		{"etc/redhat-release", "Oracle Linux Server release 7.6\n", "oracle 7.6"},
		{"etc/redhat-release", "Fedora release 35 (Thirty Five)\n", "fedora 35"},
		{"etc/redhat-release", "Scientific Linux release 7.9 (Nitrogen)\n", "redhat 7.9"},
		{"etc/redhat-release", "no version here\n", "nothing"},
		{"etc/oracle-release", "", "nothing"},
		{"etc/system-release", "Amazon Linux AMI release 2018.03\n", "amazon AMI release 2018.03"},
		{"etc/system-release", "Amazon Linux release 2 (Karoo)\n", "amazon 2 (Karoo)"},
		{"usr/lib/system-release", "Amazon Linux release 2023.5.20240805 (Amazon Linux)\n", "amazon 2023.5.20240805 (Amazon Linux)"},
		{"etc/system-release", "Amazon Linux release 2\n", "nothing"},
		{"etc/system-release", "CentOS Linux release 8\n", "nothing"},
		{"etc/lsb-release", "DISTRIB_RELEASE=1\nDISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=24.04\n", "ubuntu 24.04"},
		{"etc/lsb-release", "DISTRIB_ID=LinuxMint\nDISTRIB_RELEASE=21\n", "nothing"},
		{"etc/os-release", "ID=wolfi\nVERSION_ID='20230201'\n", "wolfi 20230201"},
		{"etc/os-release", "ID=chainguard\nVERSION_ID=20230214\n", "chainguard 20230214"},
		{"etc/os-release", "ID=opensuse\nVERSION_ID=42.3\n", "opensuse-leap 42.3"},
		{"etc/os-release", "just text\n", "nothing"},
		{"etc/apk/repositories", "https://dl-cdn.alpinelinux.org/alpine/v3.9/main\nhttp://x.org/alpine/v3.10/community\n#x\n", "repository alpine 3.10"},
		{"etc/apk/repositories", "http://x.org/alpine/edge/main\nhttp://x.org/alpine/v3.10/main\n", "repository alpine edge"},
		{"etc/apk/repositories", "http://x.org/alpine/v3.9/main\nhttp://x.org/alpine/latest/main\n", "repository alpine 3.9"},
		{"etc/apk/repositories", "http://x.org/alpine/v3.10/main\nhttp://x.org/other/v3.10/main\n", "nothing"},
		{"etc/apk/repositories", "http://x.org/wolfi/os/main\n", "nothing"},
	}
	for _, tt := range tests {
		if got := releaseFileSays(t, tt.path, tt.content); got != tt.want {
			t.Errorf("%s with %q says %q, not %q", tt.path, tt.content, got, tt.want)
		}
	}
}

// Every distribution that Trivy has a name for is recognised by its os-release,
// or by a file of its own, and no other name is given.
func TestEveryFamily(t *testing.T) {
	t.Parallel()
	ids := []string{
		"activestate", "almalinux", "alpine", "azurelinux", "bottlerocket", "centos", "chainguard", "coreos", "echo", "fedora", "mariner",
		"minimos", "ol", "opensuse-leap", "opensuse-tumbleweed", "photon", "rhel", "rocky", "sle-micro", "sles", "wolfi",
	}
	known := map[string]bool{string(ftypes.OpenSUSE): true} // the name of Leap and Tumbleweed together, which no image has
	for _, id := range ids {
		family, _, _ := strings.Cut(releaseFileSays(t, "etc/os-release", "ID="+id+"\nVERSION_ID=1\n"), " ")
		known[family] = true
	}
	for _, own := range []struct{ path, content string }{
		{"etc/os-release", "ID=centos\nNAME=\"CentOS Stream\"\nVERSION_ID=9\n"},
		{"etc/debian_version", "12.7\n"},
		{"etc/lsb-release", "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=24.04\n"},
		{"etc/system-release", "Amazon Linux release 2 (Karoo)\n"},
	} {
		family, _, _ := strings.Cut(releaseFileSays(t, own.path, own.content), " ")
		known[family] = true
	}
	want := make(map[string]bool)
	for _, family := range ftypes.OSTypes {
		want[string(family)] = true
	}
	if diff := cmp.Diff(want, known); diff != "" {
		t.Errorf("families (-Trivy +ours):\n%s", diff)
	}
}

// releaseFileSays is what the one analyzer that wants path says of content.
func releaseFileSays(t *testing.T, path, content string) string {
	t.Helper()
	for _, a := range releaseFiles() {
		if !a.wants(path, int64(len(content)), 0o644) {
			continue
		}
		said, err := a.analyze(t.Context(), languageFile(path, []byte(content)))
		switch {
		case err != nil:
			t.Fatal(err)
		case said == nil:
			return "nothing"
		case said.Distribution != "":
			return "distribution " + said.Distribution
		case said.OS.Extended:
			return said.OS.String() + " extended"
		case said.OS.RepositoryFamily != "":
			return fmt.Sprintf("repository %s %s", said.OS.RepositoryFamily, said.OS.RepositoryRelease)
		}
		return said.OS.String()
	}
	t.Fatalf("nobody wants %q", path)
	return ""
}

func TestOperatingSystem(t *testing.T) {
	debian := entry{name: "etc/debian_version", content: "bookworm/sid\n"}
	ubuntu := entry{name: "etc/lsb-release", content: "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=22.04\n"}
	esm := func(status string) entry {
		return entry{
			name:    "var/lib/ubuntu-advantage/status.json",
			content: `{"services":[{"name":"esm-infra","status":"` + status + `"}]}`,
		}
	}
	alpine := func(v string) entry { return entry{name: "etc/alpine-release", content: v + "\n"} }

	tests := []struct {
		name   string
		layers [][]entry
		want   finding.OS
	}{
		{"Ubuntu is not Debian", [][]entry{{debian, ubuntu}}, finding.OS{Family: "ubuntu", Version: "22.04"}},
		{"in any order", [][]entry{{ubuntu, debian}}, finding.OS{Family: "ubuntu", Version: "22.04"}},
		{"extended", [][]entry{{esm("enabled"), debian, ubuntu}}, finding.OS{Family: "ubuntu", Version: "22.04", Extended: true}},
		{"extended in a layer above", [][]entry{{debian, ubuntu}, {esm("enabled")}}, finding.OS{Family: "ubuntu", Version: "22.04", Extended: true}},
		{"no longer extended", [][]entry{{debian, ubuntu}, {esm("enabled")}, {esm("disabled")}}, finding.OS{Family: "ubuntu", Version: "22.04"}},
		{"Oracle is not Red Hat", [][]entry{{
			{name: "etc/redhat-release", content: "Red Hat Enterprise Linux release 8.4 (Ootpa)\n"},
			{name: "etc/oracle-release", content: "Oracle Linux Server release 8.4\n"},
		}}, finding.OS{Family: "oracle", Version: "8.4"}},
		{"Echo is not Debian", [][]entry{{debian, {name: "etc/os-release", content: "ID=echo\nVERSION_ID=1\n"}}}, finding.OS{Family: "echo", Version: "1"}},
		{"upgraded", [][]entry{{alpine("3.19.1")}, {alpine("3.20.3")}}, finding.OS{Family: "alpine", Version: "3.20.3"}},
		{"with its release file removed", [][]entry{{alpine("3.19.1")}, {{name: "etc/.wh.alpine-release"}}}, finding.OS{Family: "alpine", Version: "3.19.1"}},
		{"with a link in place of its release file", [][]entry{{alpine("3.19.1")}, {{name: "etc/alpine-release", kind: '2', link: "x"}}}, finding.OS{Family: "alpine", Version: "3.19.1"}},
		{"with another repository", [][]entry{
			{alpine("3.19.1"), {name: "etc/apk/repositories", content: "http://x.org/alpine/v3.19/main\n"}},
			{{name: "etc/apk/repositories", content: "http://x.org/alpine/edge/main\n"}},
		}, finding.OS{Family: "alpine", Version: "3.19.1", RepositoryFamily: "alpine", RepositoryRelease: "edge"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var layers []Layer
			for i, entries := range tt.layers {
				layers = append(layers, layer(t, fmt.Sprint(i), entries...))
			}
			if diff := cmp.Diff(tt.want, read(t, layers...).OS); diff != "" {
				t.Errorf("operating system (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDockerfileLabels(t *testing.T) {
	tests := []struct {
		name, text string
		want       map[string]string
	}{
		{"pairs", "FROM x\nLABEL a=1 \"b c\"=\"2 3\" D='4'", map[string]string{"a": "1", "b c": "2 3", "d": "4"}},
		{"the old form", "LABEL a 1 2  3", map[string]string{"a": "1 2  3"}},
		{"variables", "ARG v=1\nFROM x\nENV w 2\nLABEL a=$v b=${w}x c='$v' d=\\$v e=\"$w\" f=$none", map[string]string{
			"a": "1", "b": "2x", "c": "$v", "d": "$v", "e": "2", "f": "",
		}},
		{"an ARG of a stage", "FROM x\nARG v=1\nLABEL a=$v", map[string]string{"a": ""}},
		{"continued, with a comment", "LABEL a=1 \\\n# comment\n  b=2\nlabel c=3", map[string]string{"a": "1", "b": "2", "c": "3"}},
		{"the last counts", "LABEL a=1\nLABEL A=2", map[string]string{"a": "2"}},
		{"something else", "RUN LABEL a=1\nLABEL\nLABEL \nLABEL =\nLABEL a=$ b=${", map[string]string{"": "", "a": "$", "b": "${"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, dockerfileLabels(tt.text)); diff != "" {
				t.Errorf("labels (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRedHatBuildFiles(t *testing.T) {
	const dir = "pkg/fanal/analyzer/buildinfo/testdata/"
	tests := []struct {
		a          analyzer
		file, path string
		want       *buildInfo
		bad        bool
	}{
		{
			a: buildDockerfile{}, file: "dockerfile/Dockerfile-ubi8-8.3-227", path: "root/buildinfo/Dockerfile-ubi8-8.3-227",
			want: &buildInfo{NVR: "ubi8-container-8.3-227", Arch: "x86_64"},
		},
		{
			a: buildDockerfile{}, file: "dockerfile/Dockerfile-jboss-base-7-base-1.1-3", path: "root/buildinfo/Dockerfile-jboss-base-7-base-1.1-3",
			want: &buildInfo{NVR: "jboss-base-7-docker-1.1-3", Arch: "x86_64"},
		},
		{a: buildDockerfile{}, file: "dockerfile/Dockerfile.sad", path: "root/buildinfo/Dockerfile.sad"},
		{
			a: contentManifest{}, file: "content_manifests/ubi8-minimal-container-8.5-218.json", path: "usr/share/buildinfo/x.json",
			want: &buildInfo{ContentSets: []string{"rhel-8-for-x86_64-baseos-rpms", "rhel-8-for-x86_64-appstream-rpms"}},
		},
		{a: contentManifest{}, file: "content_manifests/broken.json", path: "root/buildinfo/content_manifests/x.json", bad: true},
	}
	for _, tt := range tests {
		content, err := os.ReadFile(trivyPath(t, dir+tt.file))
		if err != nil {
			t.Fatal(err)
		}
		if !tt.a.wants(tt.path, 1, 0o644) {
			t.Errorf("%s is not wanted", tt.path)
		}
		said, err := tt.a.analyze(t.Context(), languageFile(tt.path, content))
		if (err != nil) != tt.bad {
			t.Errorf("%s: %v", tt.file, err)
		}
		var got *buildInfo
		if said != nil {
			got = said.Build
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.file, diff)
		}
	}
}

func FuzzDpkg(f *testing.F) {
	f.Add(dpkg("bash 5.2-1", "curl 1:8.0-1"))
	f.Add("Package: a\nSource: b (2:1-1)\nVersion: 1\nDepends: a | b (>= 1),\n c\n")
	f.Fuzz(func(t *testing.T, s string) {
		said, err := dpkgStatus{}.analyze(t.Context(), languageFile(dpkgStatusFile, []byte(s)))
		checkPackages(t, said, err)
	})
}

func FuzzAPK(f *testing.F) {
	f.Add("P:musl\nV:1.2.4-r2\no:musl\nL:MIT AND (BSD WITH x)\nD:!a b>=1\np:so:x=1\nF:lib\nR:x\n\n")
	f.Fuzz(func(t *testing.T, s string) {
		said, err := parseAPK(strings.NewReader(s))
		checkPackages(t, said, err)
	})
}

func FuzzRPMManifest(f *testing.F) {
	f.Add("bash\t5.1.8-1\t1\t2\tv\t(none)\t3\tx86_64\t1\tbash-5.1.8-1.src.rpm\n")
	f.Fuzz(func(t *testing.T, s string) {
		said, err := parseRPMManifest(strings.NewReader(s))
		checkPackages(t, said, err)
	})
}

// checkPackages fails on packages that nobody could match, unless there is an
// error.
func checkPackages(t *testing.T, said *facts, err error) {
	if err != nil {
		return
	}
	for _, p := range said.Packages {
		if p.Class != finding.ClassOS || p.Type != "rpm" && (p.Name == "" || p.Version == "") {
			t.Errorf("incomplete package %+v", p)
		}
	}
}

func FuzzReleaseFiles(f *testing.F) {
	f.Add("ID=alpine\nVERSION_ID=\"3.20\"\n")
	f.Add("CentOS Linux release 7.6.1810 (Core)\n")
	f.Add("http://x.org/alpine/v3.9/main\nhttp://x.org/alpine/v3.10/main\n")
	f.Fuzz(func(t *testing.T, s string) {
		for _, a := range releaseFiles() {
			if _, err := a.analyze(t.Context(), languageFile("x", []byte(s))); err != nil {
				t.Errorf("%s: %v", a.name(), err)
			}
		}
	})
}

func FuzzDockerfileLabels(f *testing.F) {
	f.Add("ARG a=1\nFROM x\nENV b=$a c 'd'\nLABEL \"e f\"=${b} \\\n g='h'\n")
	f.Fuzz(func(_ *testing.T, s string) { dockerfileLabels(s) })
}

func FuzzDpkgFiles(f *testing.F) {
	f.Add("0123  usr/bin/x\nno path\n")
	f.Fuzz(func(t *testing.T, s string) {
		if _, err := (dpkgFiles{}).analyze(t.Context(), languageFile("a.md5sums", []byte(s))); err != nil {
			t.Error(err)
		}
	})
}
