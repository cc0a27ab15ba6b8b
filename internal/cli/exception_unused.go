package cli

import (
	"github.com/spf13/cobra"

	"github.com/org/imgscan-action/internal/finding"
)

// unusedIn scans images and says of each entry that does nothing in them why: by
// identifier, the cause and the nearest miss. An entry that acts in one of the
// images is used.
func unusedIn(cmd *cobra.Command, refs []string, flags scanFlags, version string, env Env) (map[string]string, error) {
	unused, acts := make(map[string]string), make(map[string]bool)
	err := scanAll(cmd, refs, flags, version, env, func(_ *request, rep *finding.Report) error {
		for _, u := range rep.Triage.Unused {
			unused[u.Entry] = u.Cause + ": " + u.Detail
		}
		for _, f := range rep.Findings {
			acts[f.Disposition.Entry] = true
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for id := range acts {
		delete(unused, id)
	}
	return unused, nil
}

// scanAll scans images one after the other and hands over what was found. Nothing
// is published.
func scanAll(cmd *cobra.Command, refs []string, flags scanFlags, version string, env Env, found func(*request, *finding.Report) error) error {
	if len(refs) == 0 {
		return nil
	}
	r, err := scanRequest(cmd, refs[0], flags, version, env)
	if err != nil {
		return err
	}
	for _, ref := range refs {
		r.ref = ref
		rep, err := r.scan(cmd.Context())
		if err != nil {
			return err
		}
		if err := found(r, rep); err != nil {
			return err
		}
	}
	return nil
}
