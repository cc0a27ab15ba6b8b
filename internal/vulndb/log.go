package vulndb

import (
	"log/slog"

	"github.com/aquasecurity/trivy-db/pkg/log"
)

// setLog points trivy-db's one logger at h. Without it trivy-db writes debug
// lines to standard error: its init keeps the handler that log/slog had at
// start.
func setLog(h slog.Handler) {
	if h == nil {
		h = slog.DiscardHandler
	}
	log.SetLogger(slog.New(h))
}
