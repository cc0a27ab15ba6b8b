package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/org/imgscan-action/internal/config"
	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/report"
)

func newSchema(env Env) *cobra.Command {
	return &cobra.Command{
		Use:       "schema config|exceptions|report",
		Short:     "Print the JSON Schema of the configuration file, of exceptions or of the JSON report",
		ValidArgs: []string{"config", "exceptions", "report"},
		Args:      exactArgs("config|exceptions|report"),
		RunE: func(cmd *cobra.Command, args []string) error {
			var schema []byte
			switch args[0] {
			case "config":
				schema = config.Schema()
			case "exceptions":
				schema = exceptions.Schema()
			case "report":
				schema = report.Schema()
			default:
				return usagef("unknown schema %q: expected one of %s", args[0], strings.Join(cmd.ValidArgs, ", "))
			}
			_, err := env.Stdout.Write(schema)
			return err
		},
	}
}
