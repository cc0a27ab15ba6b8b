package parity

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
)

// Trivy runs Trivy's command.
type Trivy struct {
	Command string

	// Cache is its cache folder, where it finds the database in db/ and keeps
	// what it read of layers.
	Cache string
}

// Scan scans the image at path.
func (t Trivy) Scan(ctx context.Context, path string) (Scan, error) {
	out := filepath.Join(t.Cache, "report.json")
	cmd := exec.CommandContext(ctx, t.Command, "--cache-dir", t.Cache, "image", "--input", path,
		"--format", "json", "--output", out, "--list-all-pkgs", "--scanners", "vuln", "--offline-scan",
		"--skip-db-update", "--skip-java-db-update", "--skip-version-check", "--disable-telemetry", "--quiet", "--timeout", "20m")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		return Scan{}, fmt.Errorf("running %q: %w: %s", t.Command, err, bytes.TrimSpace(stderr.Bytes()))
	}
	report, err := os.ReadFile(out)
	if err != nil {
		return Scan{}, err
	}
	return parseTrivy(report)
}

// trivyReport is the part of Trivy's JSON report that is compared.
type trivyReport struct {
	Metadata struct {
		OS struct {
			Family, Name string
		}
		DiffIDs []string
	}
	Results []struct {
		Target          string
		Class           string
		Type            string
		Packages        []trivyPackage
		Vulnerabilities []struct {
			VulnerabilityID  string
			PkgName          string
			PkgPath          string
			InstalledVersion string
			FixedVersion     string
			Status           string
		}
	}
}

type trivyPackage struct {
	Name, Version, Release, Arch    string
	Epoch                           int
	SrcName, SrcVersion, SrcRelease string
	SrcEpoch                        int
	Modularitylabel, FilePath       string
	Layer                           struct{ DiffID string }
}

func parseTrivy(report []byte) (Scan, error) {
	var r trivyReport
	if err := json.Unmarshal(report, &r); err != nil {
		return Scan{}, fmt.Errorf("reading Trivy's report: %w", err)
	}
	s := Scan{OS: r.Metadata.OS.Family + " " + r.Metadata.OS.Name, release: r.Metadata.OS.Name, Layers: r.Metadata.DiffIDs}
	for _, result := range r.Results {
		distro := result.Class == "os-pkgs"
		for _, p := range result.Packages {
			converted := p.convert(result.Type)
			if converted.distro = distro; distro {
				converted.release = s.release
			} else {
				converted.Path = place(p.FilePath, result.Target)
			}
			s.Packages = append(s.Packages, converted)
		}
		for _, v := range result.Vulnerabilities {
			f := Finding{
				Type: result.Type, Package: v.PkgName, Version: v.InstalledVersion, ID: v.VulnerabilityID,
				Fields: FindingFields{Fixed: v.FixedVersion, Status: v.Status},
			}
			if !distro {
				f.Path = place(v.PkgPath, result.Target)
			}
			s.Findings = append(s.Findings, f)
		}
	}
	s.tidy()
	return s, nil
}

// place is where a language's package was found: its own file, else the target of
// the result, which is a file but for those results that gather the packages of a
// language from all files. Empty when Trivy does not say.
func place(own, target string) string {
	switch target {
	case "Python", "Conda", "Ruby", "Node.js", "Java":
		return own
	}
	return cmp.Or(own, target)
}

func (p trivyPackage) convert(kind string) Package {
	return Package{
		Type: kind, Name: p.Name, Version: fullVersion(p.Epoch, p.Version, p.Release), Arch: p.Arch,
		Fields: PackageFields{
			Source:        p.SrcName,
			SourceVersion: fullVersion(p.SrcEpoch, p.SrcVersion, p.SrcRelease),
			Layer:         p.Layer.DiffID,
		},
		modularity: p.Modularitylabel,
	}
}

// fullVersion is the version as package managers print it.
func fullVersion(epoch int, version, release string) string {
	if release != "" {
		version += "-" + release
	}
	if epoch != 0 {
		version = strconv.Itoa(epoch) + ":" + version
	}
	return version
}
