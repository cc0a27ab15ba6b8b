package bench

import (
	"encoding/json"
	"fmt"
	"strings"
)

// installed is a package of an image, as imgscan's report lists it.
type installed struct {
	Class      string `json:"class"`
	Type       string `json:"type"`
	Name       string `json:"name"`
	SourceName string `json:"sourceName"`
}

// report is the part of imgscan's report that advisories are made from.
type report struct {
	OS struct {
		Family  string `json:"family"`
		Version string `json:"version"`
	} `json:"os"`
	Packages []installed `json:"packages"`
}

// advisory is an entry of trivy-db, which its readers tell apart by the bucket.
type advisory struct {
	bucket, name, id string
	value            map[string]any
}

// vulnerableEvery is how many packages there are to one with a finding: about
// what an image of last year's packages has.
const vulnerableEvery = 8

// languageBuckets are trivy-db's buckets for types of packages; others get no
// advisories.
var languageBuckets = map[string]string{
	"node-pkg":   "npm::GitHub Security Advisory npm",
	"jar":        "maven::GitHub Security Advisory Maven",
	"python-pkg": "pip::GitHub Security Advisory pip",
	"gobinary":   "go::GitHub Security Advisory Go",
	"gemspec":    "rubygems::GitHub Security Advisory RubyGems",
}

// advisories are two for every package of an image, so that each is looked up and
// compared in earnest: one that was fixed long ago, and for every eighth package
// one that is fixed in a version to come.
func (r report) advisories() []advisory {
	var all []advisory
	seen := make(map[string]bool)
	for _, p := range r.Packages {
		bucket, name := languageBuckets[p.Type], p.Name
		if p.Class == "os" {
			bucket, name = r.osBucket(), p.SourceName
		}
		if bucket == "" || name == "" || seen[bucket+"\n"+name] {
			continue
		}
		seen[bucket+"\n"+name] = true
		n := len(seen)
		all = append(all, advisory{bucket, name, fmt.Sprintf("CVE-1998-%04d", n%10000), fixedIn(p.Class, "0.0.1")})
		if n%vulnerableEvery == 0 {
			all = append(all, advisory{bucket, name, fmt.Sprintf("CVE-1999-%04d", n%10000), fixedIn(p.Class, "99999.0.0")})
		}
	}
	return all
}

// osBucket is trivy-db's bucket for the release; empty for those of no image here.
func (r report) osBucket() string {
	major, rest, _ := strings.Cut(r.OS.Version, ".")
	minor, _, _ := strings.Cut(rest, ".")
	switch r.OS.Family {
	case "debian":
		return "debian " + major
	case "alpine":
		return "alpine " + major + "." + minor
	}
	return ""
}

func fixedIn(class, version string) map[string]any {
	if class == "os" {
		return map[string]any{"FixedVersion": version}
	}
	return map[string]any{"PatchedVersions": []string{version}, "VulnerableVersions": []string{"<" + version}}
}

// parseReport reads imgscan's JSON report.
func parseReport(content []byte) (report, error) {
	var r report
	if err := json.Unmarshal(content, &r); err != nil {
		return r, fmt.Errorf("reading a report of imgscan: %w", err)
	}
	return r, nil
}
