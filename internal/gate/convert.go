package gate

import (
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/image"
	"github.com/org/imgscan-action/internal/vulndb"
)

// describe says what was opened in the words of the report. The image package
// knows nothing of findings, so the translation stands here.
func describe(opened *image.Image) finding.Image {
	img := finding.Image{
		Ref:         opened.Ref,
		Name:        opened.Name,
		Repository:  opened.Repository,
		Source:      opened.Source,
		Digest:      opened.Digest,
		ID:          opened.ID,
		IndexDigest: opened.IndexDigest,
		Platform:    opened.Platform,
	}
	if opened.Config != nil {
		img.Created = opened.Config.Created.UTC()
	}
	for _, l := range opened.Layers() {
		img.Layers = append(img.Layers, finding.Layer{
			DiffID:    l.DiffID(),
			Digest:    l.Digest(),
			Size:      l.Size(),
			CreatedBy: l.CreatedBy(),
		})
	}
	return img
}

func database(db *vulndb.DB) finding.Database {
	return finding.Database{
		Source:     db.Info.Source,
		Digest:     db.Info.Digest,
		Built:      db.Info.Built,
		NextUpdate: db.Info.NextUpdate,
		Notes:      db.Info.Notes,
	}
}
