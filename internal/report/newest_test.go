package report

import "testing"

func TestNewest(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		url, want string
		versions  []string
	}{
		{"pkg:apk/alpine/openssl@1.1.1d-r2", "1.1.1k-r0", []string{"1.1.1g-r0", "1.1.1i-r0", "1.1.1j-r0", "1.1.1k-r0"}},
		{"pkg:apk/alpine/musl@1.1.22-r3", "1.1.22-r10", []string{"1.1.22-r10", "1.1.22-r9"}},
		{"pkg:apk/alpine/x@1.0_rc1-r0", "1.0-r0", []string{"1.0-r0", "1.0_rc2-r0"}},
		{"pkg:deb/debian/openssl@3.0.11-1~deb12u2", "3.0.14-1~deb12u2", []string{"3.0.14-1~deb12u1", "3.0.14-1~deb12u2", "3.0.13-1"}},
		{"pkg:deb/debian/x@1", "1:0.9-1", []string{"2.0-1", "1:0.9-1"}},
		{"pkg:deb/debian/x@1", "1.0-1", []string{"1.0~beta-1", "1.0-1"}},
		{"pkg:rpm/redhat/openssl@3.0.7-5.el9", "1:3.0.7-16.el9_2", []string{"1:3.0.7-6.el9_2", "1:3.0.7-16.el9_2"}},
		{"pkg:apk/alpine/x@1", "", []string{"not a version", "1.0-r0"}},
		{"pkg:deb/debian/x@1", "", []string{"", "1.0-1"}},
		{"pkg:npm/lodash@4.17.4", "", []string{"4.17.12", "4.17.21"}},
		{"", "", []string{"1", "2"}},
		{"pkg:deb/debian/x@1", "", nil},
	} {
		if got := newest(tt.url, tt.versions); got != tt.want {
			t.Errorf("%s: the newest of %q is %q, want %q", tt.url, tt.versions, got, tt.want)
		}
	}
}
