package lineage

import "fmt"

// userHints are the bases that the user names with --base or in the
// configuration.
func userHints(bases []reference) []*hint {
	var hints []*hint
	for _, ref := range bases {
		h := &hint{kind: byUser, ref: ref}
		h.Source, h.Ref, h.Digest = "--base", ref.String(), ref.digest
		hints = append(hints, h)
	}
	return hints
}

// userBases reads the bases that the user names. Its errors are *InputError.
func userBases(opts Options) ([]reference, error) {
	var bases []reference
	for _, s := range opts.Bases {
		ref, err := parseReference(s)
		if err != nil {
			return nil, &InputError{fmt.Errorf("reading base image %q: %w", clean(s, maxRef), err)}
		}
		bases = append(bases, ref)
	}
	return bases, nil
}
