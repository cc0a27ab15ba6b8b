package finding

import "testing"

func TestPlace(t *testing.T) {
	for _, test := range []struct{ path, version, want string }{
		{"usr/lib/python3.11/site-packages/requests-2.31.0.dist-info/METADATA", "2.31.0", "usr/lib/python3.11/site-packages/requests.dist-info/METADATA"},
		{"usr/lib/python3-1/a-1.egg-info", "1", "usr/lib/python3/a.egg-info"},
		{"opt/log4j-core-2.17.1.jar", "2.17.1", "opt/log4j-core.jar"},
		{"app/node_modules/.pnpm/lodash@4.17.21/node_modules/lodash/package.json", "4.17.21", "app/node_modules/.pnpm/lodash/node_modules/lodash/package.json"},
		{"usr/bin/1.2/app", "1.2", "usr/bin/1.2/app"},
		{"usr/bin/app-x", "", "usr/bin/app-x"},
	} {
		if got := (Package{Path: test.path, Version: test.version}).Place(); got != test.want {
			t.Errorf("Place of %q at %q: %q, want %q", test.path, test.version, got, test.want)
		}
	}
}
