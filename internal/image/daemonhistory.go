package image

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// historyItem is the part of an entry of GET /images/{name}/history that we use.
type historyItem struct {
	Created            int64 // seconds; 0 for an entry without a date
	CreatedBy, Comment string
	Size               int64 // bytes of the layer; 0 without one, or for one of folders and links only
}

// history is what the daemon tells of the history of an image with that many
// layers. Nil when it does not tell enough.
func (d *daemon) history(ctx context.Context, id string, layers int) []v1.History {
	body, err := d.get(ctx, "/images/"+id+"/history", nil)
	if err != nil {
		return nil
	}
	defer body.Close()
	var items []historyItem
	if err := json.NewDecoder(io.LimitReader(body, maxManifest)).Decode(&items); err != nil {
		return nil
	}
	return historyOf(items, layers)
}

// historyOf is the history of which a daemon tells items, the newest first: one for
// each entry, and none says whether it made a layer. It is believed when as many
// seem to have made one as there are layers, and nil otherwise.
func historyOf(items []historyItem, layers int) []v1.History {
	for _, madeLayer := range []func(historyItem) bool{sized, sizedOrWritten} {
		if history := asHistory(items, madeLayer); countLayers(history) == layers {
			return history
		}
	}
	return nil
}

func asHistory(items []historyItem, madeLayer func(historyItem) bool) []v1.History {
	var history []v1.History
	for _, item := range slices.Backward(items) {
		entry := v1.History{CreatedBy: item.CreatedBy, Comment: item.Comment, EmptyLayer: !madeLayer(item)}
		if item.Created != 0 {
			entry.Created = v1.Time{Time: time.Unix(item.Created, 0).UTC()}
		}
		history = append(history, entry)
	}
	return history
}

func countLayers(history []v1.History) int {
	n := 0
	for _, h := range history {
		if !h.EmptyLayer {
			n++
		}
	}
	return n
}

func sized(item historyItem) bool { return item.Size > 0 }

// sizedOrWritten goes by the instruction where the size is 0, as it is for a layer
// of nothing but folders and links.
func sizedOrWritten(item historyItem) bool {
	if sized(item) {
		return true
	}
	by := item.CreatedBy
	if classic, ok := strings.CutPrefix(by, "/bin/sh -c #(nop) "); ok {
		by = strings.TrimSpace(classic) // Docker's classic builder
	} else if strings.HasPrefix(by, "/bin/sh -c ") {
		return true // its RUN
	}
	keyword, rest, _ := strings.Cut(by, " ")
	switch keyword {
	case "RUN", "COPY", "ADD":
		return true
	case "WORKDIR":
		return rest != "/" // which is always there
	}
	// The classic builder's RUN with arguments: "|1 A=b /bin/sh -c …".
	return strings.HasPrefix(keyword, "|")
}
