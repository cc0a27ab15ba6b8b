package vex

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	openvex "github.com/openvex/go-vex/pkg/vex"
	"github.com/package-url/packageurl-go"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/triage"
)

// How long imported entries hold, in days from the import: a vendor's word until
// somebody has had time to look again, an investigation until it should be over.
const (
	importedDays      = 90
	investigationDays = 14
)

// What identifiers look like in the exceptions file, of entries and of
// vulnerabilities.
var (
	entryID         = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
	vulnerabilityID = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*-[A-Za-z0-9._:-]+$`)
)

// Import makes entries of statements, in their order, for somebody to look through
// and approve: none has an approval, so that none acts.
//
// A statement that imgscan wrote becomes the entry that it was written from. Of the
// others, those of a product that is affected become none, since an entry changes
// nothing about that; nor do those about products that no entry can select.
func Import(claims []triage.VendorClaim, opts ImportOptions) []exceptions.Entry {
	var entries []exceptions.Entry
	known := make(map[string]bool)
	for _, claim := range claims {
		e, ok := importOwn(claim)
		if !ok {
			e, ok = importForeign(claim, opts.Now)
		}
		if !ok || known[e.ID] {
			continue // another statement of the same entry
		}
		known[e.ID] = true
		e.At = finding.Line{}
		entries = append(entries, e)
	}
	return entries
}

// importOwn restores the entry that a statement of ours was written from.
func importOwn(claim triage.VendorClaim) (exceptions.Entry, bool) {
	record := readNotes(claim.Notes)
	if record == nil {
		return exceptions.Entry{}, false
	}
	e, ok := restore(record, claim.Statement)
	return e, ok && entryID.MatchString(e.ID)
}

// importForeign is what an entry of ours would have to be to say the same.
func importForeign(claim triage.VendorClaim, now time.Time) (exceptions.Entry, bool) {
	decision, cause, days := imported(claim)
	if decision == "" {
		return exceptions.Entry{}, false
	}
	images, packages := selectors(claim)
	// Aliases may be anything; OpenVEX takes URLs.
	vulnerabilities := slices.DeleteFunc(slices.Clone(claim.Vulnerabilities), func(id string) bool { return !vulnerabilityID.MatchString(id) })
	if len(images) == 0 || len(vulnerabilities) == 0 {
		return exceptions.Entry{}, false
	}
	year, month, today := now.UTC().Date()
	e := exceptions.Entry{
		Vulnerabilities: vulnerabilities,
		Images:          images,
		Packages:        packages,
		Decision:        decision,
		Cause:           cause,
		Reason:          reason(claim),
		Evidence:        unique(claim.Document),
		RequestedBy:     claim.Author,
		Expires:         time.Date(year, month, today+days, 0, 0, 0, 0, time.UTC),
	}
	e.ID = importID(e)
	return e, true
}

// imported is the decision in a claim's words; empty for a product that is affected.
func imported(claim triage.VendorClaim) (decision finding.Decision, cause string, days int) {
	switch openvex.Status(claim.Status) {
	case openvex.StatusFixed:
		return finding.FalsePositive, causeBackport, importedDays
	case openvex.StatusUnderInvestigation:
		return finding.UnderInvestigation, "", investigationDays
	case openvex.StatusAffected:
		return "", "", 0
	}
	switch claim.Justification {
	case string(openvex.ComponentNotPresent):
		return finding.FalsePositive, causeAbsent, importedDays
	case string(openvex.VulnerableCodeNotPresent):
		return finding.FalsePositive, causeCodeAbsent, importedDays
	case string(openvex.VulnerableCodeNotInExecutePath):
		return finding.NotInExecutePath, "", importedDays
	case string(openvex.InlineMitigationsAlreadyExist):
		return finding.Mitigated, causeInline, importedDays
	case "protected_at_runtime", "protected_at_perimeter": // CycloneDX
		return finding.Mitigated, causeEnvironment, importedDays
	}
	// Without a reason, the one that stays open in compliance reports.
	return finding.NotExploitable, "", importedDays
}

// selectors are the images and packages that a claim is about. A package that is a
// product is about any image; a part of a package is no package of its own, and
// selecting it in every image would say more than the claim does.
func selectors(claim triage.VendorClaim) (images []string, packages []exceptions.Package) {
	var wholes, parts []string
	for _, p := range claim.Products {
		parsed, err := parsePURL(p)
		switch {
		case err == nil && parsed.Type == packageurl.TypeOCI:
			images = append(images, imagePattern(parsed))
		case err == nil:
			wholes = append(wholes, p)
		case strings.HasPrefix(p, "sha256:"):
			images = append(images, p)
		}
	}
	for _, part := range claim.Subcomponents {
		if _, err := parsePURL(part); err == nil {
			parts = append(parts, part)
		}
	}
	images = unpinned(unique(images...))
	switch {
	case len(images) > 0 && len(parts) == 0 && len(claim.Subcomponents) > 0:
		return nil, nil
	case len(images) > 0:
		return images, packagesOf(parts)
	case len(wholes) > 0 && len(claim.Subcomponents) == 0:
		return []string{"*"}, packagesOf(wholes)
	}
	return nil, nil
}

// unpinned leaves out bare digests that are those of an image with a name.
func unpinned(images []string) []string {
	return slices.DeleteFunc(slices.Clone(images), func(image string) bool {
		return strings.HasPrefix(image, "sha256:") &&
			slices.ContainsFunc(images, func(other string) bool { return strings.HasSuffix(other, "@"+image) })
	})
}

func packagesOf(urls []string) []exceptions.Package {
	var packages []exceptions.Package
	for _, url := range urls {
		packages = append(packages, exceptions.Package{PURL: url})
	}
	return packages
}

// imagePattern is the pattern for an image's package URL, in Trivy's form or in
// Grype's; empty when it does not say which image.
func imagePattern(image packageurl.PackageURL) string {
	repository := image.Qualifiers.Map()[repositoryURL]
	digest := strings.HasPrefix(image.Version, "sha256:")
	if repository == "" {
		if digest {
			return image.Version
		}
		return ""
	}
	if repository[strings.LastIndexByte(repository, '/')+1:] != image.Name {
		repository += "/" + image.Name
	}
	if hub, found := strings.CutPrefix(repository, "index.docker.io/"); found {
		repository = "docker.io/" + hub
	}
	if digest {
		return repository + "@" + image.Version
	}
	if tag := image.Qualifiers.Map()["tag"]; tag != "" {
		return repository + ":" + tag
	}
	return repository
}

// reason is why, in at least the ten characters that the exceptions file asks for.
func reason(claim triage.VendorClaim) string {
	said := strings.TrimSpace(claim.Statement)
	if len([]rune(said)) >= 10 {
		return said
	}
	words := fmt.Sprintf("%s is %s by its VEX statement", strings.Join(claim.Vulnerabilities, ", "), claim.Status)
	if claim.Justification != "" {
		words += " (" + claim.Justification + ")"
	}
	if said != "" {
		words += ": " + said
	}
	return words
}

// importID is an identifier made of what an entry says, so that importing a
// document again gives the same.
func importID(e exceptions.Entry) string {
	h := sha256.New()
	for _, list := range [][]string{e.Vulnerabilities, e.Images, {string(e.Decision), e.Cause}, {e.RequestedBy}} {
		for _, text := range list {
			fmt.Fprintf(h, "%d:%s", len(text), text)
		}
		h.Write([]byte{0})
	}
	for _, p := range e.Packages {
		fmt.Fprintf(h, "%d:%s", len(p.PURL), p.PURL)
	}
	id := "VEX-" + e.Vulnerabilities[0] + "-" + hex.EncodeToString(h.Sum(nil))[:8]
	if !entryID.MatchString(id) {
		id = "VEX-" + hex.EncodeToString(h.Sum(nil))[:16]
	}
	return id
}
