package lineage

// labelHints are what the image's labels say about its base. An image inherits
// the labels of its base, so they may be about the base's base.
func labelHints(img Image) []*hint {
	return baseKeys(byLabel, "label", labels(img))
}

// inheritedLabel says whether a hint is a label that the base carries as well:
// then it is about the base's own base.
func inheritedLabel(img, base Image) bool {
	if base.Config == nil {
		return false
	}
	mine, its := labels(img), labels(base)
	return mine[baseName] == its[baseName] && mine[baseDigest] == its[baseDigest]
}

func labels(img Image) map[string]string {
	if img.Config == nil {
		return nil
	}
	return img.Config.Config.Labels
}
