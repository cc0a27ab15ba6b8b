package dockerfile

import "strings"

// managerOf returns the package manager of a program's name.
func managerOf(name string) (manager, bool) {
	switch name {
	case "apt-get", "apt", "aptitude":
		return manager{
			system: "dpkg", name: name, verbs: []string{"install", "reinstall"}, split: splitDebian,
			values: []string{"-t", "--target-release", "--default-release", "-o", "--option", "-c", "--config-file", "-a", "--host-architecture"},
			refuse: []string{"-s", "--simulate", "--dry-run", "-d", "--download-only"},
		}, true
	case "dpkg":
		return manager{
			system: "dpkg", name: "dpkg -i", split: splitDebianFile,
			need: []string{"-i", "--install"}, values: []string{"--root", "--admindir", "--instdir"},
		}, true
	case "apk":
		return manager{
			system: "apk", name: name, verbs: []string{"add"}, split: splitAlpine,
			values: []string{
				"-t", "--virtual", "-X", "--repository", "-p", "--root", "--arch", "--keys-dir",
				"--repositories-file", "--wait", "--cache-dir", "--cache-max-age", "--progress-fd", "--timeout",
			},
			refuse: []string{"-s", "--simulate"},
		}, true
	case "dnf", "dnf5", "microdnf", "yum", "tdnf":
		return manager{
			system: "rpm", name: name, verbs: []string{"install", "reinstall", "localinstall"}, split: splitRPM,
			values: []string{
				"--installroot", "--releasever", "--repo", "--repoid", "--enablerepo", "--disablerepo", "--setopt", "-c", "--config",
				"-x", "--exclude", "--excludepkgs", "-d", "--debuglevel", "-e", "--errorlevel", "-R", "--randomwait", "--advisory",
				"--forcearch", "--comment", "--destdir", "--downloaddir", "--repofrompath", "--enable", "--disable",
			},
			refuse: []string{"--downloadonly"},
		}, true
	case "zypper":
		return manager{
			system: "rpm", name: name, verbs: []string{"install", "in"}, split: splitZypper,
			values: []string{
				"-R", "--root", "--installroot", "-D", "--reposd-dir", "-C", "--cache-dir", "-c", "--config", "--releasever",
				"-r", "--repo", "--from", "-t", "--type", "-p", "--plus-repo",
			},
			refuse: []string{"--dry-run", "--download-only", "-d"},
		}, true
	case "rpm":
		return manager{
			system: "rpm", name: "rpm -i", split: splitRPMFile,
			need:   []string{"-i", "-U", "-F", "--install", "--upgrade", "--freshen"},
			values: []string{"--root", "-r", "--prefix", "--dbpath", "--relocate", "-D", "--define", "-E"},
			refuse: []string{"-q", "--query", "-e", "--erase", "-V", "--verify", "--import", "--test"},
		}, true
	case "pip":
		return manager{system: "pip", name: name, verbs: []string{"install"}, values: pipValues(), split: splitPython}, true
	case "uv":
		return manager{system: "pip", name: name, before: "pip", verbs: []string{"install"}, values: pipValues(), split: splitPython}, true
	case "npm", "pnpm":
		return manager{
			system: "npm", name: name, verbs: []string{"install", "i", "add", "in", "isntall"}, show: "-g", split: splitNode,
			need: []string{"-g", "--global", "--location=global"}, values: nodeValues(),
		}, true
	case "yarn":
		return manager{system: "npm", name: name, before: "global", verbs: []string{"add"}, split: splitNode, values: nodeValues()}, true
	case "gem":
		return manager{
			system: "gem", name: name, verbs: []string{"install", "i"}, split: splitGem,
			values: []string{
				"-v", "--version", "-i", "--install-dir", "-n", "--bindir", "-P", "--trust-policy", "--platform", "-s", "--source",
				"--document", "-p", "--http-proxy", "-B", "--bulk-threshold", "--build-root", "-g", "--file",
			},
			version: []string{"-v", "--version"},
		}, true
	case "go":
		return manager{
			system: "go", name: name, verbs: []string{"install"}, split: splitGo,
			values: []string{
				"-C", "-p", "-asmflags", "-buildmode", "-buildvcs", "-compiler", "-gccgoflags", "-gcflags", "-installsuffix",
				"-ldflags", "-mod", "-modfile", "-o", "-overlay", "-pgo", "-pkgdir", "-tags", "-toolexec",
			},
		}, true
	case "cargo":
		return manager{
			system: "cargo", name: name, verbs: []string{"install"}, split: splitCargo,
			values: []string{
				"--version", "--vers", "--git", "--branch", "--tag", "--rev", "--path", "--root", "--index", "--registry",
				"-F", "--features", "--profile", "--target", "--target-dir", "-j", "--jobs", "--bin", "--example", "--config",
				"-Z", "--color", "--message-format",
			},
			version: []string{"--version", "--vers"},
			refuse:  []string{"--path", "--list"},
		}, true
	case "composer":
		return manager{
			system: "composer", name: name, before: "global", optional: true, verbs: []string{"require"}, split: splitComposer,
			values: []string{"-d", "--working-dir", "--prefer-install", "--ignore-platform-req"},
		}, true
	}
	// pip3, pip3.12
	if version, ok := strings.CutPrefix(name, "pip"); ok && isVersion(version) {
		m, ok := managerOf("pip")
		m.name = name
		return m, ok
	}
	return manager{}, false
}

func pipValues() []string {
	return []string{
		"-r", "--requirement", "--requirements", "-c", "--constraint", "--constraints", "-e", "--editable", "-t", "--target",
		"-i", "--index-url", "--extra-index-url", "-f", "--find-links", "--trusted-host", "--prefix", "--root", "--platform",
		"--python-version", "--implementation", "--abi", "--no-binary", "--only-binary", "--cache-dir", "--timeout", "--retries",
		"--proxy", "--src", "--progress-bar", "--upgrade-strategy", "-C", "--config-settings", "--config-setting",
		"--global-option", "--install-option", "--build-option", "--cert", "--client-cert", "--log", "--report", "--python", "-p",
		"--index", "--default-index", "--index-strategy", "--exists-action", "--root-user-action", "--use-feature",
		"--use-deprecated", "--keyring-provider", "--group", "--resolution", "--link-mode", "--prerelease", "--hash",
		"-b", "--build-constraint", "--override", "--overrides", "--exclude-newer", "--extra", "-P", "--upgrade-package",
		"--reinstall-package", "--refresh-package", "--no-build-package", "--no-binary-package", "--torch-backend",
		"--python-platform", "--directory", "--project", "--config-file", "--allow-insecure-host", "--color",
	}
}

func nodeValues() []string {
	return []string{
		"--prefix", "-C", "--dir", "--registry", "--cache", "--loglevel", "--omit", "--include", "--tag", "-w", "--workspace",
		"--userconfig", "--before", "--location", "--global-dir", "--global-folder", "--cache-folder", "--modules-folder",
		"--network-timeout", "--cpu", "--os", "--libc", "--install-strategy", "--fetch-timeout", "--fetch-retries", "--filter",
		"--store-dir", "--reporter", "--allow-build",
	}
}

func isShell(name string) bool {
	_, ok := languageOf(name)
	return ok && name != "busybox"
}

func isDownloader(name string) bool { return name == "curl" || name == "wget" }

// isPython says whether a name is "python", "python3" or "python3.12".
func isPython(name string) bool {
	version, ok := strings.CutPrefix(name, "python")
	return ok && isVersion(version)
}

// isVersion says whether a text has only digits and dots, if anything.
func isVersion(text string) bool { return strings.Trim(text, "0123456789.") == "" }
