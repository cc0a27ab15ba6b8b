package cache

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func folder(t *testing.T, max int64) *Folder {
	t.Helper()
	return &Folder{Dir: filepath.Join(t.TempDir(), "made", "when needed"), MaxBytes: max, Now: time.Now}
}

func TestFolder(t *testing.T) {
	f := folder(t, 1<<20)
	if got := f.Get("a"); got != nil {
		t.Errorf("an entry of nobody's: %q", got)
	}
	f.Trim() // of a folder that is not there
	f.Put("a", []byte("one"))
	f.Put("a", []byte("two"))
	f.Put("b", nil)
	if got := string(f.Get("a")); got != "two" {
		t.Errorf("a is %q", got)
	}
	if got := f.Get("b"); len(got) != 0 {
		t.Errorf("b is %q", got)
	}
	// Another process sees the same.
	if got := string((&Folder{Dir: f.Dir, Now: time.Now}).Get("a")); got != "two" {
		t.Errorf("a is %q to another", got)
	}
}

func TestFolderKeepsToItself(t *testing.T) {
	f := folder(t, 1<<20)
	outside := filepath.Join(filepath.Dir(f.Dir), "x")
	for _, key := range []string{"", ".", "..", "../x", "a/b", `a\b`, ".incoming-1", outside} {
		f.Put(key, []byte("x"))
		if got := f.Get(key); got != nil {
			t.Errorf("Get(%q) is %q", key, got)
		}
	}
	if _, err := os.Stat(outside); err == nil {
		t.Error("an entry was written outside of the folder")
	}
	f.Put("large", make([]byte, maxEntry+1))
	if f.Get("large") != nil {
		t.Error("an entry over the limit was stored")
	}
	if err := os.Truncate(put(t, f, "grown"), maxEntry+1); err != nil {
		t.Fatal(err)
	}
	if f.Get("grown") != nil {
		t.Error("a file over the limit was read")
	}
	if err := os.MkdirAll(filepath.Join(f.Dir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	if f.Get("folder") != nil {
		t.Error("a folder was read")
	}
}

// put stores 100 bytes and returns the file.
func put(t *testing.T, f *Folder, key string) string {
	t.Helper()
	f.Put(key, bytes.Repeat([]byte(key[:1]), 100))
	return filepath.Join(f.Dir, key)
}

func TestTrim(t *testing.T) {
	f := folder(t, 300)
	now := time.Now()
	for i, key := range []string{"oldest", "used", "newer", "newest"} {
		when := now.Add(time.Duration(i-10) * 24 * time.Hour)
		if err := os.Chtimes(put(t, f, key), when, when); err != nil {
			t.Fatal(err)
		}
	}
	remains, busy := filepath.Join(f.Dir, tempPrefix+"1"), filepath.Join(f.Dir, tempPrefix+"2")
	for _, path := range []string{remains, busy} {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chtimes(remains, now.Add(-2*tempLifetime), now.Add(-2*tempLifetime)); err != nil {
		t.Fatal(err)
	}

	(&Folder{Dir: f.Dir, Now: time.Now}).Trim() // has stored nothing: leaves it all
	if f.Get("used") == nil {
		t.Fatal("a Folder that was only read trimmed")
	}
	put(t, f, "just stored")
	f.Trim()
	for key, want := range map[string]bool{"oldest": false, "newer": false, "used": true, "newest": true, "just stored": true} {
		if got := f.Get(key) != nil; got != want {
			t.Errorf("%q is there: %v, want %v", key, got, want)
		}
	}
	if _, err := os.Stat(remains); err == nil {
		t.Error("the remains of a killed process are still there")
	}
	if _, err := os.Stat(busy); err != nil {
		t.Error("the file of a process that is writing is gone")
	}
}

// Where nothing can be written, nothing is kept, and nothing else happens.
func TestFolderThatCannotBe(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f := &Folder{Dir: filepath.Join(file, "x"), Now: time.Now}
	f.Put("a", []byte("one"))
	f.Trim()
	if got := f.Get("a"); got != nil {
		t.Errorf("a is %q", got)
	}
}

func TestConcurrently(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "x")
	var all sync.WaitGroup
	for p := range 8 {
		all.Go(func() {
			f := &Folder{Dir: dir, MaxBytes: 4 << 10, Now: time.Now}
			for i := range 50 {
				key := fmt.Sprint("key-", i%10)
				want := strings.Repeat(fmt.Sprint(i%10), 1<<10)
				if got := f.Get(key); got != nil && string(got) != want {
					t.Errorf("process %d read a torn entry of %d bytes", p, len(got))
				}
				f.Put(key, []byte(want))
				f.Trim()
			}
		})
	}
	all.Wait()
}
