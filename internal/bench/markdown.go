package bench

import (
	"fmt"
	"strings"
	"time"
)

// Markdown is the section of docs/performance.md on the comparison.
func (r Results) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Measured on %s at commit %s with `%s`, %d pairs of runs a case, on: %s.\n\n", r.Date, r.Commit, r.Command, r.Runs, r.Machine)
	fmt.Fprintf(&b, "![imgscan's time and memory as a part of Trivy's](performance.svg)\n\n")
	b.WriteString("| image | case | packages | time, imgscan | time, Trivy | ratio | CPU ratio | memory, imgscan | memory, Trivy | ratio |\n")
	b.WriteString("|---|---|--:|--:|--:|:--|--:|--:|--:|:--|\n")
	for _, c := range r.Cases {
		ours, theirs, ratios := medianSample(imgscanSide(c.Pairs)), medianSample(trivySide(c.Pairs)), medianRatios(c.Pairs)
		packages := ""
		if c.Packages > 0 {
			packages = fmt.Sprint(c.Packages)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %.2f | %s | %s | %s |\n", c.Image, c.Case, packages,
			seconds(ours.Wall), seconds(theirs.Wall), verdict(ratios.Wall, c.Target.Wall), ratios.CPU,
			mebibytes(ours.Memory), mebibytes(theirs.Memory), verdict(ratios.Memory, c.Target.Memory))
	}
	fmt.Fprintf(&b, "| | program on disk | | | | | | %s | %s | %s |\n", mebibytes(r.Binary.Imgscan), mebibytes(r.Binary.Trivy),
		verdict(ratio(r.Binary.Imgscan, r.Binary.Trivy), binaryTarget))
	fmt.Fprintf(&b, "\n%s", r.targets())
	fmt.Fprintf(&b, "\nThe database is a file of %s, downloaded as %s.\n", mebibytes(r.Database.File), mebibytes(r.Database.Download))
	for _, reason := range r.Skipped {
		fmt.Fprintf(&b, "\nNot measured: %s.\n", reason)
	}
	b.WriteString("\n### The limit\n\nDecompressing the large image's layers and hashing them before and after, with the same decoders and nothing else:\n\n")
	b.WriteString("| layers | bytes stored | limit, time | limit, CPU | scan | imgscan's time / limit | CPU / limit | Trivy's time / limit | CPU / limit |\n")
	b.WriteString("|---|--:|--:|--:|---|--:|--:|--:|--:|\n")
	for _, l := range r.Limits {
		for _, s := range l.Scans {
			fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %.2f | %.2f | %.2f | %.2f |\n", l.Compression, mebibytes(l.Bytes),
				seconds(l.Sample.Wall), seconds(l.Sample.CPU), s.Case,
				ratio(s.Imgscan.Wall, l.Sample.Wall), ratio(s.Imgscan.CPU, l.Sample.CPU),
				ratio(s.Trivy.Wall, l.Sample.Wall), ratio(s.Trivy.CPU, l.Sample.CPU))
		}
	}
	return b.String()
}

// targets counts the targets that were met, and lists those that were not.
func (r Results) targets() string {
	met, all := 0, 0
	var missed []string
	judge := func(what string, got, target float64) {
		if target == 0 {
			return
		}
		all++
		if got <= target {
			met++
			return
		}
		missed = append(missed, fmt.Sprintf("%s: %.2f, target %.2f", what, got, target))
	}
	for _, c := range r.Cases {
		ratios := medianRatios(c.Pairs)
		name := strings.TrimPrefix(c.Image+", "+c.Case, ", ")
		judge(name+", time", ratios.Wall, c.Target.Wall)
		judge(name+", memory", ratios.Memory, c.Target.Memory)
	}
	judge("program on disk", ratio(r.Binary.Imgscan, r.Binary.Trivy), binaryTarget)
	text := fmt.Sprintf("%d of %d targets are met.\n", met, all)
	if len(missed) > 0 {
		text += "\nMissed:\n\n- " + strings.Join(missed, "\n- ") + "\n"
	}
	return text
}

// verdict is a ratio with its target, where it has one, and whether that is met.
func verdict(got, target float64) string {
	switch {
	case target == 0:
		return fmt.Sprintf("%.2f", got)
	case got <= target:
		return fmt.Sprintf("**%.2f** (target %.2f, met)", got, target)
	}
	return fmt.Sprintf("**%.2f** (target %.2f, missed)", got, target)
}

func seconds(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Round(time.Millisecond).Milliseconds())
	}
	return fmt.Sprintf("%.2f s", d.Seconds())
}

func mebibytes(n int64) string {
	const mib = 1 << 20
	if n < 10*mib {
		return fmt.Sprintf("%.1f MiB", float64(n)/mib)
	}
	return fmt.Sprintf("%.0f MiB", float64(n)/mib)
}
