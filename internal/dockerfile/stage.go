package dockerfile

import "strconv"

// Stage is one FROM and the instructions after it.
type Stage struct {
	// Index is the stage's number, from 0.
	Index int

	// Name is what comes after AS, in lower case; empty without AS.
	Name string

	From Image

	// Instructions are in the order in which they run: those that an ONBUILD of the
	// stage below brings come first. Empty when a named context stands in place of
	// the whole stage, for then none of them runs.
	Instructions []*Instruction
}

// Label is the name of the stage, or its number when it has none.
func (s *Stage) Label() string {
	if s.Name != "" {
		return s.Name
	}
	return strconv.Itoa(s.Index)
}

// uses returns what the stage stands on and takes from, in the order of the file.
func (s *Stage) uses() []*Image {
	images := []*Image{&s.From}
	for _, i := range s.Instructions {
		if i.From != nil {
			images = append(images, i.From)
		}
		images = append(images, i.Mounts...)
	}
	return images
}
