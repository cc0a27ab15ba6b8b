package foreign

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
)

// osvConfig is what osv-scanner.toml says of vulnerabilities.
type osvConfig struct {
	IgnoredVulns      []osvIgnored
	PackageOverrides  []osvOverride
	GoVersionOverride string
	ScanGoModVersion  bool
}

type osvIgnored struct {
	ID          string    `toml:"id"`
	IgnoreUntil time.Time `toml:"ignoreUntil"`
	Reason      string    `toml:"reason"`
}

type osvOverride struct {
	Name          string `toml:"name"`
	NameIsRegex   bool   `toml:"nameIsRegex"`
	Version       string `toml:"version"`
	Ecosystem     string `toml:"ecosystem"`
	Group         string `toml:"group"`
	Ignore        bool   `toml:"ignore"`
	Vulnerability struct {
		Ignore bool `toml:"ignore"`
	} `toml:"vulnerability"`
	License struct {
		Override []string `toml:"override"`
		Ignore   bool     `toml:"ignore"`
	} `toml:"license"`
	EffectiveUntil time.Time `toml:"effectiveUntil"`
	Reason         string    `toml:"reason"`
}

// readOSV reads osv-scanner.toml, as internal/config/config.go of OSV-Scanner
// applies it: of several rules for one vulnerability the first counts, even when it
// has ended.
func readOSV(im *importer, src []byte) error {
	config, unknown, err := parseOSV(src)
	if err != nil {
		return err
	}
	im.firstWins = true
	places := im.tables(src, "IgnoredVulns", len(config.IgnoredVulns))
	for i, ignored := range config.IgnoredVulns {
		im.add(rule{
			place: places[i], vulnerability: ignored.ID, decision: finding.RiskAccepted,
			reason: ignored.Reason, end: ignored.IgnoreUntil,
		})
	}
	places = im.tables(src, "PackageOverrides", len(config.PackageOverrides))
	for i, override := range config.PackageOverrides {
		im.override(places[i], override)
	}
	if config.GoVersionOverride != "" {
		im.lose(im.file, "GoVersionOverride: the version in the image is what counts here")
	}
	for _, key := range unknown {
		im.lose(im.file, "%s is nothing that OSV-Scanner reads", quote(key))
	}
	return nil
}

func parseOSV(src []byte) (config osvConfig, unknown []string, err error) {
	// The parser is not ours: whatever it trips over is the file's fault.
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("malformed TOML: the parser gave up: %s", plain(fmt.Sprint(r), 200))
		}
	}()
	if err := checkTOML(src); err != nil {
		return config, nil, err
	}
	meta, err := toml.Decode(string(src), &config)
	if err != nil {
		return config, nil, fmt.Errorf("malformed TOML: %s", plain(err.Error(), 200))
	}
	for _, key := range meta.Undecoded() {
		if s := key.String(); !slices.Contains(unknown, s) && len(unknown) < maxUnknown {
			unknown = append(unknown, s)
		}
	}
	return config, unknown, nil
}

// maxUnknown is how many keys that are not known are worth a sentence.
const maxUnknown = 20

// tables are the places of the tables of a name. The parser does not tell; the
// headers do, unless the file is written in another way.
func (im *importer) tables(src []byte, name string, count int) []string {
	var places []string
	header := regexp.MustCompile(`(?i)^[ \t]*\[\[[ \t]*["']?` + name + `["']?[ \t]*\]\]`)
	n := 0
	for line := range strings.Lines(string(src)) {
		if n++; header.MatchString(line) {
			places = append(places, im.line(n))
		}
	}
	if len(places) != count {
		places = nil
		for i := range count {
			places = append(places, fmt.Sprintf("%s: %s[%d]", im.file, name, i))
		}
	}
	return places
}

// override adds the rule for a package.
func (im *importer) override(place string, o osvOverride) {
	if !o.Ignore && !o.Vulnerability.Ignore {
		im.lose(place, "the override of %s is about licenses", quote(o.Name))
		return
	}
	packages, why := osvPackages(o)
	if why != "" {
		im.leaveOut(place, "the override of "+quote(o.Name), "%s", why)
		return
	}
	im.add(rule{
		place: place, packages: packages, decision: finding.RiskAccepted,
		reason: o.Reason, end: o.EffectiveUntil,
	})
}

func osvPackages(o osvOverride) ([]exceptions.Package, string) {
	for _, s := range []string{o.Name, o.Version, o.Ecosystem, o.Group} {
		if plain(s, maxText) != s {
			return nil, quote(s) + " is not a text of one line"
		}
	}
	kind, known := kindOfEcosystem(o.Ecosystem)
	switch {
	case o.Group != "":
		return nil, fmt.Sprintf("what is installed has no group of dependencies (%s)", quote(o.Group))
	case o.Ecosystem == "":
		return nil, "without an ecosystem it would also cover packages of the distribution, which OSV-Scanner names otherwise"
	case !known:
		return nil, fmt.Sprintf("the ecosystem %s has no type of package of its own here", quote(o.Ecosystem))
	}
	p := exceptions.Package{Type: kind.purl, Versions: osvVersions(o.Version, kind)}
	if o.Name == "" {
		p.Paths = []string{"**"} // an entry has to select by more than a type or a version
		return []exceptions.Package{p}, ""
	}
	names := []string{o.Name}
	if o.NameIsRegex {
		var ok bool
		if names, ok = literals(o.Name); !ok {
			return nil, "the name is a regular expression"
		}
	}
	var packages []exceptions.Package
	for _, name := range names {
		p := p
		p.Name = name
		packages = append(packages, p)
	}
	return packages, ""
}

// osvVersions are a version as it is written here. OSV-Scanner drops the v of Go's.
func osvVersions(version string, kind packageKind) []string {
	switch {
	case version == "":
		return nil
	case kind.purl == "golang" && !strings.HasPrefix(version, "v"):
		return []string{literalGlob(version), "v" + literalGlob(version)}
	}
	return []string{literalGlob(version)}
}
