package cli

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/gate"
)

// progress tells a person how far a scan has come: a bar with bytes and layers
// on a terminal, one line per phase elsewhere, nothing when quiet. A nil
// *progress is silent.
type progress struct {
	out io.Writer
	bar bool // whether out is a terminal

	mu      sync.Mutex
	line    *progressbar.ProgressBar // nil unless a bar is on the screen
	layers  int
	done    int
	read    int64
	fetched int64
}

var _ gate.Progress = (*progress)(nil)

// newProgress is silent when quiet.
func newProgress(env Env, quiet bool) *progress {
	if quiet {
		return nil
	}
	return &progress{out: env.Stderr, bar: terminalWidth(env.Stderr) > 0}
}

// start says what is being looked for.
func (p *progress) start(ref string) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.say("opening %s", ref)
	p.draw("opening")
}

// startDatabase says that only the database is being looked for.
func (p *progress) startDatabase() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.draw("asking for the database")
}

// draw puts a bar on a terminal.
func (p *progress) draw(what string) {
	if p.bar {
		p.line = progressbar.NewOptions64(-1,
			progressbar.OptionSetWriter(p.out),
			progressbar.OptionShowBytes(true),
			progressbar.OptionShowCount(),
			progressbar.OptionSetWidth(24),
			progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionClearOnFinish(),
			progressbar.OptionSetDescription(what),
		)
	}
}

// Opened is called when the image was found.
func (p *progress) Opened(img finding.Image) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.layers = len(img.Layers)
	var size int64
	for _, l := range img.Layers {
		size += l.Size
	}
	if p.line == nil {
		p.say("reading %s from %s: %s, %s", img.Identity(), img.Source, plural(p.layers, "layer"), megabytes(size))
		return
	}
	if size > 0 {
		p.line.ChangeMax64(size)
	}
	p.describe()
}

// LayerRead is called after each layer with the number read so far.
func (p *progress) LayerRead(done int) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done = done
	p.describe()
}

// Matching is called when the inventory is complete and the database open.
func (p *progress) Matching(packages int) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.line == nil {
		p.say("matching %s", plural(packages, "package"))
	}
}

// imageBytes counts stored bytes of the image as they are read.
func (p *progress) imageBytes(n int64) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.read += n
	if p.line != nil {
		_ = p.line.Set64(p.read) // a bar that cannot be drawn must not stop the scan
	}
}

// spooledBytes counts bytes that are copied before the image can be read.
func (p *progress) spooledBytes(n int64) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.line != nil {
		_ = p.line.Add64(n)
	}
}

// databaseBytes is called with the bytes of the database downloaded so far, of
// all there are.
func (p *progress) databaseBytes(done, total int64) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fetched == 0 && p.line == nil {
		p.say("downloading the vulnerability database, %s", megabytes(total))
	}
	p.fetched = done
	p.describe()
}

// stop takes the bar off the screen.
func (p *progress) stop() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.line != nil {
		_ = p.line.Finish()
		p.line = nil
	}
}

// note says something about a place: why an output was skipped, or what is
// missing.
func (p *progress) note(place, text string) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	fmt.Fprintf(p.out, "imgscan: %s: %s\n", place, oneLine(text))
}

// describe puts the layers and the database beside the bar.
func (p *progress) describe() {
	if p.line == nil {
		return
	}
	text := fmt.Sprintf("layers %d/%d", p.done, p.layers)
	if p.fetched > 0 {
		text += ", database " + megabytes(p.fetched)
	}
	p.line.Describe(text)
}

func (p *progress) say(format string, args ...any) {
	if !p.bar {
		fmt.Fprintf(p.out, "imgscan: "+format+"\n", args...)
	}
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }
