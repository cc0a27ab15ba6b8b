package history

import (
	"fmt"

	"github.com/org/imgscan-action/internal/dockerfile"
)

// solution says which instruction wrote which entry.
type solution struct {
	base       int
	confidence string
	at         []int  // for each entry from base on: an index of wanted, or one of the two below
	snapshot   bool   // one entry is all instructions
	why        string // when there is no solution
}

const (
	unknown = -1
	trigger = -2 // the base's ONBUILD
)

// enough is the part of the instructions that make layers that has to be found.
const enough = 0.8

// judge says whether the Dockerfile is the one that the image was built with:
// by the instructions that make layers, or by all when none does.
func (p problem) judge(s solution) (ok, all bool, why string) {
	entryOf := make(map[int]int)
	for i, w := range s.at {
		if w >= 0 {
			entryOf[w] = s.base + i
		}
	}
	total, found := 0, 0
	for _, makers := range []bool{true, false} {
		for i, w := range p.wanted {
			if makers && !p.makes(w) {
				continue
			}
			total++
			if e, ok := entryOf[i]; ok {
				if similarity, _ := w.fit(p.said[e]); similarity >= certain {
					found++
				}
			}
		}
		if total > 0 {
			break
		}
	}
	if float64(found) < enough*float64(total) {
		return false, false, fmt.Sprintf("the history has %d of the %d instructions of the Dockerfile that should be in it", found, total)
	}
	return true, found == total, ""
}

// makes says whether an instruction is sure to make a layer.
func (p problem) makes(w wanted) bool {
	if p.builder == kaniko && w.Kind == "WORKDIR" {
		return false // only when the folder is new
	}
	return w.Layer
}

// steps are the entries above the base and who wrote them.
func (p problem) steps(s solution, b *dockerfile.Build) []Step {
	var steps []Step
	for i, w := range s.at {
		step := Step{Entry: s.base + i}
		switch {
		case w == trigger:
			step.OnBuild, step.Stage, step.Confidence = true, b.Chain()[0], s.confidence
		case w >= 0:
			step.Instruction, step.Stage, step.Confidence = p.wanted[w].Instruction, p.wanted[w].stage, s.confidence
			step.OnBuild = step.Instruction.OnBuild
		}
		steps = append(steps, step)
	}
	p.pool(s, steps)
	return steps
}
