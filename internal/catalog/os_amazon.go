package catalog

import (
	"strings"

	ftypes "github.com/aquasecurity/trivy/pkg/fanal/types"

	"github.com/org/imgscan-action/internal/finding"
)

// parseAmazonRelease reads the system-release file of Amazon Linux: "Amazon
// Linux release 2 (Karoo)" for 2 and later, "Amazon Linux AMI release 2018.03"
// for 1.
func parseAmazonRelease(l *lines) *finding.OS {
	for line, ok := l.next(); ok; line, ok = l.next() {
		fields := strings.Fields(line)
		switch {
		case strings.HasPrefix(line, "Amazon Linux release 2"):
			if len(fields) >= 5 {
				return &finding.OS{Family: string(ftypes.Amazon), Version: strings.Join(fields[3:], " ")}
			}
		case strings.HasPrefix(line, "Amazon Linux"):
			return &finding.OS{Family: string(ftypes.Amazon), Version: strings.Join(fields[2:], " ")}
		}
	}
	return nil
}
