package github

import (
	"fmt"
	"slices"
	"strings"
)

const (
	// maxComment is the longest body that we send, in bytes. GitHub says that it takes
	// 65,536 characters.
	maxComment = 65_000

	// maxHead is the longest verdict line that is kept, in bytes; ours have some
	// hundreds.
	maxHead = 2_000

	// shortened ends a section of which something was left out.
	shortened = "*Left out for size: the job summary has all of it.*"
)

// compose is the body with these sections, with as much of them as fits. What is
// left out goes in this order: what is folded in clean sections; what is folded in
// the others, from the longest section and its end; all but the verdict line of
// clean sections, then of the others, the longest first; clean sections as a whole,
// of which the number stays.
func compose(list []stored) (string, error) {
	list = slices.Clone(list)
	dropped := 0
	fits := func() bool { return len(render(list, dropped)) <= maxComment }
	for _, step := range []struct {
		clean   bool
		shorten func(string) (string, bool)
	}{
		{true, withoutLastFold},
		{false, withoutLastFold},
		{true, headOnly},
		{false, headOnly},
	} {
		for !fits() && shortenLongest(list, step.clean, step.shorten) {
		}
	}
	for !fits() && len(list) > 0 && list[len(list)-1].clean {
		list = list[:len(list)-1]
		dropped++
	}
	body := render(list, dropped)
	if len(body) > maxComment {
		return "", &Skip{Reason: fmt.Sprintf("the verdicts of %d images do not fit into one comment", len(list))}
	}
	return body, nil
}

// shortenLongest shortens the longest of the clean, or of the open sections that
// can be; false when none can.
func shortenLongest(list []stored, clean bool, shorten func(string) (string, bool)) bool {
	longest, text := -1, ""
	for i, s := range list {
		if s.clean != clean || longest >= 0 && len(s.text) <= len(list[longest].text) {
			continue
		}
		if short, ok := shorten(s.text); ok {
			longest, text = i, short
		}
	}
	if longest < 0 {
		return false
	}
	list[longest].text = text
	return true
}

// withoutLastFold takes the last thing that is folded out of a text; false when
// nothing is.
func withoutLastFold(text string) (string, bool) {
	lines := strings.Split(text, "\n")
	depth, start, end, from := 0, -1, -1, 0
	for i, line := range lines {
		switch line {
		case "<details>":
			if depth++; depth == 1 {
				from = i
			}
		case "</details>":
			if depth--; depth == 0 {
				start, end = from, i
			}
			depth = max(depth, 0)
		}
	}
	if start < 1 { // the first line is the verdict
		return "", false
	}
	lines = slices.Delete(lines, start, end+1)
	return markShortened(strings.Join(lines, "\n")), true
}

// headOnly leaves the first line of a text; false when there is no more.
func headOnly(text string) (string, bool) {
	head, _, _ := strings.Cut(text, "\n")
	if len(head) > maxHead {
		head = editedText
	}
	short := markShortened(head)
	return short, len(short) < len(text)
}

func markShortened(text string) string {
	text = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), shortened))
	return text + "\n\n" + shortened
}
