package github

import (
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"
)

// Outputs are what later steps of a workflow can use.
type Outputs struct {
	Verdict  string // pass, fail or inconclusive; empty when nothing was scanned
	ExitCode int

	Critical, High, Medium, Low, Unknown int
	Findings                             int // of every severity
	Introduced, Inherited                int // by the build, and from its bases

	Base string // the nearest base as Docker prints it; empty when it is not known

	Report string // path of the JSON report; empty when none was written
	Sarif  string // path of the SARIF report; empty when none was written
	Digest string // digest of the scanned image, "sha256:…"; empty when it is not known
}

// count is a number of findings; empty when nothing was scanned, so that nobody takes
// that for none.
func (o Outputs) count(n int) string {
	if o.Verdict == "" {
		return ""
	}
	return strconv.Itoa(n)
}

// An output is one line of the contract with workflows, like an input.
type output struct {
	name        string
	description string
	value       func(Outputs) string
}

var outputs = []output{
	{"verdict", "pass, fail or inconclusive; empty when the scan did not get that far.", func(o Outputs) string { return o.Verdict }},
	{"exit-code", "0 policy met, 1 policy broken, 2 usage or configuration, 3 could not find out.", func(o Outputs) string { return strconv.Itoa(o.ExitCode) }},
	{"critical", "Number of findings of critical severity.", func(o Outputs) string { return o.count(o.Critical) }},
	{"high", "Number of findings of high severity.", func(o Outputs) string { return o.count(o.High) }},
	{"medium", "Number of findings of medium severity.", func(o Outputs) string { return o.count(o.Medium) }},
	{"low", "Number of findings of low severity.", func(o Outputs) string { return o.count(o.Low) }},
	{"unknown", "Number of findings that nobody has rated.", func(o Outputs) string { return o.count(o.Unknown) }},
	{"findings", "Number of findings of every severity.", func(o Outputs) string { return o.count(o.Findings) }},
	{"introduced", "Number of findings that the build's own layers brought, or that nobody can tell from those.", func(o Outputs) string { return o.count(o.Introduced) }},
	{"inherited", "Number of findings that came with a base image.", func(o Outputs) string { return o.count(o.Inherited) }},
	{"base", "The base image, as Docker prints its name; empty when it is not known.", func(o Outputs) string { return o.Base }},
	{"report", "Path of the JSON report, relative to the workspace; empty when none was written.", func(o Outputs) string { return o.Report }},
	{"sarif", "Path of the SARIF report, relative to the workspace; empty when none was written.", func(o Outputs) string { return o.Sarif }},
	{"digest", "Digest of the scanned image; empty when it is not known.", func(o Outputs) string { return o.Digest }},
}

// WriteOutputs sets the step's outputs, all or none of them. It returns a [Skip]
// where nobody reads outputs.
func (r *Runner) WriteOutputs(o Outputs) error {
	var block strings.Builder
	for _, out := range outputs {
		// A delimiter for each value, out of 128 random bits: nobody who wrote a
		// value can have known it.
		entry, err := heredoc(out.name, out.value(o), "imgscan_"+rand.Text())
		if err != nil {
			return err
		}
		block.WriteString(entry)
	}
	return r.appendTo("GITHUB_OUTPUT", block.String(), 0)
}

// heredoc writes one value for the runner's parser (actions/runner,
// EnvFileKeyValuePairs), which needs the delimiter on a line of its own.
func heredoc(name, value, delimiter string) (string, error) {
	if strings.Contains(value, delimiter) {
		return "", fmt.Errorf("the value of the output %q contains its own delimiter", name)
	}
	return fmt.Sprintf("%s<<%s\n%s\n%s\n", name, delimiter, value, delimiter), nil
}
