package catalog

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
)

// foreignRepositories is what the gap names when the file at path has the
// content; "" when there is no gap.
func foreignRepositories(t *testing.T, path, content string) string {
	t.Helper()
	inv := read(t, layer(t, "0", entry{name: path, content: content}))
	var named []string
	for _, g := range inv.Gaps {
		if g.Kind != finding.GapThirdParty {
			continue
		}
		names, ok := strings.CutPrefix(g.Detail, "packages may come from a repository other than the distribution's own: ")
		if !ok || g.Where != path || g.Layer != "0" {
			t.Errorf("gap %+v", g)
		}
		named = append(named, names)
	}
	return strings.Join(named, "; ")
}

func TestAptSources(t *testing.T) {
	t.Parallel()
	tests := []struct{ line, want string }{
		// The distribution's own.
		{"deb http://deb.debian.org/debian bookworm main", ""},
		{"deb http://security.debian.org/debian-security bookworm-security main", ""},
		{"deb [check-valid-until=no] http://snapshot.debian.org/archive/debian/20230814T000000Z bookworm main", ""},
		{"deb http://archive.debian.org/debian stretch main", ""},
		{"deb http://ftp.de.debian.org/debian stable main contrib", ""},
		{"deb http://archive.ubuntu.com/ubuntu/ jammy main restricted", ""},
		{"deb http://ports.ubuntu.com/ubuntu-ports/ noble universe", ""},
		{"deb http://us-east-1.ec2.archive.ubuntu.com/ubuntu/ jammy-updates multiverse", ""},
		{"deb https://esm.ubuntu.com/infra/ubuntu jammy-infra-security main", ""},
		{"deb HTTP://DEB.Debian.ORG/debian bookworm main", ""},

		// Mirrors of it.
		{"deb http://mirror.example.com/debian bookworm main contrib non-free", ""},
		{"deb https://nexus.example.com:8443/repository/debian/ bookworm-updates main", ""},
		{"deb https://artifactory.example.com/artifactory/debian-remote bookworm main", ""},
		{"deb https://user:secret@mirror.example.com/pub/linux/debian-security bookworm-security updates/main", ""},
		{"deb http://mirrors.example.com/debian-security buster/updates main", ""},
		{"deb http://mirrors.example.com/ubuntu-ports noble-backports main universe", ""},
		{"deb http://10.0.0.5/ubuntu focal main", ""},

		// Others, which look like it to various degrees.
		{"deb [arch=amd64 signed-by=/etc/apt/keyrings/docker.asc] https://download.docker.com/linux/debian bookworm stable", "download.docker.com"},
		{"deb https://deb.nodesource.com/node_20.x nodistro main", "deb.nodesource.com"},
		{"deb https://apt.postgresql.org/pub/repos/apt bookworm-pgdg main", "apt.postgresql.org"},
		{"deb https://nginx.org/packages/debian bookworm nginx", "nginx.org"},
		{"deb https://packages.microsoft.com/debian/12/prod bookworm main", "packages.microsoft.com"},
		{"deb https://deb.mariadb.org/11.4/debian bookworm main", "deb.mariadb.org"},
		{"deb https://pkgs.tailscale.com/stable/debian bookworm main", "pkgs.tailscale.com"},
		{"deb https://packages.gitlab.com/gitlab/gitlab-ce/debian bookworm main", "packages.gitlab.com"},
		{"deb https://ppa.launchpadcontent.net/deadsnakes/ppa/ubuntu jammy main", "ppa.launchpadcontent.net"},
		{"deb https://dl.yarnpkg.com/debian stable main", "dl.yarnpkg.com"},
		{"deb https://apt.releases.hashicorp.com bookworm main", "apt.releases.hashicorp.com"},
		{"deb https://dl.google.com/linux/chrome/deb/ stable main", "dl.google.com"},
		{"deb https://pkg.jenkins.io/debian-stable binary/", "pkg.jenkins.io"},
		{"deb https://example.com/debian ./", "example.com"},
		{"deb https://debian.org.example.com/x bookworm main", "debian.org.example.com"},
		{"deb https://notdebian.org/x bookworm main", "notdebian.org"},
		{"deb [trusted=yes] file:/opt/Local ./", "/opt/Local"},
		{"deb [trusted=yes] copy:///opt/local ./", "/opt/local"},
		{"deb tor+http://example.com/x bookworm main", "example.com"},
		{"deb http://[2001:db8::1]:8080/x bookworm main", "2001:db8::1"},

		// Credentials are never shown.
		{"deb https://user:secret@example.com/x bookworm main", "example.com"},
		{"deb https://token@example.com/x bookworm main", "example.com"},
		{"deb https://user:se/cret@example.com/x bookworm main", unreadableAddress},
		{"deb https://sec/ret@example.com/x bookworm main", unreadableAddress},
		{"deb https://user:%zz@example.com/x bookworm main", unreadableAddress},
		{"deb https:user:secret@example.com/x bookworm main", unreadableAddress},
		{"deb https://example.com\x1b[31m/x bookworm main", unreadableAddress},
		{"deb https://" + strings.Repeat("a", 300) + "/x bookworm main", unreadableAddress},

		// Not for installing, or nothing at all.
		{"# deb https://example.com/x bookworm main", ""},
		{"deb-src https://example.com/x bookworm main", ""},
		{"deb cdrom:[Debian GNU/Linux 12]/ bookworm main", ""},
		{"deb cdrom:/media bookworm main", ""},
		{"deb mirror+file:///etc/apt/mirrors/debian.list bookworm main", ""},
		{"deb https://example.com/x", ""},
		{"deb", ""},
		{"", ""},
	}
	for _, tt := range tests {
		if got := foreignRepositories(t, "etc/apt/sources.list", tt.line+"\n"); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.line, got, tt.want)
		}
	}
}

func TestAptSourcesFiles(t *testing.T) {
	t.Parallel()
	const docker = "deb https://download.docker.com/linux/debian bookworm stable\n"
	tests := []struct{ name, path, content, want string }{
		{"a file of its own", "etc/apt/sources.list.d/docker.list", docker, "download.docker.com"},
		{"a file that apt does not read", "etc/apt/sources.list.d/docker.list.save", docker, ""},
		{"a file elsewhere", "usr/share/doc/apt/sources.list", docker, ""},
		{
			"several in one", "etc/apt/sources.list",
			"deb https://d.example.com/x y z\n" + docker + docker + "deb https://b.example.com/x y z\n# x\ndeb https://a.example.com/x y z\n",
			"a.example.com, b.example.com, d.example.com and 1 more",
		},
		{
			"paragraphs", "etc/apt/sources.list.d/debian.sources",
			"Types: deb deb-src\nURIs: http://deb.debian.org/debian\nSuites: bookworm bookworm-updates\nComponents: main\n" +
				"Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n\nTypes: deb\nURIs: https://x:secret@mirror.example.com/debian-security\n" +
				"Suites: bookworm-security\nComponents: main\n",
			"",
		},
		{
			"paragraphs of others", "etc/apt/sources.list.d/other.sources",
			"types: deb\nuris: https://a.example.com/x\n https://b.example.com/x\nsuites: stable\ncomponents: main\nSigned-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc\n\n" +
				"Enabled: no\nTypes: deb\nURIs: https://c.example.com/x\nSuites: stable\n\nTypes: deb-src\nURIs: https://d.example.com/x\nSuites: stable\n\n" +
				"Types: deb\nURIs: https://e.example.com/debian\nSuites: bookworm stable\nComponents: main\n",
			"a.example.com, b.example.com, e.example.com",
		},
	}
	for _, tt := range tests {
		if got := foreignRepositories(t, tt.path, tt.content); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestAPKRepositories(t *testing.T) {
	t.Parallel()
	tests := []struct{ line, want string }{
		{"https://dl-cdn.alpinelinux.org/alpine/v3.20/main", ""},
		{"http://dl-4.alpinelinux.org/alpine/edge/testing/", ""},
		{"@edge https://dl-cdn.alpinelinux.org/alpine/edge/community", ""},
		{"https://packages.wolfi.dev/os", ""},
		{"https://apk.cgr.dev/chainguard", ""},
		{"https://user:secret@mirror.example.com/mirrors/alpine/v3.20/community", ""},
		{"https://nexus.example.com/repository/alpine-proxy/latest-stable/main", ""},
		{"# https://example.com/x", ""},
		{"", ""},

		{"https://apk.example.com/alpine/v3.20/php", "apk.example.com"},
		{"https://dl.example.com/acme/alpine/v3.20/main", "dl.example.com"},
		{"@acme https://u:p@dl.example.com/packages", "dl.example.com"},
		{"https://example.com/v3.20/main", "example.com"},
		{"/home/build/packages", "/home/build/packages"},
		{"https://u:p/q@example.com/x", unreadableAddress},
	}
	for _, tt := range tests {
		if got := foreignRepositories(t, "etc/apk/repositories", tt.line+"\n"); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.line, got, tt.want)
		}
	}
	if got := foreignRepositories(t, "etc/apk/repositories.d/acme.list", "https://apk.example.com/x\n"); got != "apk.example.com" {
		t.Errorf("in a file of its own: %q", got)
	}
}

func TestRPMRepositories(t *testing.T) {
	t.Parallel()
	repo := func(id string, lines ...string) string {
		return "[" + id + "]\nname=x\n" + strings.Join(lines, "\n") + "\n"
	}
	tests := []struct{ name, content, want string }{
		{"Red Hat", repo("ubi-9-baseos-rpms", "baseurl = https://cdn-ubi.redhat.com/content/public/ubi/dist/ubi9/9/$basearch/baseos/os", "enabled = 1"), ""},
		{"CentOS Stream", repo("baseos", "metalink=https://mirrors.centos.org/metalink?repo=centos-baseos-$stream&arch=$basearch"), ""},
		{"CentOS 7", repo("base", "mirrorlist=http://mirrorlist.centos.org/?release=$releasever&arch=$basearch&repo=os&infra=$infra"), ""},
		{"Rocky", repo("baseos", "mirrorlist=https://mirrors.rockylinux.org/mirrorlist?arch=$basearch&repo=BaseOS-$releasever"), ""},
		{"AlmaLinux", repo("baseos", "mirrorlist=https://mirrors.almalinux.org/mirrorlist/$releasever/baseos"), ""},
		{"Fedora", repo("fedora", "metalink=https://mirrors.fedoraproject.org/metalink?repo=fedora-$releasever&arch=$basearch"), ""},
		{"Amazon Linux 2", repo("amzn2-core", "mirrorlist=$awsproto://$amazonlinux.$awsregion.$awsdomain/$releasever/$product/$target/$basearch/mirror.list"), ""},
		{"Amazon Linux 2023", repo("amazonlinux", "mirrorlist=https://al2023-repos-$awsregion-de612dc2.s3.dualstack.$awsregion.$awsdomain/core/mirrors/$releasever/$basearch/mirror.list"), ""},
		{"Oracle", repo("ol9_baseos_latest", "baseurl=https://yum$ociregion.$ocidomain/repo/OracleLinux/OL9/baseos/latest/$basearch/"), ""},
		{"Azure Linux", repo("azurelinux-official-base", "baseurl=https://packages.microsoft.com/azurelinux/$releasever/prod/base/$basearch"), ""},
		{"Photon", repo("photon", "baseurl=https://packages.vmware.com/photon/$releasever/photon_release_$releasever_$basearch"), ""},
		{"openSUSE", repo("repo-oss", "baseurl=http://cdn.opensuse.org/distribution/leap/$releasever/repo/oss"), ""},
		{"a mirror", repo("base", "baseurl=https://u:secret@mirror.example.com/centos/$releasever/os/$basearch/"), ""},
		{"a mirror of a vault", repo("base", "baseurl=http://mirror.example.com/centos-vault/7.9.2009/updates/x86_64"), ""},
		{"a mirror in Nexus", repo("baseos", "baseurl=https://nexus.example.com/repository/rocky/9/BaseOS/x86_64/os/"), ""},
		{"not in use", repo("x", "baseurl=https://example.com/x", "enabled=0"), ""},
		{"a comment", repo("x", "#baseurl=https://example.com/x", "; mirrorlist=https://example.com/x"), ""},
		{"a plug-in", repo("x", "baseurl=plugin:/susecloud?credentials=x&path=/repo"), ""},
		{"before any section", "baseurl=https://example.com/x\n", ""},

		{"EPEL", repo("epel", "metalink=https://mirrors.fedoraproject.org/metalink?repo=epel-9&arch=$basearch"), "mirrors.fedoraproject.org (EPEL)"},
		{"Docker", repo("docker-ce-stable", "baseurl=https://download.docker.com/linux/centos/$releasever/$basearch/stable"), "download.docker.com"},
		{"NGINX", repo("nginx", "baseurl=http://nginx.org/packages/centos/9/$basearch/"), "nginx.org"},
		{"PostgreSQL", repo("pgdg16", "baseurl=https://download.postgresql.org/pub/repos/yum/16/redhat/rhel-$releasever-$basearch"), "download.postgresql.org"},
		{"Copr", repo("copr", "baseurl=https://download.copr.fedorainfracloud.org/results/a/b/epel-9-$basearch/"), "download.copr.fedorainfracloud.org"},
		{"Microsoft", repo("prod", "baseurl=https://packages.microsoft.com/rhel/9/prod/"), "packages.microsoft.com"},
		{"the build service", repo("home", "baseurl=https://download.opensuse.org/repositories/home:/a/15.5/"), "download.opensuse.org"},
		{"several", repo("x", "baseurl=https://b.example.com/x,", "  https://u:secret@a.example.com/x", "enabled = yes"), "a.example.com, b.example.com"},
		{"a folder", repo("x", "baseurl=file:///opt/repo"), "/opt/repo"},
	}
	for _, tt := range tests {
		if got := foreignRepositories(t, "etc/yum.repos.d/x.repo", tt.content); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	if got := foreignRepositories(t, "etc/zypp/repos.d/x.repo", repo("x", "baseurl=https://example.com/x")); got != "example.com" {
		t.Errorf("of zypper: %q", got)
	}
}

// What a higher layer removes is no repository of the image.
func TestRepositoriesRemoved(t *testing.T) {
	inv := read(t,
		layer(t, "0", entry{name: "etc/apt/sources.list.d/x.list", content: "deb https://example.com/x y z\n"}),
		layer(t, "1", entry{name: "etc/apt/sources.list.d/.wh.x.list"}),
	)
	if diff := cmp.Diff([]finding.Gap(nil), inv.Gaps); diff != "" {
		t.Errorf("gaps (-want +got):\n%s", diff)
	}
}

// FuzzRepositories holds that nothing between a scheme and the last @ of an
// address is ever shown, and that nothing stops the scan.
func FuzzRepositories(f *testing.F) {
	f.Add("https://", "user:pass", "example.com/x")
	f.Add("http://", "a/b@c", "[::1]:80")
	f.Add("$proto:", "//u", "")
	f.Add("mirror+", "http://u:p", "x y\n[z]\nbaseurl=q")
	f.Fuzz(func(t *testing.T, scheme, secret, rest string) {
		const mark = "s3cr3t"
		address := scheme + mark + secret + mark + "@" + rest
		for path, content := range map[string]string{
			"etc/apt/sources.list":             "deb " + address + " x y\n",
			"etc/apt/sources.list.d/a.sources": "Types: deb\nURIs: " + address + "\nSuites: x\n",
			"etc/apk/repositories":             address + "\n",
			"etc/yum.repos.d/a.repo":           "[a]\nbaseurl=" + address + "\n",
		} {
			for _, a := range []analyzer{aptSources{}, apkRepositories{}, rpmRepositories{}} {
				if !a.wants(path, int64(len(content)), 0o644) {
					continue
				}
				said, err := analyze(t.Context(), a, languageFile(path, []byte(content)))
				if err != nil {
					t.Fatal(err)
				}
				whole := !strings.ContainsAny(address, " \t\n\r\v\f,#[];=\u0085\u00a0") && strings.HasSuffix(scheme, "://")
				if said != nil && whole && strings.Contains(said.Gaps[0].Detail, mark) {
					t.Errorf("%s: %q", path, said.Gaps[0].Detail)
				}
			}
		}
	})
}
