package manifest

import (
	"path"
	"regexp"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// gradleLock reads gradle.lockfile, and the older gradle/dependency-locks.
type gradleLock struct{}

func (gradleLock) wants(p string) bool {
	return path.Base(p) == "gradle.lockfile" || path.Ext(p) == ".lockfile" && path.Base(path.Dir(p)) == "dependency-locks"
}

func (gradleLock) read(f *file) (*document, error) {
	l := &lock{rootsUnknown: true}
	for i, line := range f.lines() {
		coordinates, configurations, _ := strings.Cut(strings.TrimSpace(line), "=")
		parts := strings.Split(coordinates, ":")
		if len(parts) != 3 || strings.HasPrefix(coordinates, "#") {
			continue
		}
		l.entries = append(l.entries, entry{
			name: parts[0] + ":" + parts[1], version: parts[2], line: f.span(i+1, i+1), dev: onlyTests(configurations),
		})
	}
	return &document{lock: l}, nil
}

// onlyTests says whether all configurations, of which there is one, are those of
// tests.
func onlyTests(configurations string) bool {
	if configurations == "" {
		return false
	}
	for c := range strings.SplitSeq(configurations, ",") {
		if !strings.HasPrefix(strings.ToLower(c), "test") {
			return false
		}
	}
	return true
}

// gradleBuild reads build.gradle and build.gradle.kts. They are programs; only
// the plain forms are understood, a line at a time.
type gradleBuild struct{}

// gradleScript is the plain part of a script.
type gradleScript struct {
	variables    map[string]pomProperty
	dependencies []request // want may have variables in it
}

func (gradleBuild) wants(p string) bool {
	b := path.Base(p)
	return strings.HasSuffix(b, ".gradle") || strings.HasSuffix(b, ".gradle.kts")
}

const gradleConfiguration = `^\s*([A-Za-z]*(?i:implementation|api|compile|compileOnly|runtime|runtimeOnly|annotationProcessor|kapt|developmentOnly))\b`

var (
	gradleShort    = regexp.MustCompile(gradleConfiguration + `\s*\(?\s*(?:(?:enforcedP|p)latform\s*\(\s*)?["']([^"':\s]+):([^"':\s]+):([^"'@:\s]+)[^"']*["']`)
	gradleLong     = regexp.MustCompile(gradleConfiguration + `.*\bgroup\s*[:=]\s*["']([^"']+)["'].*\bname\s*[:=]\s*["']([^"']+)["'].*\bversion\s*[:=]\s*["']?([^"',)\s]+)`)
	gradleVariable = regexp.MustCompile(`^\s*(?:def|val|var|ext\.|String)?\s*([A-Za-z_][\w.]*|(?:ext|extra)\[["'][^"']+["']\])\s*=\s*["']([^"'\s]+)["']\s*;?\s*$`)
	gradleUse      = regexp.MustCompile(`\$\{?([A-Za-z_][\w.]*)\}?`)
	gradleKey      = regexp.MustCompile(`^(?:ext|extra)\[["']([^"']+)["']\]$`)
)

// maxScriptLine is the length of the longest line that is looked at.
const maxScriptLine = 2000

func (gradleBuild) read(f *file) (*document, error) {
	s := &gradleScript{variables: make(map[string]pomProperty)}
	for i, line := range f.lines() {
		if len(line) > maxScriptLine || strings.HasPrefix(strings.TrimSpace(line), "//") {
			continue
		}
		at := f.span(i+1, i+1)
		m := gradleShort.FindStringSubmatch(line)
		if m == nil {
			m = gradleLong.FindStringSubmatch(line)
		}
		if m != nil {
			s.dependencies = append(s.dependencies, request{
				name: m[2] + ":" + m[3], want: m[4], line: at, role: roleDirect,
				dev: strings.HasPrefix(strings.ToLower(m[1]), "test"),
			})
			continue
		}
		if m := gradleVariable.FindStringSubmatch(line); m != nil {
			name := strings.TrimPrefix(m[1], "ext.")
			if key := gradleKey.FindStringSubmatch(m[1]); key != nil {
				name = key[1]
			}
			s.variables[name] = pomProperty{m[2], at}
		}
	}
	return &document{gradle: s}, nil
}

// gradleProperties reads gradle.properties, for versions that are kept there.
type gradleProperties struct{}

func (gradleProperties) wants(p string) bool { return path.Base(p) == "gradle.properties" }

func (gradleProperties) read(f *file) (*document, error) {
	s := &gradleScript{variables: make(map[string]pomProperty)}
	for i, line := range f.lines() {
		name, value, found := strings.Cut(line, "=")
		if name = strings.TrimSpace(name); found && name != "" && name[0] != '#' && len(line) <= maxScriptLine {
			s.variables[name] = pomProperty{strings.TrimSpace(value), f.span(i+1, i+1)}
		}
	}
	return &document{gradle: s}, nil
}

// resolveGradle turns the dependencies of scripts into requests, with the
// variables of the script and of those in the folders above it.
func resolveGradle(docs []*document) {
	inDir := make(map[string][]*gradleScript)
	for _, d := range docs {
		if d.gradle != nil {
			inDir[d.dir] = append(inDir[d.dir], d.gradle)
		}
	}
	for _, d := range docs {
		if d.gradle == nil {
			continue
		}
		for _, r := range d.gradle.dependencies {
			r.want, r.property = expandGradle(r.want, d, inDir)
			d.requests = append(d.requests, r)
		}
	}
}

func expandGradle(want string, d *document, inDir map[string][]*gradleScript) (string, finding.Line) {
	var property finding.Line
	expanded := gradleUse.ReplaceAllStringFunc(want, func(use string) string {
		name := gradleUse.FindStringSubmatch(use)[1]
		for _, prefix := range []string{"rootProject.", "project.", "ext.", "versions."} {
			name = strings.TrimPrefix(name, prefix)
		}
		scripts := []*gradleScript{d.gradle}
		for dir := d.dir; ; dir = path.Dir(dir) {
			scripts = append(scripts, inDir[dir]...)
			if dir == "." {
				break
			}
		}
		for _, s := range scripts {
			if v, found := s.variables[name]; found {
				property = v.line
				return v.value
			}
		}
		return use
	})
	return expanded, property
}
