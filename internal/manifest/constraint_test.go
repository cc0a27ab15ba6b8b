package manifest

import "testing"

func TestAllows(t *testing.T) {
	for _, tt := range []struct {
		dialect       dialect
		want, version string
		answer        answer
	}{
		{npmRange, "", "1.0.0", allowed},
		{npmRange, "*", "1.0.0", allowed},
		{npmRange, "^4.17.0", "4.17.21", allowed},
		{npmRange, "^4.17.0", "5.0.0", forbidden},
		{npmRange, "^4.17.0", "4.16.9", forbidden},
		{npmRange, "^0.2.3", "0.3.0", forbidden},
		{npmRange, "^0.2.3", "0.2.9", allowed},
		{npmRange, "^0.0.3", "0.0.4", forbidden},
		{npmRange, "^0", "0.9.0", allowed},
		{npmRange, "~1.2.3", "1.2.9", allowed},
		{npmRange, "~1.2.3", "1.3.0", forbidden},
		{npmRange, "~1", "1.9.0", allowed},
		{npmRange, "1.2.x", "1.2.9", allowed},
		{npmRange, "1.2", "1.2.9", allowed},
		{npmRange, "1.2.3", "1.2.4", forbidden},
		{npmRange, ">=1.2 <2 || >= 3", "3.1.0", allowed},
		{npmRange, ">=1.2 <2 || >= 3", "2.1.0", forbidden},
		{npmRange, "1.0.0 - 1.5", "1.5.9", allowed},
		{npmRange, "1.0.0 - 1.5.0", "1.6.0", forbidden},
		{npmRange, "latest", "1.0.0", unsure},
		{npmRange, "workspace:^1.0.0", "1.0.0", unsure},
		{npmRange, "^1.0.0-rc.1", "1.0.0", unsure},
		{npmRange, "^1.0.0", "1.0.0-rc.1", unsure},
		{npmRange, "1.0.0-rc.1", "1.0.0-rc.1", allowed},
		{cargoRange, "1.2", "1.9.0", allowed},
		{cargoRange, "=1.2.0", "1.2.1", forbidden},
		{cargoRange, ">=1, <2", "1.9.0", allowed},
		{pythonRange, "==2.0.*", "2.0.9", allowed},
		{pythonRange, "==2.0", "2.0.0", allowed},
		{pythonRange, "==2.0", "2.0.1", forbidden},
		{pythonRange, "~=1.4.2", "1.4.9", allowed},
		{pythonRange, "~=1.4", "1.9", allowed},
		{pythonRange, "~=1.4", "2.0", forbidden},
		{pythonRange, ">=1,!=1.5,<2", "1.5", forbidden},
		{pythonRange, ">=1,!=1.5.*,<2", "1.5.3", forbidden},
		{pythonRange, ">1,<=2", "2", allowed},
		{composerRange, "~1.2", "1.9.0", allowed},
		{composerRange, "~1.2.3", "1.3.0", forbidden},
		{composerRange, "^1.0 | ^2.0", "2.5.0", allowed},
		{composerRange, "1.2", "1.2.3", forbidden},
		{rubyRange, "~> 6.1.0", "6.1.3", allowed},
		{rubyRange, "~> 6.1", "6.9", allowed},
		{rubyRange, ">= 5.0, < 6", "6.0", forbidden},
		{nuGetRange, "1.2.0", "1.3.0", allowed},
		{nuGetRange, "1.2.0", "1.1.0", forbidden},
		{nuGetRange, "[1.2.0]", "1.2.0", allowed},
		{mavenRange, "[1.0,2.0)", "1.5", unsure},
		{npmRange, "99999999999999999999999.0.0", "1.0.0", unsure},
		{npmRange, ">=", "1.0.0", unsure},
	} {
		if got := tt.dialect.allows(tt.want, tt.version); got != tt.answer {
			t.Errorf("%q allows %q: %v, want %v", tt.want, tt.version, got, tt.answer)
		}
	}
}

func TestPins(t *testing.T) {
	for _, tt := range []struct {
		dialect       dialect
		want, version string
		pins          bool
	}{
		{npmRange, "1.2.3", "1.2.3", true},
		{npmRange, "=v1.2.3", "1.2.3", true},
		{npmRange, "^1.2.3", "1.2.3", false},
		{pythonRange, "== 1.2", "1.2", true},
		{cargoRange, "1.2.3", "1.2.3", false},
		{cargoRange, "=1.2.3", "1.2.3", true},
		{nuGetRange, "[1.2.3]", "1.2.3", true},
		{nuGetRange, "[1.2.3,)", "1.2.3", false},
		{npmRange, "", "", false},
	} {
		if got := tt.dialect.pins(tt.want, tt.version); got != tt.pins {
			t.Errorf("%q pins %q: %v", tt.want, tt.version, got)
		}
	}
}

func FuzzAllows(f *testing.F) {
	f.Add("^1.2 || >=3 <4 - 5", "1.2.3")
	f.Add("~>=x.*", "v1")
	f.Fuzz(func(_ *testing.T, want, version string) {
		for _, d := range []dialect{npmRange, cargoRange, composerRange, nuGetRange} {
			d.allows(want, version)
		}
	})
}
