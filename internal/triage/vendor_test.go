package triage_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
	"github.com/org/imgscan-action/internal/triage"
)

const (
	trivyProduct = "pkg:oci/api@sha256%3A1111111111111111111111111111111111111111111111111111111111111111?arch=amd64&repository_url=ghcr.io%2Facme%2Fapi"
	grypeProduct = "pkg:oci/api@sha256%3A1111111111111111111111111111111111111111111111111111111111111111?repository_url=ghcr.io/acme"
)

// claim is a statement of a trusted vendor that minizip is not in the image.
func claim(change ...func(*triage.VendorClaim)) triage.VendorClaim {
	c := triage.VendorClaim{
		Claim: finding.Claim{
			Author: "security@acme.example", Document: "https://acme.example/vex/1", Status: "not_affected",
			Justification: "vulnerable_code_not_present", Statement: "minizip is not built.", Timestamp: on("2026-06-01").Add(time.Hour),
		},
		Vulnerabilities: []string{"cve-2023-45853"},
		Products:        []string{trivyProduct},
	}
	for _, f := range change {
		f(&c)
	}
	return c
}

func trusting() triage.Options {
	opts := options()
	opts.TrustVEX = []string{"*@acme.example", "https://vendor.example/**"}
	return opts
}

func heard(f finding.Finding, claims ...triage.VendorClaim) finding.Finding {
	rep := report(f)
	triage.Apply(rep, nil, claims, trusting())
	return rep.Findings[0]
}

func TestProducts(t *testing.T) {
	hex := strings.TrimPrefix(manifestDigest, "sha256:")
	for _, tt := range []struct {
		product string
		want    bool
	}{
		{trivyProduct, true},
		{grypeProduct, true},
		{strings.ReplaceAll(trivyProduct, "%2Fapi", "%2Fweb"), false},
		{strings.ReplaceAll(grypeProduct, "ghcr.io/acme", "ghcr.io/other"), false},
		{strings.ReplaceAll(trivyProduct, "amd64", "arm64"), false},
		{strings.ReplaceAll(trivyProduct, "1111", "2222"), true}, // the index
		{strings.ReplaceAll(trivyProduct, "1111", "4444"), false},
		{trivyProduct + "&os=linux", true},
		{trivyProduct + "&os=windows", false},
		{trivyProduct + "&variant=fips", false},
		{"pkg:oci/api?repository_url=ghcr.io/acme/api", true},
		{"pkg:oci/api?repository_url=https://ghcr.io/acme/api&tag=1.2", true},
		{"pkg:oci/api?repository_url=ghcr.io/acme/api&tag=1.3", false},
		{"pkg:oci/api@1.2?repository_url=ghcr.io/acme/api", false}, // a version that is no digest
		{"pkg:oci/api@" + manifestDigest, true},
		{"pkg:oci/api@" + otherDigest, false},
		{"pkg:oci/api", false},
		{"pkg:oci/api?tag=1.2", false},
		{"pkg:docker/acme/api@1.2?repository_url=ghcr.io", true},
		{"pkg:docker/acme/api@1.3?repository_url=ghcr.io", false},
		{"pkg:docker/acme/api@" + manifestDigest + "?repository_url=ghcr.io&platform=linux/amd64", true},
		{"pkg:docker/acme/api@" + otherDigest + "?repository_url=ghcr.io", false},
		{"pkg:docker/acme/api@1.2", false}, // that of Docker Hub

		{"ghcr.io/acme/api", true},
		{"ghcr.io/acme/api:1.2", true},
		{"ghcr.io/acme/api:1.3", false},
		{"ghcr.io/acme/*", false}, // vendors write no patterns
		{"*", false},
		{"ghcr.io/acme/api@" + manifestDigest, true},
		{"ghcr.io/acme/api:9@" + manifestDigest, true},
		{"ghcr.io/acme/api@" + otherDigest, false},
		{"ghcr.io/acme/api@", false},
		{"https://ghcr.io/acme/api", false},
		{"api", false},
		{manifestDigest, true},
		{hex, true},
		{configDigest, true},
		{otherDigest, false},
		{"", false},

		{"pkg:deb/debian/zlib1g", true},
		{"pkg:deb/debian/zlib1g@1.2.13.dfsg-1?distro=debian-12", true},
		{"pkg:deb/debian/zlib1g@1.2.11", false},
		{"pkg:deb/debian/zlib?arch=source", false},
		{"zlib1g", false},
	} {
		got := heard(minizip(), claim(func(c *triage.VendorClaim) { c.Products = []string{tt.product} })).Disposition
		if got.Suppressed != tt.want || (len(got.Claims) == 1) != tt.want {
			t.Errorf("%q is the image: %v, want %v", tt.product, got.Suppressed, tt.want)
		}
	}
}

func TestHubProducts(t *testing.T) {
	rep := report(minizip())
	rep.Image = finding.Image{Ref: "debian:12", Name: "debian", Source: "registry", Digest: manifestDigest, ID: configDigest, Platform: "linux/amd64"}
	for product, want := range map[string]bool{
		"debian":                         false, // the distribution, for all we know
		"debian:12":                      true,
		"docker.io/library/debian":       true,
		"pkg:docker/debian":              true,
		"pkg:docker/library/debian@12":   true,
		"pkg:docker/debian@11":           false,
		"pkg:docker/debian@12?tag=11":    false,
		"pkg:docker/acme/debian":         false,
		"pkg:generic/debian":             false,
		"pkg:oci/debian?tag=12":          false,
		"pkg:oci/debian?repository_url=": false,
		"pkg:oci/debian?repository_url=index.docker.io/library":            true,
		"pkg:oci/debian?repository_url=index.docker.io%2Flibrary%2Fdebian": true,
		"pkg:oci/debian?repository_url=quay.io/library":                    false,
	} {
		triage.Apply(rep, nil, []triage.VendorClaim{claim(func(c *triage.VendorClaim) { c.Products = []string{product} })}, trusting())
		if got := rep.Findings[0].Disposition.Suppressed; got != want {
			t.Errorf("%q is the image: %v, want %v", product, got, want)
		}
	}
}

// A statement about a part of a product is about that part only: not about the
// product, and not about the part where something else brought it, too.
func TestSubcomponents(t *testing.T) {
	for _, tt := range []struct {
		name                    string
		products, subcomponents []string
		want                    bool
	}{
		{"of the image", []string{trivyProduct}, []string{"pkg:deb/debian/zlib1g"}, true},
		{"one of several", []string{trivyProduct}, []string{"pkg:deb/debian/x", "pkg:deb/debian/zlib1g@1.2.13.dfsg-1"}, true},
		{"another", []string{trivyProduct}, []string{"pkg:deb/debian/openssl"}, false},
		{"another version", []string{trivyProduct}, []string{"pkg:deb/debian/zlib1g@1.2.11"}, false},
		{"one that cannot be compared", []string{trivyProduct}, []string{"zlib1g"}, false},
		{"an empty one", []string{trivyProduct}, []string{""}, false},
		{"because of something in the package", []string{"pkg:deb/debian/zlib1g"}, []string{"pkg:deb/debian/minizip"}, false},
		{"of a package, which may not be alone in having it", []string{"pkg:deb/debian/minizip"}, []string{"pkg:deb/debian/zlib1g"}, false},
		{"the package itself", []string{"pkg:deb/debian/zlib1g"}, []string{"pkg:deb/debian/zlib1g"}, true},
		{"of another image", []string{"ghcr.io/acme/web"}, []string{"pkg:deb/debian/zlib1g"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := heard(minizip(), claim(func(c *triage.VendorClaim) { c.Products, c.Subcomponents = tt.products, tt.subcomponents }))
			if got.Disposition.Suppressed != tt.want {
				t.Errorf("%v, want %v", got.Disposition.Suppressed, tt.want)
			}
		})
	}
}

func TestBases(t *testing.T) {
	inherited := func(base int) finding.Origin {
		return finding.Origin{Kind: finding.OriginInherited, Base: base, Confidence: finding.Proven}
	}
	bases := func(confidence finding.Confidence, tag finding.TagState) []finding.Base {
		return []finding.Base{
			{Ref: "ghcr.io/acme/base:3", Digest: otherDigest, Confidence: confidence, Tag: finding.Tag{State: tag}},
			{Ref: "debian:12", Aliases: []string{"debian:bookworm"}, Confidence: finding.Proven},
		}
	}
	for _, tt := range []struct {
		name    string
		product string
		bases   []finding.Base
		origin  finding.Origin
		want    bool
	}{
		{"inherited from it", "ghcr.io/acme/base:3", bases(finding.Proven, finding.TagCurrent), inherited(1), true},
		{"inherited from its base", otherDigest, bases(finding.Proven, ""), inherited(2), true},
		{"the base of the base", "pkg:docker/debian@12", bases(finding.Proven, ""), inherited(2), true},
		{"another name of it", "docker.io/library/debian:bookworm", bases(finding.Proven, ""), inherited(2), true},
		{"added on top of it", "debian:12", bases(finding.Proven, ""), inherited(1), false},
		{"the build's own", "ghcr.io/acme/base:3", bases(finding.Proven, ""), finding.Origin{Kind: finding.OriginIntroduced, Confidence: finding.Proven}, false},
		{"upgraded by the build", "ghcr.io/acme/base:3", bases(finding.Proven, ""), finding.Origin{Kind: finding.OriginUpgraded, Base: 1, Confidence: finding.Proven}, false},
		{"nobody looked", "ghcr.io/acme/base:3", bases(finding.Proven, ""), finding.Origin{}, false},
		{"a guess", "ghcr.io/acme/base:3", bases(finding.Proven, ""), finding.Origin{Kind: finding.OriginInherited, Base: 1, Confidence: finding.Proven, Estimate: true}, false},
		{"a base that is only declared", "ghcr.io/acme/base:3", bases(finding.Declared, ""), inherited(1), false},
		{"below one that is only declared", "debian:12", bases(finding.Declared, ""), inherited(2), false},
		{"a tag that moved", "ghcr.io/acme/base:3", bases(finding.Proven, finding.TagMoved), inherited(1), false},
		{"the digest behind a tag that moved", "ghcr.io/acme/base@" + otherDigest, bases(finding.Proven, finding.TagMoved), inherited(1), true},
		{"another image", "ghcr.io/acme/base:4", bases(finding.Proven, ""), inherited(1), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rep := report(minizip())
			rep.Lineage.Bases, rep.Findings[0].Origin = tt.bases, tt.origin
			triage.Apply(rep, nil, []triage.VendorClaim{claim(func(c *triage.VendorClaim) { c.Products = []string{tt.product} })}, trusting())
			if got := rep.Findings[0].Disposition.Suppressed; got != tt.want {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}

// TestOfBase: what is attached to a base says nothing of what did not come with it,
// whatever product it names.
func TestOfBase(t *testing.T) {
	for _, tt := range []struct {
		name   string
		origin finding.Origin
		want   bool
	}{
		{"came with it", finding.Origin{Kind: finding.OriginInherited, Base: 2, Confidence: finding.Proven}, true},
		{"came with one below", finding.Origin{Kind: finding.OriginInherited, Base: 3, Confidence: finding.Proven}, true},
		{"came with one above", finding.Origin{Kind: finding.OriginInherited, Base: 1, Confidence: finding.Proven}, false},
		{"the build's own", finding.Origin{Kind: finding.OriginIntroduced, Confidence: finding.Proven}, false},
		{"upgraded by the build", finding.Origin{Kind: finding.OriginUpgraded, Base: 2, Confidence: finding.Proven}, false},
		{"a guess", finding.Origin{Kind: finding.OriginInherited, Base: 2, Confidence: finding.Declared}, false},
		{"nobody looked", finding.Origin{}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rep := report(minizip())
			rep.Findings[0].Origin = tt.origin
			triage.Apply(rep, nil, []triage.VendorClaim{claim(func(c *triage.VendorClaim) { c.OfBase = 2 })}, trusting())
			if got := rep.Findings[0].Disposition.Suppressed; got != tt.want {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}

func TestStatuses(t *testing.T) {
	for _, tt := range []struct {
		status, justification string
		decision              finding.Decision
		cause                 string
	}{
		{"not_affected", "component_not_present", finding.FalsePositive, "component_not_present"},
		{"not_affected", "vulnerable_code_not_present", finding.FalsePositive, "vulnerable_code_not_present"},
		{"not_affected", "vulnerable_code_not_in_execute_path", finding.NotInExecutePath, ""},
		{"not_affected", "vulnerable_code_cannot_be_controlled_by_adversary", finding.NotExploitable, ""},
		{"not_affected", "inline_mitigations_already_exist", finding.Mitigated, "inline"},
		{"fixed", "", finding.FalsePositive, "fixed_by_backport"},
		{"not_affected", "", "", ""},
		{"not_affected", "because", "", ""},
		{"affected", "", "", ""},
		{"under_investigation", "", "", ""},
		{"", "", "", ""},
	} {
		d := heard(minizip(), claim(func(c *triage.VendorClaim) { c.Status, c.Justification = tt.status, tt.justification })).Disposition
		acts := tt.decision != ""
		if d.Decision != tt.decision || d.Cause != tt.cause || d.Suppressed != acts || d.Vendor != acts {
			t.Errorf("%s, %s: %s, %s, suppressed %v", tt.status, tt.justification, d.Decision, d.Cause, d.Suppressed)
		}
		if len(d.Claims) != 1 || d.Claims[0].Acts != acts || d.Claims[0].Why == "" {
			t.Errorf("%s, %s: claims %+v", tt.status, tt.justification, d.Claims)
		}
	}
}

func TestVendorDisposition(t *testing.T) {
	c := claim(func(c *triage.VendorClaim) { c.At = finding.Line{File: "vex/acme.json", Start: 12} })
	got := heard(minizip(), c).Disposition
	acts := c.Claim
	acts.Acts, acts.Why = true, "the policy trusts its author"
	want := finding.Disposition{
		Decision: finding.FalsePositive, Cause: "vulnerable_code_not_present", Entry: "https://acme.example/vex/1", At: c.At, Vendor: true,
		Reason: "minizip is not built.", ApprovedBy: []string{"security@acme.example"}, ApprovedOn: on("2026-06-01"), Suppressed: true,
		Claims: []finding.Claim{acts},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// whys are the claims of a finding, each as its author and why it acts or not.
func whys(f finding.Finding) []string {
	var all []string
	for _, c := range f.Disposition.Claims {
		s := c.Author + " " + c.Status + ": " + c.Why
		if c.Acts {
			s += "!"
		}
		all = append(all, s)
	}
	return all
}

func TestClaims(t *testing.T) {
	by := func(author string) func(*triage.VendorClaim) {
		return func(c *triage.VendorClaim) { c.Author = author }
	}
	says := func(status string) func(*triage.VendorClaim) {
		return func(c *triage.VendorClaim) { c.Status, c.Justification = status, "" }
	}
	at := func(t time.Time) func(*triage.VendorClaim) { return func(c *triage.VendorClaim) { c.Timestamp = t } }
	mine := func(c *triage.VendorClaim) { c.OwnChange = true }
	vendor := "https://vendor.example/team/vex"

	for _, tt := range []struct {
		name       string
		found      func(*finding.Finding)
		entries    []*exceptions.Entry
		claims     []triage.VendorClaim
		suppressed bool
		want       []string
	}{
		{
			name: "nobody is trusted by being there", claims: []triage.VendorClaim{claim(by("mallory@evil.example")), claim(by(""))},
			want: []string{
				" not_affected: it does not say who makes it",
				"mallory@evil.example not_affected: the policy does not trust its author",
			},
		},
		{
			name: "out of the image that is judged", claims: []triage.VendorClaim{claim(mine)},
			want: []string{
				"security@acme.example not_affected: it is attached to what the change itself brings, so who proposes the change may have written it",
			},
		},
		{
			name:   "out of that image, in the name of who says otherwise",
			claims: []triage.VendorClaim{claim(says("affected")), claim(mine, at(on("2026-07-01"))), claim(by(vendor))},
			want: []string{
				"https://vendor.example/team/vex not_affected: security@acme.example, who is trusted too, says otherwise",
				"security@acme.example affected: it says that the finding counts",
				"security@acme.example not_affected: it is attached to what the change itself brings, so who proposes the change may have written it",
			},
		},
		{
			name: "the newest of an author", claims: []triage.VendorClaim{claim(), claim(says("affected"), at(on("2026-07-01"))), claim(at(time.Time{}))},
			want: []string{
				"security@acme.example affected: it says that the finding counts",
				"security@acme.example not_affected: a newer statement of the author is what counts",
				"security@acme.example not_affected: a newer statement of the author is what counts",
			},
		},
		{
			name: "the newest of an author is enough", claims: []triage.VendorClaim{claim(says("affected"), at(on("2026-05-01"))), claim()}, suppressed: true,
			want: []string{
				"security@acme.example not_affected: the policy trusts its author!",
				"security@acme.example affected: a newer statement of the author is what counts",
			},
		},
		{
			name: "at the same moment the safer one", claims: []triage.VendorClaim{claim(), claim(says("under_investigation"))},
			want: []string{
				"security@acme.example under_investigation: it says that the finding counts",
				"security@acme.example not_affected: a newer statement of the author is what counts",
			},
		},
		{
			name: "from the future", claims: []triage.VendorClaim{claim(at(now.Add(time.Second)))},
			want: []string{"security@acme.example not_affected: it is from after the time of the scan"},
		},
		{
			name: "two who agree", claims: []triage.VendorClaim{claim(), claim(by(vendor), says("fixed"))}, suppressed: true,
			want: []string{
				"https://vendor.example/team/vex fixed: the policy trusts its author!",
				"security@acme.example not_affected: the policy trusts its author!",
			},
		},
		{
			name: "two who do not", claims: []triage.VendorClaim{claim(), claim(by(vendor), says("affected"), at(on("2020-01-01")))},
			want: []string{
				"https://vendor.example/team/vex affected: it says that the finding counts",
				"security@acme.example not_affected: https://vendor.example/team/vex, who is trusted too, says otherwise",
			},
		},
		{
			name: "contradicted by a stranger", claims: []triage.VendorClaim{claim(), claim(by("mallory@evil.example"), says("affected"))}, suppressed: true,
			want: []string{
				"mallory@evil.example affected: the policy does not trust its author",
				"security@acme.example not_affected: the policy trusts its author!",
			},
		},
		{
			name: "said twice", claims: []triage.VendorClaim{claim(), claim()}, suppressed: true,
			want: []string{"security@acme.example not_affected: the policy trusts its author!"},
		},
		{
			name: "rejected", entries: []*exceptions.Entry{entry("EX-1", func(e *exceptions.Entry) { e.Decision = finding.Affected })}, claims: []triage.VendorClaim{claim()},
			want: []string{"security@acme.example not_affected: EX-1 rejects it"},
		},
		{
			name: "decided by the project", entries: []*exceptions.Entry{entry("EX-1")}, claims: []triage.VendorClaim{claim()}, suppressed: true,
			want: []string{"security@acme.example not_affected: EX-1 has decided"},
		},
		{
			name:    "no longer rejected",
			entries: []*exceptions.Entry{entry("EX-1", func(e *exceptions.Entry) { e.Decision, e.Expires = finding.Affected, on("2026-11-22") })},
			claims:  []triage.VendorClaim{claim()}, suppressed: true,
			want: []string{"security@acme.example not_affected: the policy trusts its author!"},
		},
		{
			name: "exploited", found: func(f *finding.Finding) { f.Context.KEV = &finding.KEV{} }, claims: []triage.VendorClaim{claim()},
			want: []string{"security@acme.example not_affected: the vulnerability is exploited, and only an entry that acknowledges it may decide (kev_ack)"},
		},
		{
			name: "by an alias", claims: []triage.VendorClaim{claim(func(c *triage.VendorClaim) { c.Vulnerabilities = []string{"GHSA-MQ29-j5xf-cjwr", "CVE-2023-45853"} })}, suppressed: true,
			want: []string{"security@acme.example not_affected: the policy trusts its author!"},
		},
		{
			name: "about something else", claims: []triage.VendorClaim{claim(func(c *triage.VendorClaim) { c.Vulnerabilities = []string{"CVE-1"} })},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := minizip()
			if tt.found != nil {
				tt.found(&f)
			}
			rep := report(f)
			triage.Apply(rep, file(tt.entries...), tt.claims, trusting())
			got := rep.Findings[0]
			if diff := cmp.Diff(tt.want, whys(got)); diff != "" {
				t.Error(diff)
			}
			if got.Disposition.Suppressed != tt.suppressed || got.Disposition.Vendor != (tt.suppressed && len(tt.entries) == 0 || tt.name == "no longer rejected") {
				t.Errorf("suppressed: %v, by a vendor: %v", got.Disposition.Suppressed, got.Disposition.Vendor)
			}
		})
	}
}

// An empty list trusts nobody, and a star everybody who gives a name.
func TestTrust(t *testing.T) {
	for _, tt := range []struct {
		trust  []string
		author string
		want   bool
	}{
		{nil, "a", false},
		{[]string{"*"}, "a", true},
		{[]string{"*"}, "", false},
		{[]string{"A"}, "a", false},
		{[]string{"https://x.example/*"}, "https://x.example/a/b", false},
		{[]string{"b", "https://x.example/**"}, "https://x.example/a/b", true},
		{[]string{"[a"}, "a", false},
	} {
		rep, opts := report(minizip()), options()
		opts.TrustVEX = tt.trust
		triage.Apply(rep, nil, []triage.VendorClaim{claim(func(c *triage.VendorClaim) { c.Author = tt.author })}, opts)
		if got := rep.Findings[0].Disposition.Suppressed; got != tt.want {
			t.Errorf("%q trusts %q: %v, want %v", tt.trust, tt.author, got, tt.want)
		}
	}
}
