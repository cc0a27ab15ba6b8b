package parity

import "fmt"

// Difference is one thing on which the two programs do not agree about an image.
type Difference struct {
	Image string

	// Kind is "package", "finding" or "os".
	Kind string

	// Field is what differs: "only-trivy" and "only-imgscan" for what one side
	// lacks, else the name of a field: "source", "source-version", "layer",
	// "fixed", "status", and, of what is the same otherwise, "version", "arch" and
	// "path".
	Field string

	// Package is the package's name and What all that identifies the thing.
	Package string
	What    string

	Trivy   string
	Imgscan string

	// The things themselves, for checks; nil on the side that lacks it, and of
	// the other kind.
	packages couple[Package]
	findings couple[Finding]
}

func (d Difference) String() string {
	return fmt.Sprintf("%s: %s %s: %s: trivy %q, imgscan %q", d.Image, d.Kind, d.Field, d.What, d.Trivy, d.Imgscan)
}

// Compare lists the differences between two scans of image, in a fixed order.
func Compare(image string, trivy, ours Scan) []Difference {
	var found []Difference
	// Trivy calls it "none" when there are packages without a system.
	if trivy.OS != ours.OS && (trivy.OS != "none " || ours.OS != " ") {
		found = append(found, Difference{Kind: "os", Field: "version", What: "operating system", Trivy: trivy.OS, Imgscan: ours.OS})
	}
	for _, c := range pair(trivy.Packages, ours.Packages, equalPackage, samePackage, samePlace, sameVersion) {
		found = append(found, packageDifferences(c)...)
	}
	for _, c := range pair(trivy.Findings, ours.Findings, equalFinding, sameFinding, sameMatch, sameAnywhere) {
		found = append(found, findingDifferences(c)...)
	}
	for i := range found {
		found[i].Image = image
	}
	return found
}

// field is a part of a thing that both sides have.
type field struct{ name, trivy, ours string }

// differing gives one difference like d for each field whose values differ.
func differing(d Difference, fields []field) []Difference {
	var found []Difference
	for _, f := range fields {
		if f.trivy != f.ours {
			d.Field, d.Trivy, d.Imgscan = f.name, f.trivy, f.ours
			found = append(found, d)
		}
	}
	return found
}

func packageDifferences(c couple[Package]) []Difference {
	d := Difference{Kind: "package", packages: c}
	switch {
	case c.right == nil:
		d.Field, d.Package, d.What, d.Trivy = "only-trivy", c.left.Name, c.left.what(), c.left.Version
	case c.left == nil:
		d.Field, d.Package, d.What, d.Imgscan = "only-imgscan", c.right.Name, c.right.what(), c.right.Version
	default:
		t, o := c.left, c.right
		d.Package, d.What = t.Name, t.what()
		return differing(d, []field{
			{"version", t.Version, o.Version},
			{"arch", t.Arch, o.Arch},
			{"path", t.Path, o.Path},
			{"source", t.Fields.Source, o.Fields.Source},
			{"source-version", t.Fields.SourceVersion, o.Fields.SourceVersion},
			{"layer", t.Fields.Layer, o.Fields.Layer},
		})
	}
	return []Difference{d}
}

func findingDifferences(c couple[Finding]) []Difference {
	d := Difference{Kind: "finding", findings: c}
	switch {
	case c.right == nil:
		d.Field, d.Package, d.What, d.Trivy = "only-trivy", c.left.Package, c.left.what(), c.left.ID
	case c.left == nil:
		d.Field, d.Package, d.What, d.Imgscan = "only-imgscan", c.right.Package, c.right.what(), c.right.ID
	default:
		t, o := c.left, c.right
		d.Package, d.What = t.Package, t.what()
		return differing(d, []field{
			{"version", t.Version, o.Version},
			{"path", t.Path, o.Path},
			{"fixed", t.Fields.Fixed, o.Fields.Fixed},
			{"status", t.Fields.Status, o.Fields.Status},
		})
	}
	return []Difference{d}
}

func (p Package) what() string {
	s := fmt.Sprintf("%s %s@%s", p.Type, p.Name, p.Version)
	if p.Arch != "" {
		s += "." + p.Arch
	}
	if p.Path != "" {
		s += " in " + p.Path
	}
	return s
}

func (f Finding) what() string {
	s := fmt.Sprintf("%s of %s %s@%s", f.ID, f.Type, f.Package, f.Version)
	if f.Path != "" {
		s += " in " + f.Path
	}
	return s
}

func equalPackage(p Package) any {
	return [...]string{p.Type, p.Name, p.Path, p.Version, p.Arch, p.Fields.Source, p.Fields.SourceVersion, p.Fields.Layer}
}

func samePackage(p Package) any {
	return [...]string{p.Type, p.Name, p.Path, p.Version, p.Arch}
}

// samePlace pairs what remains: one package whose version or architecture the
// programs read differently.
func samePlace(p Package) any { return [...]string{p.Type, p.Name, p.Path} }

// sameVersion pairs what then remains: a package that the programs place
// differently.
func sameVersion(p Package) any { return [...]string{p.Type, p.Name, p.Version} }

func equalFinding(f Finding) any { return f }

func sameFinding(f Finding) any {
	f.Fields = FindingFields{}
	return f
}

// sameMatch pairs what remains: one vulnerability of one package whose version
// the programs print differently.
func sameMatch(f Finding) any { return [...]string{f.Type, f.Package, f.Path, f.ID} }

// sameAnywhere pairs what then remains.
func sameAnywhere(f Finding) any { return [...]string{f.Type, f.Package, f.Version, f.ID} }

// couple is a thing of the left side, of the right side, or of both.
type couple[T any] struct{ left, right *T }

// pair couples what is the same on both sides by the first key, what remains by
// the second, and so on, equal keys in order. The couples are in the order of the
// left side, and then of the right.
func pair[T any](left, right []T, keys ...func(T) any) []couple[T] {
	partner := make(map[int]int) // left to right
	taken := make(map[int]bool)  // right
	match := func(key func(T) any) {
		free := make(map[any][]int)
		for j := range right {
			if !taken[j] {
				k := key(right[j])
				free[k] = append(free[k], j)
			}
		}
		for i := range left {
			if _, done := partner[i]; done {
				continue
			}
			k := key(left[i])
			if len(free[k]) > 0 {
				j := free[k][0]
				free[k] = free[k][1:]
				partner[i], taken[j] = j, true
			}
		}
	}
	for _, key := range keys {
		match(key)
	}
	var couples []couple[T]
	for i := range left {
		c := couple[T]{left: &left[i]}
		if j, ok := partner[i]; ok {
			c.right = &right[j]
		}
		couples = append(couples, c)
	}
	for j := range right {
		if !taken[j] {
			couples = append(couples, couple[T]{right: &right[j]})
		}
	}
	return couples
}
