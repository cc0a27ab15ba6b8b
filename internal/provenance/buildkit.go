package provenance

import (
	"encoding/base64"
	"slices"
	"strings"
)

// maxLayers is how many layers an image may have for its lines to be looked up.
// No snapshotter mounts as many.
const maxLayers = 1000

// buildConfig is the graph of the build. BuildKit lists the steps so that each
// comes after its inputs; the last one is the result and does nothing itself.
type buildConfig struct {
	Steps list[step] `json:"llbDefinition"`
}

type step struct {
	ID     string       `json:"id"`
	Inputs list[string] `json:"inputs"` // "step3:0" is the first output of step3
	Op     struct {
		Op struct {
			Source struct {
				Identifier string `json:"identifier"`
			} `json:"source"`
		} `json:"Op"`
	} `json:"op"`
}

// buildkitMetadata is what only BuildKit says, and only in mode=max.
type buildkitMetadata struct {
	Source struct {
		Infos     list[sourceInfo] `json:"infos"`
		Locations table[locations] `json:"locations"` // by step
	} `json:"source"`

	// Layers are, for each output of a step, the layers that it consists of, the
	// lowest first; more than once when they are stored in several ways.
	Layers table[list[list[descriptor]]] `json:"layers"`
}

type sourceInfo struct {
	Language string `json:"language"`
	Data     string `json:"data"`
}

type locations struct {
	Locations list[struct {
		SourceIndex int `json:"sourceIndex"`
		Ranges      list[struct {
			Start position `json:"start"`
			End   position `json:"end"`
		}] `json:"ranges"`
	}] `json:"locations"`
}

type position struct {
	Line int `json:"line"`
}

type descriptor struct {
	Digest string `json:"digest"`
}

// dockerfile is the text of the Dockerfile and its index among the sources.
func (m buildkitMetadata) dockerfile() (text []byte, index int) {
	infos := m.Source.Infos
	index = max(0, slices.IndexFunc(infos, func(i sourceInfo) bool { return i.Language == "Dockerfile" }))
	if index >= len(infos) {
		return nil, 0
	}
	text, err := base64.StdEncoding.DecodeString(infos[index].Data)
	if err != nil {
		return nil, index
	}
	return text, index
}

// lines spans the lines of source that a step stands on: BuildKit has a range
// for each line of an instruction.
func (m buildkitMetadata) lines(id string, source int) Lines {
	var span Lines
	for _, l := range m.Source.Locations[id].Locations {
		if l.SourceIndex != source {
			continue
		}
		for _, r := range l.Ranges {
			if r.Start.Line < 1 || r.End.Line < r.Start.Line {
				continue
			}
			if span.Start == 0 || r.Start.Line < span.Start {
				span.Start = r.Start.Line
			}
			span.End = max(span.End, r.End.Line)
		}
	}
	return span
}

// layers follows the layers of the result upwards. The step whose output is the
// first n of them made layer n; a step that takes an image brings all of its
// layers at once, and the highest such image is the base.
func (b build) layers(source int, materials []Material) (made map[string]Lines, baseLayers int, base Material) {
	last := b.steps[len(b.steps)-1]
	if len(last.Inputs) == 0 || len(b.buildkit.Layers[last.Inputs[0]]) == 0 {
		return nil, 0, Material{}
	}
	result := b.buildkit.Layers[last.Inputs[0]][0]
	if len(result) > maxLayers {
		return nil, 0, Material{}
	}

	lines := make([]Lines, len(result))
	for _, s := range b.steps {
		n := reaches(b.buildkit.Layers[s.ID+":0"], result)
		if n == 0 {
			continue
		}
		if image, ok := strings.CutPrefix(s.Op.Op.Source.Identifier, "docker-image://"); !ok {
			lines[n-1] = b.buildkit.lines(s.ID, source)
		} else if n > baseLayers {
			baseLayers, base = n, find(image, materials)
		}
	}

	made = make(map[string]Lines)
	count := make(map[string]int)
	for _, d := range result {
		count[d.Digest]++
	}
	for i := baseLayers; i < len(result); i++ {
		if d := result[i].Digest; count[d] == 1 && lines[i] != (Lines{}) {
			made[d] = lines[i]
		}
	}
	return made, baseLayers, base
}

// reaches is how many of the lowest layers of the result a step's output is; 0
// when it is something else.
func reaches(output list[list[descriptor]], result list[descriptor]) int {
	for _, chain := range output {
		if n := len(chain); n <= len(result) && slices.Equal(chain, result[:n]) {
			return n
		}
	}
	return 0
}

// find is the material of an image that a step takes: by its name and digest,
// as BuildKit writes them into the step.
func find(image string, materials []Material) Material {
	ref, err := imageRef(image)
	if err != nil {
		return Material{}
	}
	name, pin, _ := strings.Cut(ref, "@")
	for _, m := range materials {
		materialName, _, _ := strings.Cut(m.Ref, "@")
		if m.Kind == KindImage && materialName == name && (pin == "" || m.Digest == pin) {
			return m
		}
	}
	return Material{Ref: name, Digest: pin, Kind: KindImage}
}
