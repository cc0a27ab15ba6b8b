package catalog

import (
	"cmp"
	"context"
	"io/fs"
	"strings"

	ftypes "github.com/aquasecurity/trivy/pkg/fanal/types"

	"github.com/org/imgscan-action/internal/finding"
)

// osRelease is the analyzer of os-release(5), for the distributions that have
// no release file of their own.
type osRelease struct{}

func (osRelease) name() string { return "os-release" }

func (osRelease) wants(path string, _ int64, _ fs.FileMode) bool {
	switch path {
	case "etc/os-release",
		"usr/lib/os-release",
		"aarch64-bottlerocket-linux-gnu/sys-root/usr/lib/os-release",
		"x86_64-bottlerocket-linux-gnu/sys-root/usr/lib/os-release":
		return true
	}
	return false
}

func (osRelease) analyze(_ context.Context, f *file) (*facts, error) {
	r := parseOSRelease(newLines(f.reader()))
	family := familyOf(r)
	switch {
	case family != "" && r.versionID != "":
		return &facts{OS: &finding.OS{Family: string(family), Version: r.versionID}}, nil
	case r.id != "" || r.name != "" || r.prettyName != "":
		return &facts{Distribution: cmp.Or(r.prettyName, r.name, r.id)}, nil
	}
	return nil, nil
}

// release is what we use of an os-release file.
type release struct{ id, name, prettyName, versionID string }

func parseOSRelease(l *lines) release {
	var r release
	for line, ok := l.next(); ok; line, ok = l.next() {
		key, value, found := strings.Cut(line, "=")
		if !found {
			continue
		}
		value = strings.Trim(strings.TrimSpace(value), `"'`)
		switch strings.TrimSpace(key) {
		case "ID":
			r.id = value
		case "NAME":
			r.name = value
		case "PRETTY_NAME":
			r.prettyName = value
		case "VERSION_ID":
			r.versionID = value
		}
	}
	return r
}

// familyOf is Trivy's family for an os-release file; empty for the
// distributions that it does not know, or knows by another file.
func familyOf(r release) ftypes.OSType {
	switch r.id {
	case "activestate":
		return ftypes.ActiveState
	case "almalinux":
		return ftypes.Alma
	case "alpine":
		return ftypes.Alpine
	case "azurelinux":
		return ftypes.Azure
	case "bottlerocket":
		return ftypes.Bottlerocket
	case "centos":
		if r.name == "CentOS Stream" {
			return ftypes.CentOSStream
		}
		return ftypes.CentOS
	case "chainguard":
		return ftypes.Chainguard
	case "coreos":
		return ftypes.CoreOS
	case "echo":
		return ftypes.Echo
	case "fedora":
		return ftypes.Fedora
	case "mariner":
		return ftypes.CBLMariner
	case "minimos":
		return ftypes.MinimOS
	case "ol":
		return ftypes.Oracle
	case "opensuse", "opensuse-leap": // the first is Leap 42's
		return ftypes.OpenSUSELeap
	case "opensuse-tumbleweed":
		return ftypes.OpenSUSETumbleweed
	case "photon":
		return ftypes.Photon
	case "rhel":
		return ftypes.RedHat
	case "rocky":
		return ftypes.Rocky
	case "sle-micro", "sl-micro", "sle-micro-rancher":
		return ftypes.SLEMicro
	case "sles":
		return ftypes.SLES
	case "wolfi":
		return ftypes.Wolfi
	}
	return ""
}
