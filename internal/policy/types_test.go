package policy_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/policy"
)

// Types repeats Trivy's list because this package may not import Trivy. A new
// Trivy with a new type breaks this test, not somebody's include list.
func TestTypesAreTrivys(t *testing.T) {
	dir, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/aquasecurity/trivy").Output()
	if err != nil {
		t.Fatalf("finding Trivy's source: %v", err)
	}
	source := filepath.Join(strings.TrimSpace(string(dir)), "pkg", "fanal", "types", "const.go")
	file, err := parser.ParseFile(token.NewFileSet(), source, nil, 0)
	if err != nil {
		t.Fatal(err)
	}

	want := []string{"os", "language"}
	for _, decl := range file.Decls {
		group, ok := decl.(*ast.GenDecl)
		if !ok || group.Tok != token.CONST {
			continue
		}
		for _, spec := range group.Specs {
			value := spec.(*ast.ValueSpec)
			kind, ok := value.Type.(*ast.Ident)
			if !ok || (kind.Name != "OSType" && kind.Name != "LangType") {
				continue
			}
			name, err := strconv.Unquote(value.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			// Components of a cluster, not packages of an image.
			if !slices.Contains([]string{"kubernetes", "eks", "gke", "aks", "rke", "ocp"}, name) {
				want = append(want, name)
			}
		}
	}
	got := policy.Types()
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("types (-Trivy +ours):\n%s", diff)
	}
}
