package bench

import (
	"fmt"
	"html"
	"strings"
)

// The picture's measures, in its own units.
const (
	rowHeight  = 26
	labelWidth = 250
	barWidth   = 250 // of Trivy's cost, which is 1
	panelGap   = 120 // the numbers are in it
	headHeight = 56
)

// bar is a row of the picture.
type bar struct {
	label  string
	ratio  float64
	target float64 // 0 for none
	value  string  // imgscan's own number and Trivy's
}

// SVG draws imgscan's time and memory as parts of Trivy's. It reads on a light
// and on a dark page.
func (r Results) SVG() string {
	var times, memories []bar
	for _, c := range r.Cases {
		if c.Image != "" && c.Image != r.Cases[0].Image {
			continue // the small image would only make the picture longer
		}
		ours, theirs, ratios := medianSample(imgscanSide(c.Pairs)), medianSample(trivySide(c.Pairs)), medianRatios(c.Pairs)
		times = append(times, bar{c.Case, ratios.Wall, c.Target.Wall, seconds(ours.Wall) + " / " + seconds(theirs.Wall)})
		memories = append(memories, bar{c.Case, ratios.Memory, c.Target.Memory, mebibytes(ours.Memory) + " / " + mebibytes(theirs.Memory)})
	}
	width := labelWidth + 2*(barWidth+panelGap)
	height := headHeight + rowHeight*len(times) + 34

	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-label="imgscan's time and memory as a part of Trivy's">`+"\n", width, height)
	b.WriteString(`<style>
  text { font: 12px system-ui, sans-serif; fill: #24292f }
  .title { font-weight: 600; font-size: 14px } .soft { fill: #57606a; font-size: 11px }
  .trivy { fill: #d0d7de } .imgscan { fill: #1a7f37 } .target { stroke: #24292f; stroke-width: 1.5 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .soft { fill: #9198a1 } .trivy { fill: #3d444d } .imgscan { fill: #3fb950 } .target { stroke: #e6edf3 }
  }
</style>
`)
	drawPanel(&b, labelWidth, "time", times, true)
	drawPanel(&b, labelWidth+barWidth+panelGap, "peak memory", memories, false)
	fmt.Fprintf(&b, `<text class="soft" x="%d" y="%d">grey: Trivy; green: imgscan; tick: target; %s, medians of %d pairs</text>`+"\n",
		labelWidth, height-10, html.EscapeString(r.Cases[0].Image), r.Runs)
	b.WriteString("</svg>\n")
	return b.String()
}

// drawPanel draws bars from x on, with their labels on the left if labels is set.
func drawPanel(b *strings.Builder, x int, title string, bars []bar, labels bool) {
	fmt.Fprintf(b, `<text class="title" x="%d" y="22">%s</text>`+"\n", x, title)
	fmt.Fprintf(b, `<text class="soft" x="%d" y="42">imgscan / Trivy</text>`+"\n", x+barWidth+6)
	for i, row := range bars {
		y := headHeight + i*rowHeight
		if labels {
			fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="end">%s</text>`+"\n", x-10, y+13, html.EscapeString(row.label))
		}
		fmt.Fprintf(b, `<rect class="trivy" x="%d" y="%d" width="%d" height="18" rx="2"/>`+"\n", x, y, barWidth)
		fmt.Fprintf(b, `<rect class="imgscan" x="%d" y="%d" width="%.1f" height="18" rx="2"/>`+"\n", x, y, barWidth*min(row.ratio, 1.2))
		if row.target > 0 {
			at := float64(x) + barWidth*row.target
			fmt.Fprintf(b, `<line class="target" x1="%.1f" y1="%d" x2="%.1f" y2="%d"/>`+"\n", at, y-2, at, y+20)
		}
		fmt.Fprintf(b, `<text class="soft" x="%d" y="%d">%s</text>`+"\n", x+barWidth+6, y+13, html.EscapeString(row.value))
	}
}
