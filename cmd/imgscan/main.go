// Command imgscan gates a container image in CI: it reports what is known to be
// wrong with the image and answers whether the build may proceed.
package main

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/org/imgscan-action/internal/cli"
	_ "golang.org/x/crypto/x509roots/fallback" // CA roots for an image built FROM scratch
)

// version is set by the release build.
var version = "dev"

func main() {
	// Importing Trivy replaces the default logger by one that keeps every line for
	// a handler to come. None comes: what matters is returned, not logged.
	slog.SetDefault(slog.New(slog.DiscardHandler))

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Main(ctx, version, os.Args[1:], cli.Env{
		Stdin:   os.Stdin,
		Stdout:  os.Stdout,
		Stderr:  os.Stderr,
		Environ: os.Environ(),
	})
	stop()
	os.Exit(code)
}
