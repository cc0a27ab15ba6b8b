package vulndb

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/org/imgscan-action/internal/fileid"
)

// old waits until a change of the file would show in its identity.
func old(t *testing.T) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("files have no identity here")
	}
	time.Sleep(150 * time.Millisecond)
}

func TestRememberedDigest(t *testing.T) {
	t.Parallel()
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "trivy.db")
	digest := func() string {
		t.Helper()
		got, err := rememberedDigest(file, dir)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	write := func(content string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		old(t)
	}
	write("one")
	first := digest()
	memo := filepath.Join(dir, "db", memoName(file))
	if _, err := os.Stat(memo); err != nil {
		t.Fatalf("nothing was remembered: %v", err)
	}

	// The same size, and the modification time that it had.
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	write("two")
	if err := os.Chtimes(file, info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
	old(t)
	if second := digest(); second == first {
		t.Error("a changed file has the digest of the one before")
	}

	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	right, id := digest(), fileid.Of(f)
	const other = "sha256:0123456789012345678901234567890123456789012345678901234567890123"
	for _, tt := range []struct{ name, content, want string }{
		{"what is remembered is used", `{"file":"` + id + `","digest":"` + other + `"}`, other},
		{"of another file", `{"file":"x","digest":"` + other + `"}`, right},
		{"no digest", `{"file":"` + id + `","digest":"sha256:1"}`, right},
		{"empty", "", right},
		{"cut short", "{", right},
	} {
		if err := os.WriteFile(memo, []byte(tt.content), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := digest(); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
	if got, err := rememberedDigest(file, ""); err != nil || got != right {
		t.Errorf("without a folder: %s, %v", got, err)
	}
}
