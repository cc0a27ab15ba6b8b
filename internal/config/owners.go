package config

import (
	"strings"

	"github.com/org/imgscan-action/internal/owner"
)

// ruleKeys lists what one of the owners can hold.
func ruleKeys(r *owner.Rule) []key {
	return []key{
		{"base", text(&r.Base, owner.ParsePattern)},
		{"image", text(&r.Image, owner.ParsePattern)},
		{"path", text(&r.Path, owner.ParsePattern)},
		{"package", text(&r.Package, owner.ParsePattern)},
		{"owners", list(&r.Owners, owner.ParseName)},
	}
}

// checkRule remembers where a rule is written, so that reports can say why
// somebody owns something.
func checkRule(r *owner.Rule, at string) error {
	r.At = at
	return r.Validate()
}

// formatRule is a rule in one line: "base=debian path=usr/**: @acme/platform".
func formatRule(r owner.Rule) string {
	var b strings.Builder
	for _, k := range ruleKeys(&r) {
		switch value := k.field.String(); {
		case k.name == "owners":
			b.WriteString(": " + value)
		case value != "":
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(k.name + "=" + value)
		}
	}
	return b.String()
}
