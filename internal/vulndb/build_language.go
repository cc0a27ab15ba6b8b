package vulndb

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aquasecurity/trivy-db/pkg/ecosystem"
	"github.com/aquasecurity/trivy-db/pkg/types"
	"github.com/aquasecurity/trivy-db/pkg/vulnsrc/osv"
	"github.com/aquasecurity/trivy-db/pkg/vulnsrc/vulnerability"
)

// publisher is who issues advisories for language packages, known by the prefix
// of their identifiers.
type publisher struct {
	prefix string
	id     types.SourceID
	name   string
	url    string
}

// publishers end with the one for everybody else, such as an organisation's own
// advisories.
func publishers() []publisher {
	return []publisher{
		{"GHSA-", vulnerability.GHSA, "GitHub Security Advisory", "https://github.com/advisories"},
		{"GO-", vulnerability.GoVulnDB, "The Go Vulnerability Database", "https://pkg.go.dev/vuln/"},
		{"PYSEC-", vulnerability.OSV, "Python Packaging Advisory Database", "https://github.com/pypa/advisory-database"},
		{"RUSTSEC-", vulnerability.OSV, "RustSec Advisory Database", "https://rustsec.org"},
		{"", vulnerability.OSV, "OSV", "https://osv.dev"},
	}
}

// dataSources is the publisher as the source of every language ecosystem.
func (p publisher) dataSources() map[ecosystem.Type]types.DataSource {
	sources := map[ecosystem.Type]types.DataSource{}
	for _, eco := range []ecosystem.Type{
		ecosystem.Go, ecosystem.Npm, ecosystem.Pip, ecosystem.RubyGems, ecosystem.Cargo, ecosystem.Julia,
		ecosystem.Composer, ecosystem.Maven, ecosystem.NuGet, ecosystem.Erlang, ecosystem.Pub,
		ecosystem.Swift, ecosystem.Bitnami, ecosystem.Kubernetes,
	} {
		sources[eco] = types.DataSource{ID: p.id, Name: p.name, URL: p.url}
	}
	return sources
}

// putLanguages feeds the advisories for language packages to trivy-db's own OSV
// source. That source reads files, takes only the first CVE of a record, and
// lets a second record on the same CVE and package replace the first: so it gets
// a copy of the records, written under dir, with one file a CVE and publisher.
func putLanguages(ctx context.Context, dir string, records []record) error {
	if err := noOverrides(); err != nil {
		return err
	}
	rest := records
	for i, p := range publishers() {
		var theirs []record
		theirs, rest = partition(rest, func(r record) bool { return strings.HasPrefix(r.ID, p.prefix) })
		entries := perVulnerability(theirs)
		if len(entries) == 0 {
			continue
		}
		sub := filepath.Join(dir, fmt.Sprint(i))
		if err := writeEntries(ctx, sub, entries); err != nil {
			return err
		}
		source := osv.New(".", p.id, p.dataSources(), osv.WithTransformer(ordered{}))
		if err := source.Update(sub); err != nil {
			return fmt.Errorf("adding the advisories of %s: %w", p.name, err)
		}
	}
	return nil
}

// perVulnerability merges the records' language parts into one entry per
// vulnerability, in the order of their identifiers.
func perVulnerability(records []record) []osv.Entry {
	merged := map[string]*osv.Entry{}
	for _, r := range records {
		affected := slices.Clone(r.Affected)
		affected = slices.DeleteFunc(affected, func(a osv.Affected) bool { return !isLanguage(a.Package.Ecosystem) })
		if len(affected) == 0 {
			continue
		}
		cves, others := r.identifiers()
		for _, id := range cves {
			entry, have := merged[id]
			if !have {
				copied := r.Entry
				copied.Affected, copied.Aliases, copied.Upstream, copied.Withdrawn = nil, nil, nil, nil
				copied.DatabaseSpecific, _ = json.Marshal(map[string]string{"severity": r.word})
				copied.ID = id
				entry = &copied
				merged[id] = entry
			}
			entry.Affected = append(entry.Affected, affected...)
			entry.Aliases = append(entry.Aliases, others...)
		}
	}
	entries := make([]osv.Entry, 0, len(merged))
	for _, entry := range merged {
		slices.Sort(entry.Aliases)
		entry.Aliases = slices.Compact(entry.Aliases)
		entries = append(entries, *entry)
	}
	slices.SortFunc(entries, func(a, b osv.Entry) int { return strings.Compare(a.ID, b.ID) })
	return entries
}

// identifiers splits what the record is called into the vulnerabilities it is
// about (the CVEs, or the record itself when there is none) and the other names.
func (r *record) identifiers() (vulnerabilities, others []string) {
	names := slices.Concat([]string{r.ID}, r.Aliases, r.Upstream)
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if strings.HasPrefix(name, "CVE-") {
			vulnerabilities = append(vulnerabilities, name)
		} else {
			others = append(others, name)
		}
	}
	if len(vulnerabilities) == 0 {
		others = slices.DeleteFunc(others, func(name string) bool { return name == r.ID })
		return []string{r.ID}, others
	}
	return vulnerabilities, others
}

func writeEntries(ctx context.Context, dir string, entries []osv.Entry) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for i, entry := range entries {
		if err := ctx.Err(); err != nil {
			return err
		}
		content, err := json.Marshal(entry)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%07d.json", i)), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// noOverrides refuses to run where trivy-db would patch what it reads: its file
// walker applies overrides/config.yaml of whatever the current folder is.
func noOverrides() error {
	path := filepath.Join("overrides", "config.yaml")
	if exists(path) {
		return fmt.Errorf("trivy-db would change advisories by the %q of the current folder: run from another folder", path)
	}
	return nil
}

// ordered makes trivy-db's OSV source deterministic: it hands over a record's
// packages in the order of a map, and the last one's severity stays.
type ordered struct{}

// PostParseAffected changes nothing.
func (ordered) PostParseAffected(adv osv.Advisory, _ osv.Affected) (osv.Advisory, error) {
	return adv, nil
}

// TransformAdvisories sorts them and adds the publisher's word on the severity.
func (ordered) TransformAdvisories(advisories []osv.Advisory, entry osv.Entry) ([]osv.Advisory, error) {
	slices.SortFunc(advisories, func(a, b osv.Advisory) int {
		return strings.Compare(a.Bucket.Name()+"\x00"+a.PkgName, b.Bucket.Name()+"\x00"+b.PkgName)
	})
	var database struct {
		Severity string `json:"severity"`
	}
	if err := json.Unmarshal(entry.DatabaseSpecific, &database); err != nil {
		return nil, err
	}
	for i := range advisories {
		advisories[i].Severity = severityOfWord(database.Severity)
	}
	return advisories, nil
}

func partition(records []record, yes func(record) bool) (in, out []record) {
	for _, r := range records {
		if yes(r) {
			in = append(in, r)
		} else {
			out = append(out, r)
		}
	}
	return in, out
}
