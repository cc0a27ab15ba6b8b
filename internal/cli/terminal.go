package cli

import (
	"io"
	"os"

	"golang.org/x/term"

	"github.com/org/imgscan-action/internal/report"
)

// terminalWidth is the number of columns of the terminal behind w; 0 when w is
// none.
func terminalWidth(w io.Writer) int {
	file, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return 0
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil || width <= 0 {
		return 80 // a terminal that does not know its size
	}
	return width
}

// terminalOptions colours and fits the report to a terminal, and leaves it plain
// everywhere else. NO_COLOR (no-color.org) turns colour off.
func terminalOptions(env Env) report.Options {
	width := terminalWidth(env.Stdout)
	return report.Options{
		Color: width > 0 && env.Getenv("NO_COLOR") == "" && env.Getenv("TERM") != "dumb",
		Width: width,
	}
}
