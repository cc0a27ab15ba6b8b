package catalog

import (
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"strings"

	ftypes "github.com/aquasecurity/trivy/pkg/fanal/types"

	"github.com/org/imgscan-action/internal/finding"
)

// parseDebianVersion reads /etc/debian_version: "12.7", or "trixie/sid" before
// a release. Ubuntu has one too and is told apart by its lsb-release.
func parseDebianVersion(l *lines) *finding.OS {
	line, ok := l.next()
	if !ok {
		return nil
	}
	return &finding.OS{Family: string(ftypes.Debian), Version: line}
}

// parseUbuntuRelease reads /etc/lsb-release, which other distributions have as
// well.
func parseUbuntuRelease(l *lines) *finding.OS {
	isUbuntu := false
	for line, ok := l.next(); ok; line, ok = l.next() {
		if line == "DISTRIB_ID=Ubuntu" {
			isUbuntu = true
		}
		if version, found := strings.CutPrefix(line, "DISTRIB_RELEASE="); isUbuntu && found {
			return &finding.OS{Family: string(ftypes.Ubuntu), Version: strings.TrimSpace(version)}
		}
	}
	return nil
}

// ubuntuPro is the analyzer of the state of an Ubuntu Pro subscription, which
// decides whether extended security maintenance applies.
type ubuntuPro struct{}

func (ubuntuPro) name() string { return "ubuntu-pro" }

func (ubuntuPro) wants(path string, _ int64, _ fs.FileMode) bool {
	return path == "var/lib/ubuntu-advantage/status.json"
}

func (ubuntuPro) analyze(_ context.Context, f *file) (*facts, error) {
	var status struct {
		Services []struct {
			Name   string `json:"name"`
			Status string `json:"status"`
		} `json:"services"`
	}
	if err := json.NewDecoder(io.LimitReader(f.reader(), 8<<20)).Decode(&status); err != nil {
		// Without the file the image counts as not subscribed, which hides nothing.
		return nil, nil
	}
	for _, s := range status.Services {
		if s.Name == "esm-infra" && s.Status == "enabled" {
			return &facts{OS: &finding.OS{Family: string(ftypes.Ubuntu), Extended: true}}, nil
		}
	}
	// Says nothing about the system, but takes back what a lower layer's said.
	return &facts{OS: new(finding.OS)}, nil
}
