package history

import (
	"strings"
	"testing"
)

func TestLabelled(t *testing.T) {
	for _, tt := range []struct{ createdBy, kind, text string }{
		// BuildKit.
		{"RUN /bin/sh -c apt-get update # buildkit", "RUN", "apt-get update"},
		{"RUN |2 A=1 B=good day /bin/sh -c echo $A # buildkit", "RUN", "echo $A"},
		{"RUN |1 A=1 echo exec form # buildkit", "RUN", "echo exec form"},
		{"RUN echo exec form # buildkit", "RUN", "echo exec form"},
		{"RUN /bin/bash -o pipefail -c a | b # buildkit", "RUN", "a | b"},
		{"RUN /bin/bash -euxo pipefail -c a # buildkit", "RUN", "a"},
		{"RUN /bin/sh -c a\nb\n # buildkit", "RUN", "a\nb"},
		{"RUN /bin/sh script.sh # buildkit", "RUN", "/bin/sh script.sh"},
		{"COPY --chown=1000 a b ./ # buildkit", "COPY", "--chown=1000 a b ./"},
		{"ENV A=# buildkit", "ENV", "A="},
		{"WORKDIR /app", "WORKDIR", "/app"},
		{`CMD ["sh"]`, "CMD", `["sh"]`},
		{"HEALTHCHECK NONE", "HEALTHCHECK", "NONE"},

		// Docker before it.
		{"/bin/sh -c apt-get update", "RUN", "apt-get update"},
		{"/bin/sh -c apt-get update \t  && x", "RUN", "apt-get update \t  && x"},
		{"|1 A=1 /bin/sh -c echo $A", "RUN", "echo $A"},
		{"/bin/ash -eo pipefail -c x", "RUN", "x"},
		{`/bin/sh -c #(nop)  CMD ["sh"]`, "CMD", `["sh"]`},
		{"/bin/bash -c #(nop) WORKDIR /app", "WORKDIR", "/app"},
		{"/bin/sh -c #(nop) COPY dir:0a in /srv ", "COPY", "dir:0a in /srv"},
		{"/bin/sh -c #(nop) ADD file:0a in / ", "ADD", "file:0a in /"},
		{"cmd /S /C dir", "RUN", "dir"},
		{"cmd /S /C #(nop)  USER x", "USER", "x"},
		{"powershell -NoProfile -Command Get-Item", "RUN", "Get-Item"},

		// buildah.
		{"/bin/sh -c #(nop) ENV A=1|inheritLabels=false|unsetLabel=x", "ENV", "A=1"},
		{"/bin/sh -c #(nop) COPY file:0a in /b  |inheritLabels=false   |force-mtime=0 ", "COPY", "file:0a in /b"},
		{"/bin/sh -c a |b=c", "RUN", "a |b=c"},

		// kaniko.
		{"RUN apk add curl", "RUN", "apk add curl"},

		// No instruction.
		{"", "", ""},
		{"/bin/sh", "", ""},
		{"echo exec form", "", ""},
		{"RUNNER x", "", ""},
		{"run x", "", ""},
		{"/bin/sh -c #(nop) NOTHING x", "", ""},
		{"bazel build ...", "", ""},
		{"ko build ko://example.com/x", "", ""},
	} {
		if kind, text := Labelled(Entry{CreatedBy: tt.createdBy}); kind != tt.kind || text != tt.text {
			t.Errorf("Labelled(%q) = %q, %q, want %q, %q", tt.createdBy, kind, text, tt.kind, tt.text)
		}
	}
}

func FuzzLabelled(f *testing.F) {
	f.Add("RUN |2 A=1 B=2 /bin/sh -c x # buildkit")
	f.Add("/bin/sh -c #(nop) COPY file:0a in /b  |inheritLabels=false   ")
	f.Add("powershell -Command x")
	f.Fuzz(func(t *testing.T, createdBy string) {
		kind, text := Labelled(Entry{CreatedBy: createdBy})
		if kind == "" && text != "" {
			t.Errorf("%q of no kind", text)
		}
		if !strings.Contains(createdBy, text) {
			t.Errorf("%q is not in %q", text, createdBy)
		}
		if strings.TrimSpace(text) != text {
			t.Errorf("spaces around %q", text)
		}
	})
}
