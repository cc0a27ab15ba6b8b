package lineage

import (
	"encoding/json"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// The label in which the Cloud Native Buildpacks lifecycle says what it made
// (Platform Interface Specification, "io.buildpacks.lifecycle.metadata").
const buildpacksLabel = "io.buildpacks.lifecycle.metadata"

// maxBuildpacks is the size of the label above which it is not read.
const maxBuildpacks = 4 << 20

// runImage is the base of an image made by buildpacks.
type runImage struct {
	Image     string `json:"image"`
	Reference string `json:"reference"` // "repo@sha256:…", or an image ID from a daemon
	TopLayer  string `json:"topLayer"`  // the DiffID of its highest layer
}

type lifecycle struct {
	RunImage runImage `json:"runImage"`
	Stack    struct {
		RunImage runImage `json:"runImage"` // where it was before Platform API 0.12
	} `json:"stack"`
	App        []layerSHA `json:"app"`
	Launcher   layerSHA   `json:"launcher"`
	Config     layerSHA   `json:"config"`
	Process    layerSHA   `json:"process-types"`
	Buildpacks []struct {
		Key     string              `json:"key"`
		Version string              `json:"version"`
		Layers  map[string]layerSHA `json:"layers"`
	} `json:"buildpacks"`
}

type layerSHA struct {
	SHA string `json:"sha"` // a DiffID
}

// readLifecycle reads the label; false when there is none that can be read.
func readLifecycle(img Image) (lifecycle, bool) {
	label := labels(img)[buildpacksLabel]
	if label == "" || len(label) > maxBuildpacks {
		return lifecycle{}, false
	}
	var l lifecycle
	if err := json.Unmarshal([]byte(label), &l); err != nil {
		return lifecycle{}, false
	}
	return l, true
}

// buildpacksHints is the run image, which is the base, and where it ends.
func buildpacksHints(img Image) []*hint {
	l, ok := readLifecycle(img)
	if !ok {
		return nil
	}
	ref := l.RunImage.Image
	if ref == "" {
		ref = l.Stack.RunImage.Image
	}
	repo, digest, _ := strings.Cut(l.RunImage.Reference, "@")
	if ref == "" {
		ref = repo
	}
	if checkDigest(digest) != nil {
		digest = ""
	}
	if ref == "" || strings.HasPrefix(ref, "sha256:") {
		return nil
	}
	h := newHint(byBuildpacks, "label "+buildpacksLabel, ref, digest)
	h.top = l.RunImage.TopLayer
	return []*hint{h}
}

// buildpacksLayers are the instructions of the layers that buildpacks made, by
// DiffID. A layer that comes twice has the same content and so the same maker.
func buildpacksLayers(img Image) map[string]finding.Instruction {
	l, ok := readLifecycle(img)
	if !ok {
		return nil
	}
	made := make(map[string]finding.Instruction)
	add := func(sha, stage, source string) {
		if _, ok := made[sha]; ok || sha == "" {
			return
		}
		made[sha] = finding.Instruction{
			Kind:       "BUILDPACK",
			Stage:      clean(stage, maxLabel),
			Source:     clean(source, maxLabel),
			Confidence: finding.Declared,
		}
	}
	for _, b := range l.Buildpacks {
		stage := b.Key
		if b.Version != "" {
			stage += "@" + b.Version
		}
		for _, name := range sortedKeys(b.Layers) {
			add(b.Layers[name].SHA, stage, name)
		}
	}
	for _, a := range l.App {
		add(a.SHA, "app", "")
	}
	add(l.Launcher.SHA, "launcher", "")
	add(l.Config.SHA, "config", "")
	add(l.Process.SHA, "process-types", "")
	return made
}
