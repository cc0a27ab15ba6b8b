package cli

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/report"
)

func newExplain(version string, env Env) *cobra.Command {
	var flags scanFlags
	cmd := &cobra.Command{
		Use:   "explain REF NAME",
		Short: "Tell the whole story of a package or a vulnerability in an image",
		Long: `Tell the whole story of a package or a vulnerability in an image: the layer and
the line that brought it, the base image, the manifest, the way of dependencies,
who owns it, its ratings, what the policy says, and what to do.

NAME is the name or the package URL of a package, or the identifier of a
vulnerability. The image is scanned as 'imgscan scan' would; the exit code says
only whether the story could be told.`,
		Example: `  imgscan explain app.tar CVE-2026-1234
  imgscan explain ghcr.io/acme/app:1.4 libssl3 --dockerfile build/Dockerfile`,
		Args: exactArgs("REF", "NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			query := args[1]
			return tell(cmd, args[0], flags, version, env, askedFor(query), func(w io.Writer, rep *finding.Report, opts report.Options) error {
				return report.WriteExplanation(w, rep, query, opts)
			})
		},
	}
	flags.register(cmd.Flags())
	return cmd
}

func newLayers(version string, env Env) *cobra.Command {
	var flags scanFlags
	cmd := &cobra.Command{
		Use:   "layers REF",
		Short: "Show what an image was built on, layer by layer",
		Long: `Show what an image was built on: its bases and its own layers as a tree, with
sizes, the instructions that made them, and the findings in each.`,
		Example: `  imgscan layers app.tar
  imgscan layers ghcr.io/acme/app:1.4 --base debian:12`,
		Args: exactArgs("REF"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return tell(cmd, args[0], flags, version, env, nil, report.WriteLayers)
		},
	}
	flags.register(cmd.Flags())
	return cmd
}

// tell scans an image and writes something other than a report about it.
func tell(cmd *cobra.Command, ref string, flags scanFlags, version string, env Env, asked func(finding.Package) bool,
	write func(io.Writer, *finding.Report, report.Options) error,
) error {
	r, err := scanRequest(cmd, ref, flags, version, env)
	if err != nil {
		return err
	}
	r.asked = asked
	rep, err := r.scan(cmd.Context())
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := write(&text, rep, terminalOptions(env)); err != nil {
		return usage(err)
	}
	_, err = text.WriteTo(env.Stdout)
	return err
}

// askedFor selects the packages that a query names.
func askedFor(query string) func(finding.Package) bool {
	return func(p finding.Package) bool {
		return slices.ContainsFunc([]string{p.Name, p.SrcName, p.PURL}, func(name string) bool {
			return name != "" && strings.EqualFold(name, query)
		})
	}
}
