package catalog

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func paths(t testing.TB, l *pathList) []string {
	t.Helper()
	var got []string
	if err := l.each(func(path []byte) { got = append(got, string(path)) }); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestPathList(t *testing.T) {
	many := []string{"usr/", "usr/bin/", "usr/bin/[", "", "usr/bin/[", strings.Repeat("d/", maxPath/2)}
	for i := range 20_000 {
		many = append(many, fmt.Sprintf("usr/share/doc/package-%d/files/file-%d", i/100, i))
	}
	many = append(many, "z", "a")
	for _, want := range [][]string{nil, {"a"}, {"ab", "a", "b", "abc"}, many} {
		var l pathList
		for _, p := range want {
			l.add(p)
		}
		if diff := cmp.Diff(want, paths(t, &l)); diff != "" {
			t.Errorf("%d paths (-want +got):\n%s", len(want), diff)
		}
		if l.count != len(want) {
			t.Errorf("count is %d, want %d", l.count, len(want))
		}
	}
}

// The memory of a layer must not follow its number of files: a path takes about
// 60 bytes and a string header.
func TestPathListIsSmall(t *testing.T) {
	var l pathList
	const files = 1_000_000
	for i := range files {
		l.add(fmt.Sprintf("usr/lib/node_modules/package-%d/dist/esm/file-%d.js", i/50, i))
	}
	size := cap(l.tail)
	for _, b := range l.blocks {
		size += cap(b)
	}
	if size > 12*files {
		t.Errorf("%d files take %d bytes", files, size)
	}
}

func FuzzPathList(f *testing.F) {
	var l pathList
	for i := range 30_000 {
		l.add(fmt.Sprint("usr/share/", i))
	}
	f.Add(l.blocks[0], l.tail)
	f.Fuzz(func(_ *testing.T, block, tail []byte) {
		broken := pathList{blocks: [][]byte{block, block}, tail: tail}
		_ = broken.each(func([]byte) {}) // must come back
	})
}
