package history

import "github.com/org/imgscan-action/internal/dockerfile"

// asSnapshot takes a single entry for all instructions: what kaniko writes with
// --single-snapshot and buildah with --squash, under the name of the last one.
func asSnapshot(p problem) (solution, bool) {
	s := solution{base: p.base, confidence: Declared, at: []int{unknown}, snapshot: true}
	snapshots := p.builder == kaniko || p.builder == buildah || p.builder == docker && p.base == 0
	if !snapshots || p.base < 0 || len(p.said)-p.base != 1 || p.said[p.base].empty || p.last.Instruction == nil {
		return s, false
	}
	similarity, ok := p.last.fit(p.said[p.base])
	return s, ok && similarity >= certain
}

// pool corrects the steps where one layer holds what several instructions made:
// buildah without --layers writes empty entries for all instructions of a stage
// but the last, docker build --squash an entry of its own behind all.
func (p problem) pool(s solution, steps []Step) {
	if s.snapshot {
		var all []int
		for w := range p.wanted {
			if p.makes(p.wanted[w]) {
				all = append(all, w)
			}
		}
		p.span(&steps[0], all, s.confidence)
		return
	}
	squashed := len(steps) > 0 && p.said[steps[len(steps)-1].Entry].squash
	var made []int // indexes of wanted whose layer is still to come
	for i, w := range s.at {
		e := p.said[s.base+i]
		last := i+1 == len(s.at) || w >= 0 && (s.at[i+1] < 0 || p.wanted[s.at[i+1]].stage != p.wanted[w].stage)
		if w >= 0 && p.wanted[w].Layer {
			made = append(made, w)
		}
		switch {
		case e.squash, !squashed && !e.empty && last && w >= 0 && p.pools(w):
			p.span(&steps[i], made, s.confidence)
			made = nil
		case !e.empty, !squashed && last:
			made = nil
		}
	}
}

// pools says whether the entry of an instruction may hold the layer of those
// before it. Builders that make a layer for each make none for CMD.
func (p problem) pools(w int) bool { return p.builder == buildah || !p.wanted[w].Layer }

// span makes a step one of all the instructions that made its layer.
func (p problem) span(step *Step, made []int, confidence string) {
	switch len(made) {
	case 0:
		return
	case 1:
		step.Instruction = p.wanted[made[0]].Instruction
	default:
		first, last := p.wanted[made[0]], p.wanted[made[len(made)-1]]
		step.Instruction = &dockerfile.Instruction{Start: first.Start, End: last.End, Layer: true}
	}
	step.Stage, step.Confidence = p.wanted[made[len(made)-1]].stage, confidence
}
