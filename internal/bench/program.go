package bench

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// program is one of the two that are compared.
type program interface {
	// name is "imgscan" or "Trivy".
	name() string

	// scan is the command that scans what source stands for. It keeps what it
	// likes in the folder cache and writes a JSON report with all packages.
	scan(source Source, cache, report string, db databaseUse) []string

	// exits are the exit codes after which there is a report.
	exits() []int

	// packages is how many packages a report lists.
	packages(report []byte) (int, error)
}

// databaseUse is where a scan has its database from.
type databaseUse struct {
	// Host is the registry with the database.
	Host string

	// Pull says to download it; otherwise it is in the cache folder already.
	Pull bool
}

// reference is the database in its registry.
func (d databaseUse) reference() string { return d.Host + "/" + databaseRepository + ":2" }

// databaseRepository is the name of the database in the registry.
const databaseRepository = "trivy-db"

// imgscan is our own command, at the path that it is.
type imgscan string

func (imgscan) name() string { return "imgscan" }

// exits: the code is the verdict.
func (imgscan) exits() []int { return []int{0, 1, 3} }

func (i imgscan) scan(source Source, cache, report string, db databaseUse) []string {
	argv := append([]string{string(i), "scan"}, source.Imgscan...)
	argv = append(argv, "--db", db.reference(), "--insecure", db.Host, "--cache-dir", cache, "--quiet", "--output", "json="+report)
	if !db.Pull {
		argv = append(argv, "--skip-db-update")
	}
	return argv
}

func (imgscan) packages(report []byte) (int, error) {
	var r struct{ Packages []json.RawMessage }
	err := json.Unmarshal(report, &r)
	return len(r.Packages), err
}

// trivy is Trivy's command, at the path that it is.
type trivy string

func (trivy) name() string { return "Trivy" }

func (trivy) exits() []int { return []int{0} }

func (t trivy) scan(source Source, cache, report string, db databaseUse) []string {
	argv := []string{
		string(t), "--cache-dir", cache, "image", "--scanners", "vuln", "--format", "json", "--list-all-pkgs", "--output", report,
		"--offline-scan", "--skip-java-db-update", "--skip-version-check", "--disable-telemetry", "--quiet", "--timeout", "20m",
	}
	if db.Pull {
		argv = append(argv, "--db-repository", db.reference(), "--insecure")
	} else {
		argv = append(argv, "--skip-db-update")
	}
	return append(argv, source.Trivy...)
}

func (trivy) packages(report []byte) (int, error) {
	var r struct {
		Results []struct{ Packages []json.RawMessage }
	}
	err := json.Unmarshal(report, &r)
	count := 0
	for _, result := range r.Results {
		count += len(result.Packages)
	}
	return count, err
}

// countPackages is how many packages p's report at path lists.
func countPackages(p program, path string) (int, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return 0, err
	}
	count, err := p.packages(content)
	if err != nil {
		return 0, fmt.Errorf("reading the report of %s: %w", p.name(), err)
	}
	return count, nil
}

// reportPath is where p writes its reports in the folder dir.
func reportPath(dir string, p program) string { return filepath.Join(dir, p.name()+".json") }
