package cli

import (
	"github.com/spf13/cobra"
)

const exceptionAbout = `Exceptions are the decisions of a project about findings. They are kept in
.imgscan/exceptions.yaml and .imgscan/exceptions.d/*.yaml, and every scan lays
them over what it finds. These commands run in the root of the repository. They
edit the files in place, with the comments that are in them.`

func newException(version string, env Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "exception",
		Short: "Keep the decisions of the project about findings",
		Long:  exceptionAbout,
		Args:  oneOfCommands,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		newExceptionAdd(env),
		newExceptionLint(env),
		newExceptionList(version, env),
		newExceptionExplain(version, env),
		newExceptionPrune(version, env),
		newExceptionRenew(env),
		newExceptionImport(env),
		newExceptionExport(version, env),
	)
	return cmd
}
