package github

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestSafeWriter(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		writes []string
		want   string
	}{
		"lines":             {[]string{"a\nb\n\nc\n"}, "a\nb\n\nc\n"},
		"CRLF":              {[]string{"a\r\nb\r\n"}, "a\nb\n"},
		"CR alone":          {[]string{"a\r::error::b\n"}, `a\r::error::b` + "\n"},
		"unfinished line":   {[]string{"a\nb"}, "a\nb\n"},
		"command in parts":  {[]string{":", ":error", "::x", "\n"}, `\::error::x` + "\n"},
		"legacy in parts":   {[]string{"a #", "#", "[error]x\n"}, `a ##\[error]x` + "\n"},
		"rune in parts":     {[]string{"\xe6\xbc", "\xa2\n"}, "漢\n"},
		"line of the limit": {[]string{strings.Repeat("x", maxLine), "\n"}, strings.Repeat("x", maxLine) + "\n"},
		"line over the limit": {
			[]string{strings.Repeat("x", maxLine-1), "##[error]y\n"},
			strings.Repeat("x", maxLine-1) + "#\n#[error]y\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			w := NewSafeWriter(&out)
			for _, s := range c.writes {
				if n, err := io.WriteString(w, s); n != len(s) || err != nil {
					t.Fatalf("Write(%q) = %d, %v", s, n, err)
				}
			}
			if err := w.Flush(); err != nil {
				t.Fatal(err)
			}
			if got := out.String(); got != c.want {
				t.Errorf("wrote %q, want %q", got, c.want)
			}
		})
	}
}

func TestSafeWriterReportsErrors(t *testing.T) {
	t.Parallel()
	broken, closed := io.Pipe()
	_ = broken.Close()
	w := NewSafeWriter(closed)
	if _, err := io.WriteString(w, "a\n"); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("Write: %v", err)
	}
	if _, err := io.WriteString(w, "a"); err != nil {
		t.Errorf("Write of a part of a line: %v", err)
	}
	if err := w.Flush(); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("Flush: %v", err)
	}
}

func FuzzSafeWriter(f *testing.F) {
	for i, s := range hostile {
		f.Add(s, s, uint16(i))
	}
	f.Fuzz(func(t *testing.T, before, after string, cut uint16) {
		s := newStep()
		w := s.Stdout()
		at := min(int(cut), len(before))
		for _, part := range []string{before[:at], before[at:]} {
			if _, err := io.WriteString(w, part); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Annotate(Annotation{Level: Notice, Message: "ours"}); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, after); err != nil {
			t.Fatal(err)
		}
		if err := s.Flush(); err != nil {
			t.Fatal(err)
		}
		commands, _ := readLog(s.stdout.String())
		if len(commands) != 1 || commands[0].Name != "notice" || commands[0].Data != "ours" {
			t.Errorf("the runner obeys %v in %q", commands, s.stdout.String())
		}
	})
}
