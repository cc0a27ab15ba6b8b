package exceptions_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/exceptions"
)

// Nothing makes Parse panic, and what it reads can be written and read again.
func FuzzParse(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, src []byte) {
		file, err := exceptions.Parse("f.yaml", src)
		if err != nil {
			if len(exceptions.Problems(err)) == 0 {
				t.Errorf("no problem in %v", err)
			}
			return
		}
		entries := values(file)
		written, err := exceptions.Marshal(entries)
		if err != nil {
			t.Fatal(err)
		}
		again, err := exceptions.Parse("f.yaml", written)
		if err != nil {
			t.Fatalf("%v\n%s", err, written)
		}
		if diff := cmp.Diff(entries, values(again), ignorePlaces); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// An edit either fails or does what it should and nothing else.
func FuzzEdit(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, src []byte) {
		file, err := exceptions.Parse("f.yaml", src)
		if err != nil {
			return
		}
		if with, err := exceptions.Add(src, added); err == nil {
			if got := len(parse(t, string(with))); got != len(file.Entries)+1 {
				t.Errorf("%d entries after %d and one more", got, len(file.Entries))
			}
		}
		for _, e := range file.Entries {
			without, err := exceptions.Prune(src, []string{e.ID})
			if err == nil && len(file.Entries) > 1 && !subsequence(lines(without), lines(src)) {
				t.Errorf("removing %s changed other lines:\n%s", e.ID, without)
			}
			renewed, err := exceptions.Renew(src, e.ID, exceptions.Renewal{ApprovedBy: []string{"@new"}, ApprovedOn: date("2026-11-23"), Expires: date("2027-01-15")})
			if err == nil && !unchangedBut(e, src, renewed) {
				t.Errorf("renewing %s changed other lines:\n%s", e.ID, renewed)
			}
		}
	})
}

func seed(f *testing.F) {
	f.Helper()
	for _, pattern := range []string{"valid", "invalid"} {
		for _, path := range glob(f, "testdata/"+pattern+"/*.yaml") {
			f.Add(read(f, path))
		}
	}
	f.Add([]byte(crlf(apart("A", "B") + "# the end")))
	f.Add([]byte(literal))
}

func values(file *exceptions.File) []exceptions.Entry {
	var all []exceptions.Entry
	for _, e := range file.Entries {
		all = append(all, *e)
	}
	return all
}

func lines(src []byte) []string { return strings.Split(strings.TrimRight(string(src), "\r\n"), "\n") }

// subsequence says whether all of some are in all, in this order.
func subsequence(some, all []string) bool {
	for _, line := range all {
		if len(some) > 0 && strings.TrimSuffix(line, "\r") == strings.TrimSuffix(some[0], "\r") {
			some = some[1:]
		}
	}
	return len(some) == 0
}

// unchangedBut says whether the lines before and after those of an entry are as
// they were.
func unchangedBut(e *exceptions.Entry, before, after []byte) bool {
	old, renewed := lines(before), lines(after)
	head, tail := e.At.Start-1, len(old)-e.At.End
	if len(renewed) < head+tail {
		return false
	}
	for i := range head {
		if old[i] != renewed[i] {
			return false
		}
	}
	for i := 1; i <= tail; i++ {
		if old[len(old)-i] != renewed[len(renewed)-i] {
			return false
		}
	}
	return true
}
