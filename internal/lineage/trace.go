package lineage

import (
	"github.com/org/imgscan-action/internal/dockerfile"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/history"
	"github.com/org/imgscan-action/internal/provenance"
)

// trace is the Dockerfile laid over the layers of the image.
type trace struct {
	// fits is set when the Dockerfile can have made the image, and why says what is
	// against it otherwise.
	fits bool
	why  string

	// base is how many of the lowest layers are not the Dockerfile's.
	base int

	// made has the maker of each layer that is known, by its position.
	made map[int]maker
}

// maker is an instruction that made a layer.
type maker struct {
	instruction *dockerfile.Instruction // nil for what the ONBUILD of a base made
	stage       *dockerfile.Stage
	onBuild     bool // of a base outside of the file
	confidence  finding.Confidence
}

// trace matches the image's history with the Dockerfile. The base is nil when it
// is not known.
func (r *record) trace(img Image, base *node) trace {
	t := trace{why: "its history does not tell which instruction made which layer", made: make(map[int]maker)}
	if entries := entriesOf(img); entries != nil {
		t.align(r.build, entries, base)
	}
	r.overlay(&t, img, base)
	return t
}

// align fills the trace from the history.
func (t *trace) align(build *dockerfile.Build, entries []history.Entry, base *node) {
	end, onBuild := -1, []string(nil)
	switch {
	case base != nil:
		end, onBuild = baseEnd(entries, base)
	case build.Chain()[0].From.Scratch:
		end = 0
	}
	a := history.Align(entries, end, onBuild, build)
	if a.Confidence == "" || a.Base < 0 || a.Base > len(entries) {
		t.why = clean(a.Why, maxText)
		return
	}
	layer := layersIn(entries[:a.Base])
	if base != nil && layer != base.layers {
		t.why = "its history puts the end of the base elsewhere than its layers do"
		return
	}
	t.fits, t.why, t.base = true, "", layer
	steps := make(map[int]history.Step, len(a.Steps))
	for _, s := range a.Steps {
		steps[s.Entry] = s
	}
	for i := a.Base; i < len(entries); i++ {
		if entries[i].Empty {
			continue
		}
		if s, ok := steps[i]; ok && (s.Instruction != nil || s.OnBuild) {
			t.made[layer] = maker{s.Instruction, s.Stage, s.OnBuild && s.Instruction == nil, finding.Confidence(s.Confidence)}
		}
		layer++
	}
	if build.Chain()[0].From.Scratch && len(t.made) < layer {
		// Nothing is below such a file to have made the rest.
		*t = trace{why: "the image has layers that none of its instructions makes", made: make(map[int]maker)}
	}
}

// baseEnd is how many entries of a history are those of a base, and what the base
// wants to be run on top of it; -1 when its own history does not fit.
func baseEnd(entries []history.Entry, base *node) (int, []string) {
	config := base.members[0].img.Config
	if config == nil {
		return -1, nil
	}
	end := len(config.History)
	if end > len(entries) || layersIn(entries[:end]) != base.layers {
		return -1, config.Config.OnBuild
	}
	return end, config.Config.OnBuild
}

// overlay fills the trace from the lines that a provenance gives for each layer.
// They name layers by their digests, so they hold whatever the history says.
func (r *record) overlay(t *trace, img Image, base *node) {
	if r.told == nil {
		return
	}
	told := make(map[int]maker)
	for i, digest := range img.Stored {
		lines, ok := r.told.LayerLines[digest]
		if !ok || i < r.told.BaseLayers {
			continue
		}
		if m, ok := r.makerAt(lines); ok {
			told[i] = m
		}
	}
	if len(told) == 0 {
		return
	}
	if !t.fits {
		if base != nil && base.layers != r.told.BaseLayers {
			return
		}
		t.fits, t.why, t.base = true, "", r.told.BaseLayers
	}
	for i, m := range told {
		if i >= t.base {
			t.made[i] = m
		}
	}
}

// makerAt is the instruction on some lines of the stages that the image is made
// of. On the line of the FROM it is the ONBUILD of the base.
func (r *record) makerAt(l provenance.Lines) (maker, bool) {
	chain := r.build.Chain()
	if root := chain[0].From; root.Start <= l.Start && l.End <= root.End {
		return maker{stage: chain[0], onBuild: true, confidence: finding.Proven}, true
	}
	for _, stage := range chain {
		for _, in := range stage.Instructions {
			// Several instructions can share the FROM of a stage with ONBUILD.
			if !in.OnBuild && in.Start <= l.Start && l.End <= in.End {
				return maker{instruction: in, stage: stage, confidence: finding.Proven}, true
			}
		}
	}
	return maker{}, false
}
