package github

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestAnnotate(t *testing.T) {
	t.Parallel()
	s := newStep()
	if _, err := io.WriteString(s.Stdout(), "half a line"); err != nil {
		t.Fatal(err)
	}
	for _, a := range []Annotation{
		{Level: Error, Message: "policy broken: 3 findings\nhigh: 3"},
		{Level: Warning, Title: "a, b: c", Message: "100%", File: "docker/Dockerfile", Line: 7},
		{Level: Notice, Message: "x ##[error]y", File: "a:b,c"},
		{Level: Notice, Message: "a line without a file is about nothing", Line: 3},
	} {
		if err := s.Annotate(a); err != nil {
			t.Fatal(err)
		}
	}
	got, shown := readLog(s.stdout.String())
	want := []command{
		{"error", nil, "policy broken: 3 findings\nhigh: 3"},
		{"warning", map[string]string{"title": "a, b: c", "file": "docker/Dockerfile", "line": "7"}, "100%"},
		{"notice", map[string]string{"file": "a:b,c"}, `x ##\[error]y`},
		{"notice", nil, "a line without a file is about nothing"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"half a line"}, shown); diff != "" {
		t.Error(diff)
	}
}

func TestAnnotateStopsWhereTheRunnerDoes(t *testing.T) {
	t.Parallel()
	s := newStep()
	for i := range 12 {
		err := s.Annotate(Annotation{Level: Error, Message: fmt.Sprint(i)})
		if i < 10 && err != nil {
			t.Fatal(err)
		}
		if i >= 10 && !isSkip(err) {
			t.Errorf("annotation %d: %v, want a Skip", i, err)
		}
	}
	if err := s.Annotate(Annotation{Level: Warning, Message: "another level"}); err != nil {
		t.Error(err)
	}
	commands, _ := readLog(s.stdout.String())
	if diff := cmp.Diff(commands, shownAnnotations(commands)); diff != "" {
		t.Errorf("the runner leaves out annotations:\n%s", diff)
	}
}

func TestAnnotateCutsLongMessages(t *testing.T) {
	t.Parallel()
	for name, message := range map[string]string{
		"fits":       strings.Repeat("x", 4096),
		"one more":   strings.Repeat("x", 4097),
		"surrogates": "x" + strings.Repeat("🐳", 3000),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStep()
			if err := s.Annotate(Annotation{Level: Error, Message: message}); err != nil {
				t.Fatal(err)
			}
			commands, _ := readLog(s.stdout.String())
			if diff := cmp.Diff(commands, shownAnnotations(commands)); diff != "" {
				t.Errorf("the runner cuts the message:\n%s", diff)
			}
			if cut := strings.HasSuffix(commands[0].Data, "…"); cut != (commands[0].Data != message) {
				t.Errorf("message ends in %q", commands[0].Data[len(commands[0].Data)-8:])
			}
		})
	}
}

func TestMask(t *testing.T) {
	t.Parallel()
	for secret, want := range map[string][]string{
		"hunter22":                  {"hunter22"},
		"":                          nil,
		"abc":                       nil,
		"-----KEY\r\n ab \nAAAA%\n": {"-----KEY", "AAAA%"},
		"::error::x":                {"::error::x"},
	} {
		s := newStep()
		if err := s.mask(secret); err != nil {
			t.Fatal(err)
		}
		var masks []string
		commands, shown := readLog(s.stdout.String())
		for _, c := range commands {
			if c.Name != "add-mask" {
				t.Errorf("mask(%q) gave %v", secret, c)
			}
			masks = append(masks, c.Data)
		}
		if diff := cmp.Diff(want, masks); diff != "" {
			t.Errorf("mask(%q):\n%s", secret, diff)
		}
		if len(shown) > 0 {
			t.Errorf("mask(%q) shows %q", secret, shown)
		}
	}
}

func FuzzAnnotate(f *testing.F) {
	for _, s := range hostile {
		f.Add(s, s, s)
	}
	f.Fuzz(func(t *testing.T, title, message, file string) {
		s := newStep()
		if err := s.Annotate(Annotation{Level: Error, Title: title, Message: message, File: file, Line: 1}); err != nil {
			t.Fatal(err)
		}
		commands, shown := readLog(s.stdout.String())
		if len(commands) != 1 || commands[0].Name != "error" || len(shown) > 0 {
			t.Fatalf("the runner obeys %v and shows %q in %q", commands, shown, s.stdout.String())
		}
		for key := range commands[0].Properties {
			if key != "title" && key != "file" && key != "line" {
				t.Errorf("unexpected property %q in %q", key, s.stdout.String())
			}
		}
		if want := plain(message, "\n"); utf8.RuneCountInString(want) <= 2000 && commands[0].Data != want {
			t.Errorf("message %q arrives as %q", want, commands[0].Data)
		}
	})
}

func FuzzMask(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, secret string) {
		s := newStep()
		if err := s.mask(secret); err != nil {
			t.Fatal(err)
		}
		commands, shown := readLog(s.stdout.String())
		if len(shown) > 0 {
			t.Errorf("shows %q", shown)
		}
		for _, c := range commands {
			if c.Name != "add-mask" || utf8.RuneCountInString(c.Data) < minSecret {
				t.Errorf("the runner obeys %v", c)
			}
		}
	})
}
