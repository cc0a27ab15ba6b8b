package lineage

import (
	"fmt"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// dump is a result as text that can be read.
func dump(r *Result, calls []string) string {
	var b strings.Builder
	l := r.Lineage
	for i, base := range l.Bases {
		fmt.Fprintf(&b, "base %d: %s, %d layers, %s\n", i+1, base.Ref, base.Layers, base.Confidence)
		field := func(name string, value any) {
			if s := fmt.Sprint(value); s != "" && s != "[]" {
				fmt.Fprintf(&b, "    %s: %s\n", name, s)
			}
		}
		field("aliases", strings.Join(base.Aliases, " "))
		field("manifest", short(base.Digest))
		field("index", short(base.IndexDigest))
		field("from", line(base.From))
		field("vendor", base.Vendor)
		if base.Tag != (finding.Tag{}) {
			field("tag", strings.TrimSpace(fmt.Sprintf("%s %s %s", base.Tag.State, short(base.Tag.Digest), base.Tag.Detail)))
		}
		for _, e := range base.Evidence {
			field("evidence", short(e))
		}
	}
	if l.Scratch {
		b.WriteString("scratch\n")
	}
	if l.Squashed {
		b.WriteString("squashed\n")
	}
	if l.Dockerfile != "" {
		fmt.Fprintf(&b, "dockerfile: %s\n", l.Dockerfile)
	}
	for _, x := range l.Builders {
		fmt.Fprintf(&b, "builder: %s %s stage=%q %s\n", x.Ref, short(x.Digest), x.Stage, line(x.From))
	}
	for _, h := range l.Hints {
		verdict := "no "
		if h.Used {
			verdict = "yes"
		}
		fmt.Fprintf(&b, "hint: %s %s: %s %s: %s\n", verdict, short(h.Source), h.Ref, short(h.Digest), short(h.Why))
	}
	for _, n := range l.Notes {
		fmt.Fprintf(&b, "note: %s\n", short(n))
	}
	for i, layer := range r.Layers {
		in := layer.Instruction
		fmt.Fprintf(&b, "layer %d: base=%d %s %s", i, layer.Base, in.Kind, line(in.Line))
		if in.Stage != "" {
			fmt.Fprintf(&b, " stage=%s", in.Stage)
		}
		if in.Source != "" {
			fmt.Fprintf(&b, " source=%s", in.Source)
		}
		if in.OnBuild {
			b.WriteString(" onbuild")
		}
		fmt.Fprintf(&b, " %s\n", in.Confidence)
	}
	for _, call := range calls {
		fmt.Fprintf(&b, "request: %s\n", short(call))
	}
	return b.String()
}

func line(l finding.Line) string {
	if l == (finding.Line{}) {
		return ""
	}
	return fmt.Sprintf("%s:%d-%d %q", l.File, l.Start, l.End, l.Text)
}

// short cuts digests, which say nothing to a reader.
func short(s string) string {
	var b strings.Builder
	for {
		i := strings.Index(s, "sha256:")
		if i < 0 || len(s) < i+71 {
			return b.String() + s
		}
		b.WriteString(s[:i+13])
		s = s[i+71:]
	}
}
