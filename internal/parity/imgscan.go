package parity

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
)

// Imgscan runs our own command, as a user would.
type Imgscan struct {
	Command string

	// The folders of the database, of the Java database, and of imgscan's cache of
	// what layers say.
	Database, JavaDatabase, Cache string
}

// Scan scans the image at path.
func (i Imgscan) Scan(ctx context.Context, path string) (Scan, error) {
	cmd := exec.CommandContext(ctx, i.Command, "scan", path, "--db", i.Database, "--java-db", i.JavaDatabase, "--cache-dir", i.Cache, "--output", "json", "--quiet")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	// The exit code is the verdict, and a report is there with each of them.
	if err := cmd.Run(); err != nil && (!errors.As(err, new(*exec.ExitError)) || stdout.Len() == 0) {
		return Scan{}, fmt.Errorf("running %q: %w: %s", i.Command, err, bytes.TrimSpace(stderr.Bytes()))
	}
	return parseImgscan(stdout.Bytes())
}

// imgscanReport is the part of our JSON report that is compared.
type imgscanReport struct {
	Image struct {
		Layers []struct {
			DiffID string `json:"diffId"`
		} `json:"layers"`
	} `json:"image"`
	OS struct {
		Family  string `json:"family"`
		Version string `json:"version"`
	} `json:"os"`
	Findings []struct {
		ID      string         `json:"id"`
		FixedIn string         `json:"fixedIn"`
		Status  string         `json:"status"`
		Package imgscanPackage `json:"package"`
	} `json:"findings"`
	Packages []imgscanPackage `json:"packages"`
}

type imgscanPackage struct {
	Class         string `json:"class"`
	Type          string `json:"type"`
	Name          string `json:"name"`
	Version       string `json:"version"`
	Arch          string `json:"arch"`
	SourceName    string `json:"sourceName"`
	SourceVersion string `json:"sourceVersion"`
	Path          string `json:"path"`
	Layer         string `json:"layer"`
}

func parseImgscan(report []byte) (Scan, error) {
	var r imgscanReport
	if err := json.Unmarshal(report, &r); err != nil {
		return Scan{}, fmt.Errorf("reading imgscan's report: %w", err)
	}
	s := Scan{OS: r.OS.Family + " " + r.OS.Version}
	for _, l := range r.Image.Layers {
		s.Layers = append(s.Layers, l.DiffID)
	}
	for _, p := range r.Packages {
		s.Packages = append(s.Packages, Package{
			Type: p.Type, Name: p.Name, Version: p.Version, Arch: p.Arch, Path: p.comparedPath(),
			Fields: PackageFields{Source: p.SourceName, SourceVersion: p.SourceVersion, Layer: p.Layer},
		})
	}
	for _, f := range r.Findings {
		s.Findings = append(s.Findings, Finding{
			Type: f.Package.Type, Package: f.Package.Name, Version: f.Package.Version, Path: f.Package.comparedPath(), ID: f.ID,
			Fields: FindingFields{Fixed: f.FixedIn, Status: f.Status},
		})
	}
	s.tidy()
	return s, nil
}

// comparedPath is empty for packages of the distribution, where Trivy gives no
// path.
func (p imgscanPackage) comparedPath() string {
	if p.Class == "os" {
		return ""
	}
	return p.Path
}
