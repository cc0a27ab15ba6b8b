package parity

import "testing"

func TestNeighbours(t *testing.T) {
	tests := []struct{ version, next, previous string }{
		{"1.2.3", "1.2.4", "1.2.2"},
		{"1.2.0", "1.2.1", "1.1.0"},
		{"2:1.34+dfsg-1+deb12u9", "2:1.34+dfsg-1+deb12u10", "2:1.34+dfsg-1+deb12u8"},
		{"1.1.1d-r0", "1.1.1d-r1", "1.1.0d-r0"},
		{"0", "1", "0"},
		{"devel", "devel.1", "0"},
		{"20191231235959999999999999999999.1", "20191231235959999999999999999999.2", "20191231235959999999999999999999.0"},
		{"", ".1", "0"},
	}
	for _, test := range tests {
		if got := next(test.version); got != test.next {
			t.Errorf("next(%q) = %q, want %q", test.version, got, test.next)
		}
		if got := previous(test.version); got != test.previous {
			t.Errorf("previous(%q) = %q, want %q", test.version, got, test.previous)
		}
	}
}
