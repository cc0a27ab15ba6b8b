package github

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/sethvargo/go-githubactions"
)

// Level is how an annotation is shown.
type Level string

// The levels of annotations, worst first.
const (
	Error   Level = "error"
	Warning Level = "warning"
	Notice  Level = "notice"
)

// Limits of the runner (actions/runner, ExecutionContext.cs): further annotations
// of a level are in the log only, and what is longer is cut in the middle of a word.
const (
	maxAnnotations  = 10
	maxMessageUnits = 4096 // UTF-16 code units, which is how the runner counts
)

// minSecret is the length in characters below which a mask does harm: it would blank out every
// "no" and "1" of the log, and drop outputs that contain them.
const minSecret = 4

// Annotation is a message beside the run and, when it names a file, beside a line
// of a pull request.
type Annotation struct {
	Level   Level
	Title   string // empty: the level's name
	Message string // may have several lines

	File string // relative to the workspace; empty when it is about no file
	Line int    // counted from 1; 0 when it is about the whole file
}

// Annotate shows an annotation. It returns a [Skip] outside a runner, and for more
// annotations of one level than a step can show.
func (r *Runner) Annotate(a Annotation) error {
	if !r.Active() {
		return inactive()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.annotations[a.Level] >= maxAnnotations {
		return &Skip{Reason: fmt.Sprintf("a step shows at most %d annotations of level %q", maxAnnotations, a.Level)}
	}
	properties := githubactions.CommandProperties{}
	if a.Title != "" {
		properties["title"] = plain(a.Title, "")
	}
	if a.File != "" {
		properties["file"] = plain(a.File, "")
		if a.Line > 0 {
			properties["line"] = strconv.Itoa(a.Line)
		}
	}
	if err := r.command(string(a.Level), cut(plain(a.Message, "\n")), properties); err != nil {
		return err
	}
	r.annotations[a.Level]++
	return nil
}

// mask has the runner replace a secret by *** in all that follows, each line of it
// by itself. Lines that are too short to be secrets, or that are not UTF-8 and so
// no text that the runner could find, are left alone. Outside a runner it does
// nothing, because there the command would print the secret.
func (r *Runner) mask(secret string) error {
	if !r.Active() {
		return nil
	}
	for line := range strings.SplitSeq(strings.ReplaceAll(secret, "\r", "\n"), "\n") {
		line = strings.TrimSpace(line)
		if utf8.RuneCountInString(line) < minSecret || !utf8.ValidString(line) {
			continue
		}
		if err := r.command("add-mask", line, nil); err != nil {
			return err
		}
	}
	return nil
}

// maskLogin masks a registry's password, and the form in which HTTP and Docker's
// configuration carry it.
func (r *Runner) maskLogin(username, password string) error {
	if password == "" {
		return nil
	}
	if err := r.mask(password); err != nil {
		return err
	}
	return r.mask(base64.StdEncoding.EncodeToString([]byte(username + ":" + password)))
}

func (r *Runner) command(name, data string, properties githubactions.CommandProperties) error {
	safe, ok := r.stdout.(*SafeWriter)
	if !ok {
		return inactive()
	}
	cmd := githubactions.Command{Name: name, Message: data, Properties: properties}
	if err := safe.command(cmd.String()); err != nil {
		return fmt.Errorf("writing the workflow command %q: %w", name, err)
	}
	return nil
}

// cut shortens a message to what the runner keeps, between two characters and with
// a sign that something is missing.
func cut(message string) string {
	units, end := 0, 0 // end is where the message ends if it has to be cut
	for i, c := range message {
		units += utf16.RuneLen(c)
		if units < maxMessageUnits {
			end = i + utf8.RuneLen(c)
		}
	}
	if units <= maxMessageUnits {
		return message
	}
	return message[:end] + "…"
}
