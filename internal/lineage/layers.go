package lineage

import (
	"github.com/org/imgscan-action/internal/finding"
)

// layers says of each layer which base it came with and what made it.
func (c *chain) layers(r *record, t trace, from finding.Line) []Layer {
	layers := make([]Layer, len(c.diffIDs))
	packs := buildpacksLayers(c.img)
	for i := range layers {
		if owner := c.owner(i); owner > 0 {
			layers[i] = Layer{Base: owner, Instruction: r.fromInstruction(from, c.nodes[owner-1].confidence)}
			continue
		}
		m, ok := t.made[i]
		switch {
		case ok && t.fits && m.onBuild:
			layers[i].Instruction = r.fromInstruction(from, m.confidence)
			layers[i].Instruction.OnBuild = true
			if len(c.nodes) > 0 {
				layers[i].Base = 1
			}
		case ok && t.fits:
			layers[i] = r.ownLayer(m)
		default:
			layers[i].Instruction = packs[c.diffIDs[i]]
		}
	}
	return layers
}

// owner is the lowest base that has a layer, counted from 1 for the nearest; 0
// for a layer of the image itself.
func (c *chain) owner(layer int) int {
	owner := 0
	for i, n := range c.nodes {
		if layer < n.layers {
			owner = i + 1
		}
	}
	return owner
}

// fromInstruction is what brought the layers of a base.
func (r *record) fromInstruction(from finding.Line, c finding.Confidence) finding.Instruction {
	in := finding.Instruction{Kind: "FROM", Line: from, Confidence: c}
	if from != (finding.Line{}) {
		in.Stage = stageName(r.build.Chain()[0])
	}
	return in
}

// ownLayer is a layer that an instruction of the Dockerfile made.
func (r *record) ownLayer(m maker) Layer {
	in := m.instruction
	l := Layer{
		Instruction: finding.Instruction{
			Kind:       in.Kind,
			Line:       r.line(in.Start, in.End),
			Stage:      stageName(m.stage),
			OnBuild:    in.OnBuild,
			Confidence: m.confidence,
		},
		Copied: in.From,
		Step:   in,
	}
	if in.From != nil {
		l.Instruction.Source = clean(in.From.Word, maxRef)
	}
	return l
}
