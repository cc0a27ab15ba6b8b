package cli

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func newVersion(version string, env Env) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of imgscan and of the Trivy library in it",
		Args:  exactArgs(),
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(env.Stdout, "imgscan %s%s\n", version, buildDetails())
			return err
		},
	}
}

// buildDetails are the Go release and the Trivy version that the binary was
// built with; empty when the binary carries no build information.
func buildDetails() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	details := " (" + info.GoVersion
	for _, dep := range info.Deps {
		if dep.Path == "github.com/aquasecurity/trivy" {
			details += ", trivy " + dep.Version
		}
	}
	return details + ")"
}
