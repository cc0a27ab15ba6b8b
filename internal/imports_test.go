package internal_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/org/imgscan-action"

// allowed is the architecture: which of our packages each of our packages may
// import, tests excluded. Everything not listed is forbidden.
var allowed = map[string][]string{
	"cache":      {},
	"dockerfile": {},
	"finding":    {},
	"fileid":     {},
	"github":     {},
	"githubtest": {},
	"provenance": {},
	"spelling":   {},
	"strictyaml": {},
	"history":    {"dockerfile"},
	"image":      {"fileid", "spelling"},
	"vulndb":     {"fileid", "spelling"},
	"baseline":   {"finding"},
	"catalog":    {"finding"},
	"compare":    {"finding"},
	"cvss":       {"finding"},
	"manifest":   {"finding"},
	"match":      {"finding"},
	"owner":      {"finding"},
	"policy":     {"finding"},
	"report":     {"finding"},
	"exceptions": {"cvss", "finding", "strictyaml"},
	"intel":      {"cvss", "finding"},
	"triage":     {"cvss", "exceptions", "finding"},
	"foreign":    {"exceptions", "finding", "strictyaml", "triage"},
	"vex":        {"cvss", "exceptions", "finding", "triage"},
	"lineage":    {"dockerfile", "finding", "history", "provenance"},
	"origin":     {"dockerfile", "finding", "lineage"},
	"config":     {"finding", "owner", "policy", "strictyaml"},
	"gate": {
		"catalog", "compare", "exceptions", "finding", "image", "intel", "lineage", "match", "origin", "owner", "policy",
		"triage", "vulndb",
	},
	"publish":   {"finding", "github", "report"},
	"cli":       {"*"},
	"imagetest": {"*"},
	"parity":    {},
	"bench":     {},
}

// quarantine lists who may import Trivy and its relatives. Everybody else
// speaks finding's words; parity is the development tool that compares us with Trivy.
var quarantine = []string{"catalog", "match", "vulndb", "parity"}

// maxPackages is how many packages the binary may link. Raise it on purpose,
// with a line in docs/dependencies.md.
const maxPackages = 700

// heavy are the parts of Trivy's tree that must never be linked: they bring a
// policy engine, Kubernetes and cloud SDKs into a scanner of images.
var heavy = []string{
	"github.com/open-policy-agent/",
	"helm.sh/",
	"k8s.io/client-go",
	"github.com/aws/aws-sdk-go",
	"github.com/aquasecurity/trivy/pkg/cache",
	"github.com/aquasecurity/trivy/pkg/fanal/analyzer",
	"github.com/aquasecurity/trivy/pkg/fanal/applier",
	"github.com/aquasecurity/trivy/pkg/fanal/artifact",
	"github.com/aquasecurity/trivy/pkg/fanal/walker",
	"github.com/aquasecurity/trivy/pkg/javadb",
	"github.com/aquasecurity/trivy/pkg/report",
	"github.com/aquasecurity/trivy/pkg/scan/local",
}

func TestImports(t *testing.T) {
	out := goList(t, "-f", `{{.ImportPath}}{{range .Imports}} {{.}}{{end}}`, module+"/internal/...")
	for line := range strings.Lines(out) {
		fields := strings.Fields(line)
		pkg, found := strings.CutPrefix(fields[0], module+"/internal/")
		if !found {
			continue
		}
		may, known := allowed[pkg]
		if !known {
			t.Errorf("package %s is not in the table of allowed imports", pkg)
			continue
		}
		for _, imp := range fields[1:] {
			if ours, ok := strings.CutPrefix(imp, module+"/internal/"); ok && !slices.Contains(may, ours) && !slices.Contains(may, "*") {
				t.Errorf("%s imports %s; it may import only %v", pkg, ours, may)
			}
			if strings.HasPrefix(imp, "github.com/aquasecurity/") && !slices.Contains(quarantine, pkg) {
				t.Errorf("%s imports %s; only %v may", pkg, imp, quarantine)
			}
		}
	}
}

func TestDependencies(t *testing.T) {
	deps := strings.Fields(goList(t, "-deps", module+"/cmd/imgscan"))
	if len(deps) > maxPackages {
		t.Errorf("the binary links %d packages, more than %d", len(deps), maxPackages)
	}
	for _, dep := range deps {
		for _, h := range heavy {
			if strings.HasPrefix(dep, h) {
				t.Errorf("the binary links %s", dep)
			}
		}
	}
}

func goList(t *testing.T, args ...string) string {
	t.Helper()
	var stderr strings.Builder
	cmd := exec.CommandContext(t.Context(), "go", append([]string{"list"}, args...)...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	return string(out)
}
