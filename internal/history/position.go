package history

// byPosition takes the entries above the base as the instructions, one by one:
// what BuildKit and Docker write. Before them come the base's ONBUILD entries,
// and behind them those of --label and of --squash.
func byPosition(p problem) (solution, bool) {
	leads := []int{0}
	if n := len(p.triggers); n > 0 {
		leads = []int{n, 0}
	}
	for _, lead := range leads {
		for tail := range p.added() + 1 {
			base := len(p.said) - tail - len(p.wanted) - lead
			if base < 0 || p.base >= 0 && base != p.base {
				continue
			}
			if p.base < 0 && len(p.wanted) == 0 {
				continue // nothing tells where the base ends
			}
			if s, ok := p.place(base, lead, tail); ok {
				return s, true
			}
		}
	}
	return solution{}, false
}

// added is how many entries at the end may come from an option of the build.
func (p problem) added() int {
	n := 0
	for i := len(p.said) - 1; i >= 0; i-- {
		if e := p.said[i]; !e.squash && (e.kind != "LABEL" || !e.empty) {
			break
		}
		n++
	}
	return n
}

// place puts all instructions between lead and tail, if they fit there.
func (p problem) place(base, lead, tail int) (solution, bool) {
	s := solution{base: base}
	if lead > 0 && !p.triggered(base) {
		return s, false
	}
	for range lead {
		s.at = append(s.at, trigger)
	}
	for i, w := range p.wanted {
		similarity, ok := w.fit(p.said[base+lead+i])
		if !ok {
			return s, false
		}
		if similarity < alike {
			s.at = append(s.at, unknown) // its line says something else by now
		} else {
			s.at = append(s.at, i)
		}
	}
	for range tail {
		s.at = append(s.at, unknown)
	}
	ok, all, _ := p.judge(s)
	s.confidence = Declared
	if all && p.base >= 0 {
		s.confidence = Proven
	}
	return s, ok
}
