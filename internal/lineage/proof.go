package lineage

// diffIDs are the digests of the content of an image's layers, lowest first.
func diffIDs(img Image) []string {
	if img.Config == nil {
		return nil
	}
	ids := make([]string, 0, len(img.Config.RootFS.DiffIDs))
	for _, id := range img.Config.RootFS.DiffIDs {
		ids = append(ids, id.String())
	}
	return ids
}

// common is how many of the lowest layers two images share. It is the one proof: an
// image stands on another when it shares all of the other's layers, and there are
// any.
func common(a, b []string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}
