package cache

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func shared(t *testing.T, bundle []byte) *Shared {
	return NewShared(folder(t, 1<<20), func() []byte { return bundle })
}

// What one machine reads, the next one has, and it saves only what is new.
func TestShared(t *testing.T) {
	first := shared(t, nil)
	if got := first.Get("base"); got != nil {
		t.Fatalf("an entry of nobody's: %q", got)
	}
	if bundle, _ := first.Bundle(); bundle != nil {
		t.Errorf("a bundle of nothing: %q", bundle)
	}
	first.Put("base", []byte("b"))
	first.Put("app", []byte("a1"))
	bundle, name := first.Bundle()

	second := shared(t, bundle)
	if got := string(second.Get("base")); got != "b" {
		t.Errorf("base is %q", got)
	}
	if again, _ := second.Bundle(); again != nil {
		t.Errorf("saved again although nothing was new: %q", again)
	}
	second.Put("app2", []byte("a2"))
	next, nextName := second.Bundle()
	got, err := unbundle(next)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]byte{"base": []byte("b"), "app2": []byte("a2")}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("entries, of which those not used are gone (-want +got):\n%s", diff)
	}
	if name == nextName || len(name) != 64 {
		t.Errorf("the bundles are called %q and %q", name, nextName)
	}
}

func TestSharedPrefersTheFolder(t *testing.T) {
	f := folder(t, 1<<20)
	f.Put("base", []byte("here"))
	wait := make(chan struct{})
	s := NewShared(f, func() []byte { <-wait; return nil })
	if got := string(s.Get("base")); got != "here" { // without waiting
		t.Errorf("base is %q", got)
	}
	close(wait)
	if bundle, _ := s.Bundle(); !bytes.Contains(bundle, []byte("here")) {
		t.Error("what the folder had is not in the bundle")
	}
}

func TestSharedWaits(t *testing.T) {
	bundle := appendPiece(appendPiece([]byte(bundleMagic), []byte("k")), []byte("late"))
	s := NewShared(folder(t, 1<<20), func() []byte {
		time.Sleep(20 * time.Millisecond)
		return bundle
	})
	if got := string(s.Get("k")); got != "late" {
		t.Errorf("k is %q", got)
	}
}

func FuzzUnbundle(f *testing.F) {
	f.Add([]byte(bundleMagic))
	f.Add(appendPiece(appendPiece([]byte(bundleMagic), []byte("key")), []byte("entry")))
	f.Add(append([]byte(bundleMagic), 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f))
	f.Fuzz(func(t *testing.T, content []byte) {
		entries, err := unbundle(content)
		if (err == nil) != (entries != nil) {
			t.Errorf("%d entries, %v", len(entries), err)
		}
	})
}
