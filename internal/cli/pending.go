package cli

import (
	"context"
	"os"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/gate"
)

// pending is what the decisions of the working folder would change once they are
// merged; none when those that count are from there already.
func (r *request) pending(ctx context.Context, rep *finding.Report) []string {
	if r.policy.fs == nil {
		return nil
	}
	root, err := os.OpenRoot(".")
	if err != nil {
		return []string{"the decisions in this change cannot be read: " + oneLine(err.Error())}
	}
	defer root.Close()
	change := tree{fs: plainFS{root}, from: "this change"}
	cfg, err := change.config(r.configPath, r.settings)
	if err != nil {
		return []string{"the configuration in this change cannot be read: " + oneLine(err.Error())}
	}
	rules, err := change.rules(cfg)
	if err == nil {
		rules.Claims, err = change.documents(ctx, cfg, rep.Packages)
	}
	if err != nil {
		return []string{"the decisions in this change cannot be read: " + oneLine(err.Error())}
	}
	if len(cfg.Triage.TrustVEX) > 0 {
		rules.Claims = append(rules.Claims, r.attached...)
	}
	return gate.Pending(rep, rules)
}
