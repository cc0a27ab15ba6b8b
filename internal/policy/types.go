package policy

import "github.com/org/imgscan-action/internal/finding"

// Types lists every name that a selection of package types can use: the two
// classes, then the OS families, then the language types, as Trivy v0.72.0 calls
// them (pkg/fanal/types/const.go, without the Kubernetes components, which no
// image's packages have).
func Types() []string {
	return []string{
		string(finding.ClassOS), string(finding.ClassLanguage),

		"activestate", "alma", "alpine", "amazon", "azurelinux", "bottlerocket",
		"cbl-mariner", "centos", "centos-stream", "chainguard", "coreos", "debian",
		"echo", "fedora", "minimos", "opensuse", "opensuse-leap",
		"opensuse-tumbleweed", "oracle", "photon", "redhat", "rocky", "slem", "sles",
		"ubuntu", "wolfi",

		"bitnami", "bun", "bundler", "cargo", "cocoapods", "composer",
		"composer-vendor", "conan", "conda-environment", "conda-pkg", "dotnet-core",
		"gemspec", "gobinary", "gomod", "gradle", "hex", "jar", "javascript", "julia",
		"node-pkg", "npm", "nuget", "packages-props", "pip", "pipenv", "pnpm",
		"poetry", "pom", "pub", "pylock", "python-pkg", "rustbinary", "sbt", "swift",
		"uv", "yarn",
	}
}
