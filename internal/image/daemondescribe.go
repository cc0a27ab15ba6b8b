package image

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// described is an image without its layers: from the daemon's folders, if they can
// be read, and else what the daemon says.
func (d *daemon) described(ctx context.Context, name string, found *inspected, want *v1.Platform) (*Image, error) {
	img, err := d.describeKept(ctx, name, found, want)
	var platform *PlatformError
	if err != nil && !errors.As(err, &platform) && ctx.Err() == nil {
		img, err = d.describeInspected(ctx, found)
	}
	if err != nil {
		return nil, err
	}
	if want != nil && !satisfies(configPlatform(img.Config, nil), *want) {
		return nil, errors.Join(&PlatformError{Ref: name, Want: platformString(*want), Have: []string{img.Platform}}, img.Close())
	}
	return known(img, name, found), nil
}

func (d *daemon) describeKept(ctx context.Context, name string, found *inspected, want *v1.Platform) (*Image, error) {
	folders, err := d.folders(ctx)
	if err != nil {
		return nil, err
	}
	if found.Descriptor != nil {
		return d.readContent(ctx, folders, name, found, want, false)
	}
	rawConfig, err := folders.config(found.ID)
	if err != nil {
		return nil, err
	}
	return newDescribed(rawConfig, nil)
}

// describeInspected puts a configuration together from what the daemon says.
func (d *daemon) describeInspected(ctx context.Context, found *inspected) (*Image, error) {
	config := &v1.ConfigFile{
		OS: found.OS, Architecture: found.Architecture, Variant: found.Variant, Author: found.Author,
		RootFS: v1.RootFS{Type: "layers"},
	}
	for _, layer := range found.RootFS.Layers {
		diffID, err := v1.NewHash(layer)
		if err != nil {
			return nil, fmt.Errorf("parsing the daemon's answer: %w", err)
		}
		config.RootFS.DiffIDs = append(config.RootFS.DiffIDs, diffID)
	}
	if found.Config != nil {
		if err := json.Unmarshal(found.Config, &config.Config); err != nil {
			return nil, fmt.Errorf("parsing the daemon's answer: %w", err)
		}
	}
	if err := json.Unmarshal(found.Created, &config.Created); err != nil {
		config.Created = v1.Time{} // left out, or empty, when the image has no date
	}
	config.History = d.history(ctx, found.ID, len(config.RootFS.DiffIDs))
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	img := &Image{Config: config, Platform: platformString(configPlatform(config, nil))}
	switch {
	case found.Descriptor == nil:
		img.ID = found.ID
	case found.Descriptor.MediaType.IsIndex():
		img.IndexDigest = found.Descriptor.Digest.String()
	default:
		img.Digest = found.Descriptor.Digest.String()
	}
	return img, nil
}
