package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/org/imgscan-action/internal/config"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/gate"
)

// pending is what the decisions of the working folder would change once they are
// merged; none when those that count are from there already.
// What it reads of this machine outside of the working folder is what the base's
// configuration names already.
func (r *request) pending(ctx context.Context, base config.Config, rep *finding.Report) []string {
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
	known := slices.Concat(base.Triage.VEX, base.Triage.VEXRepositories)
	for _, name := range slices.Concat(cfg.Triage.VEX, cfg.Triage.VEXRepositories) {
		if filepath.IsAbs(name) && !slices.Contains(known, name) {
			return []string{fmt.Sprintf("the decisions in this change cannot be read: %s leads out of the checkout, and the base does not name it", oneLine(strconv.Quote(name)))}
		}
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
