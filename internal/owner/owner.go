// Package owner says who can fix each finding of a report, and who has to act
// first.
//
// Who owns what is asked in this order, and the first answer counts: the rules
// of the configuration; CODEOWNERS, for what the build itself put into the image;
// what a base says of itself; the name of a Docker Official Image. When nobody
// answers, the kind of the owner stands alone: base, builder or app.
package owner

// Owners knows who owns what. Make one with New; nil knows nobody.
type Owners struct {
	rules      []Rule
	codeowners codeownersFile
}

// New combines the rules of the configuration with the content of the CODEOWNERS
// file at path, which is from the root of the repository; empty content means
// that there is none. The error is that of a rule that Rule.Validate refuses.
// Lines of CODEOWNERS that cannot be read are left out, as GitHub does: see Notes.
func New(rules []Rule, content []byte, path string) (*Owners, error) {
	for _, r := range rules {
		if err := r.Validate(); err != nil {
			return nil, r.placed(err)
		}
	}
	return &Owners{rules: rules, codeowners: parseCodeowners(content, path)}, nil
}

// Notes are sentences, without a full stop, on what of CODEOWNERS is left out;
// usually empty.
func (o *Owners) Notes() []string {
	if o == nil {
		return nil
	}
	return o.codeowners.notes
}

// rule is the first rule about s; nil when there is none.
func (o *Owners) rule(s subject) *Rule {
	for i := range o.rules {
		if o.rules[i].matches(s) {
			return &o.rules[i]
		}
	}
	return nil
}
