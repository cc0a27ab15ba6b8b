package owner

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// wait is what to do where no finding has a fix.
const wait = "wait: nothing has a fix yet"

// leave is what to do about a base whose tag has moved or is gone. Only the
// Dockerfile of the build itself is known, so only there a pinned digest shows.
func leave(base finding.Base, build bool) string {
	if base.Tag.State == finding.TagGone {
		return fmt.Sprintf("choose another base than %s: its tag is gone from the registry", base.Ref)
	}
	if line, is := pin(base); is && build {
		return fmt.Sprintf("move the digest in %s and rebuild: the tag of %s has moved since this build", line, base.Ref)
	}
	return fmt.Sprintf("rebuild on %s: its tag has moved since this build", base.Ref)
}

// rebuild is what is left to do for a build when all is done below it.
func rebuild(bases []finding.Base) string {
	if len(bases) > 0 {
		if line, is := pin(bases[0]); is {
			return fmt.Sprintf("move the digest in %s and rebuild", line)
		}
	}
	return "rebuild"
}

// pin is where the Dockerfile names the base by its digest, if it does.
func pin(base finding.Base) (line string, is bool) {
	return place(base.From, "FROM"), strings.Contains(base.From.Text, "@sha256:")
}

// publish is what the owner of a base has to do about its findings.
func publish(base finding.Base, findings []finding.Finding) string {
	if fixable(findings) == 0 {
		return wait
	}
	subject := "a rebuilt " + base.Ref
	if base.Tag.State == finding.TagUnknown || base.Tag.State == finding.TagNotChecked {
		subject += ", unless its tag has moved already"
	}
	return fmt.Sprintf("publish %s: %s", subject, worth(findings))
}

// republish is what the owner of an image has to do about what was copied out
// of it.
func republish(ref string, findings []finding.Finding) string {
	if fixable(findings) == 0 {
		return wait
	}
	return fmt.Sprintf("publish a rebuilt %s: %s", ref, worth(findings))
}

// worth says how many of the findings have a fix, of which at least one has.
func worth(findings []finding.Finding) string {
	n := fixable(findings)
	where := " in the distribution"
	if slices.ContainsFunc(findings, func(f finding.Finding) bool { return f.Fixable() && f.Package.Class != finding.ClassOS }) {
		where = ""
	}
	switch {
	case len(findings) == 1:
		return "its one finding has a fix" + where
	case n == 1:
		return fmt.Sprintf("1 of its %d findings has a fix%s", len(findings), where)
	}
	return fmt.Sprintf("%d of its %d findings have a fix%s", n, len(findings), where)
}

// place is a line for a message: "Dockerfile:13"; what stands in for it when it
// is not known is "the RUN instruction".
func place(line finding.Line, kind string) string {
	if line.File == "" {
		return fmt.Sprintf("the %s instruction", kind)
	}
	if line.Start == 0 {
		return line.File
	}
	return fmt.Sprintf("%s:%d", line.File, line.Start)
}

// few joins the first three of the words and counts the rest.
func few(words []string, separator string) string {
	const most = 3
	if len(words) <= most {
		return strings.Join(words, separator)
	}
	return fmt.Sprintf("%s and %d more", strings.Join(words[:most], separator), len(words)-most)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
