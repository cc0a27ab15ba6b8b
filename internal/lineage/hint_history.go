package lineage

import (
	"strings"

	"github.com/org/imgscan-action/internal/history"
)

// historyHints is the base that buildah writes into the first entry above it, as
// the comment "FROM docker.io/library/alpine:latest". Of several such comments
// the last is this image's; the others came with the base.
func historyHints(img Image) []*hint {
	if img.Config == nil {
		return nil
	}
	for i := len(img.Config.History) - 1; i >= 0; i-- {
		ref, ok := strings.CutPrefix(img.Config.History[i].Comment, "FROM ")
		if !ok {
			continue
		}
		return []*hint{newHint(byHistory, "history", strings.TrimSpace(ref), "")}
	}
	return nil
}

// lendDigest completes the name in the history with the digest in an annotation.
// buildah writes them so when the base was given by a short name.
func lendDigest(hints []*hint) {
	var digest string
	for _, h := range hints {
		if h.kind == byAnnotation && h.outcome == open && h.ref == (reference{}) && !h.scratch {
			digest = h.Digest
		}
	}
	for _, h := range hints {
		if h.kind == byHistory && h.named() && h.Digest == "" {
			h.Digest = digest
		}
	}
}

// maxHistory is the number of entries above which a history is not read.
const maxHistory = 5000

// entriesOf is an image's history; nil when it does not tell which entry made which
// layer, because its numbers do not agree with those of the layers.
func entriesOf(img Image) []history.Entry {
	if img.Config == nil || len(img.Config.History) > maxHistory {
		return nil
	}
	entries := make([]history.Entry, 0, len(img.Config.History))
	for _, h := range img.Config.History {
		entries = append(entries, history.Entry{CreatedBy: h.CreatedBy, Comment: h.Comment, Author: h.Author, Empty: h.EmptyLayer})
	}
	if layersIn(entries) != len(img.Config.RootFS.DiffIDs) {
		return nil
	}
	return entries
}

// layersIn is how many layers entries made.
func layersIn(entries []history.Entry) int {
	n := 0
	for _, e := range entries {
		if !e.Empty {
			n++
		}
	}
	return n
}

// apko says whether all of an image was made by apko, which starts from nothing.
func apko(entries []history.Entry) bool {
	if len(entries) == 0 || history.Tool(entries, nil) != "apko" {
		return false
	}
	for _, e := range entries {
		if history.Tool([]history.Entry{e}, nil) != "apko" {
			return false
		}
	}
	return true
}
