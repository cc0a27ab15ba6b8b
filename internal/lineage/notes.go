package lineage

import (
	"fmt"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/history"
)

// notesOn says what could not be traced and why.
func (c *chain) notesOn(r *record, t trace, l finding.Lineage) []string {
	var notes []string
	add := func(note string) {
		if note != "" {
			notes = appendNew(notes, note)
		}
	}
	for _, note := range r.notes {
		add(note)
	}
	if r.build != nil && !t.fits {
		add(fmt.Sprintf("%s does not fit the image, so its layers have no lines: %s", r.name, t.why))
	}
	if len(c.nodes) > 0 {
		nearest := c.nodes[0]
		switch {
		case nearest.confidence == finding.Proven:
		case l.Squashed:
			add(fmt.Sprintf("it is not proven that the image stands on %s, and its layers cannot be told from the image's own", nearest.members[0].ref))
		default:
			add(fmt.Sprintf("it is not proven that the image stands on %s", nearest.members[0].ref))
		}
		add(wrongPin(r, nearest))
	} else if len(c.hints) > 0 && !l.Scratch {
		add("the base is not known: no hint to it holds")
	}
	for _, note := range c.registry.notes {
		add(note)
	}
	if !t.fits {
		add(toolNote(c.img))
	}
	return notes
}

// toolNote says where the base is chosen by a builder that reads no Dockerfile.
func toolNote(img Image) string {
	switch history.Tool(entriesOf(img), labels(img)) {
	case "buildpacks":
		return "the image was built by buildpacks: pack rebase moves it to another base, not a FROM line"
	case "ko":
		return "the image was built by ko: its base is chosen by defaultBaseImage in .ko.yaml, not by a FROM line"
	case "jib":
		return "the image was built by Jib: its base is chosen by jib.from, not by a FROM line"
	case "apko":
		return "the image was built by apko, which puts packages together and has no base"
	case "bazel":
		return "the image was built by Bazel: its base is chosen by a build rule, not by a FROM line"
	case "nix":
		return "the image was built by Nix: its base is chosen by fromImage, not by a FROM line"
	}
	return ""
}
