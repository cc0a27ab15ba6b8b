package image_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/org/imgscan-action/internal/image"
	"github.com/org/imgscan-action/internal/imagetest"
)

const (
	openVEX   = "https://openvex.dev/ns/v0.2.0"
	cycloneDX = "https://cyclonedx.org/bom"

	inToto = "application/vnd.in-toto+json"
	dsse   = "application/vnd.dsse.envelope.v1+json"
	bundle = "application/vnd.dev.sigstore.bundle.v0.3+json"
)

// published is an image in a registry, in an index, and what is attached to it.
type published struct {
	*imagetest.Registry
	t                   *testing.T
	opts                image.Options
	image, index, other v1.Descriptor // other is not there
}

func publish(t *testing.T, text string) *published {
	t.Helper()
	p := &published{t: t, Registry: imagetest.NewRegistry(t), opts: options(t)}
	p.opts.Insecure = []string{p.Host}
	index, err := imagetest.BuildIndex(described(t, attestedImage+text))
	ok(t, err)
	manifest, err := index.IndexManifest()
	ok(t, err)
	p.MustPush(t, "app:1", index)
	p.image = v1.Descriptor{MediaType: types.OCIManifestSchema1, Digest: manifest.Manifests[0].Digest, Size: manifest.Manifests[0].Size}
	described, err := partial.Descriptor(index)
	ok(t, err)
	p.index = v1.Descriptor{MediaType: described.MediaType, Digest: described.Digest, Size: described.Size}
	p.other = p.image
	p.other.Digest.Hex = strings.Repeat("a", 64)
	return p
}

// about is an in-toto statement, which says what it is called.
func about(subject v1.Descriptor, predicateType, called string) string {
	return fmt.Sprintf(`{"_type": "https://in-toto.io/Statement/v1", "predicateType": %q, "subject": [{"name": "x", "digest": {"sha256": %q}}], "predicate": {"called": %q}}`,
		predicateType, subject.Digest.Hex, called)
}

// signed is a statement in a DSSE envelope, and bundled in a Sigstore bundle.
func signed(statement string) string {
	return fmt.Sprintf(`{"payloadType": "application/vnd.in-toto+json", "payload": %q, "signatures": [{"sig": "eA=="}]}`, base64.StdEncoding.EncodeToString([]byte(statement)))
}

func bundled(statement string) string {
	return fmt.Sprintf(`{"mediaType": %q, "verificationMaterial": {}, "dsseEnvelope": %s}`, bundle, signed(statement))
}

// layer is a blob of an attestation manifest; marks are annotations, "key=value".
func layer(mediaType, content string, marks ...string) mutate.Addendum {
	annotations := make(map[string]string)
	for _, mark := range marks {
		key, value, _ := strings.Cut(mark, "=")
		annotations[key] = value
	}
	return mutate.Addendum{Layer: static.NewLayer([]byte(content), types.MediaType(mediaType)), MediaType: types.MediaType(mediaType), Annotations: annotations}
}

// manifest is an attestation manifest; the subject may be the zero descriptor. The
// in-memory registry lists the type of the configuration as that of the artifact.
func manifest(t *testing.T, subject v1.Descriptor, artifactType string, layers ...mutate.Addendum) v1.Image {
	t.Helper()
	img := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.MediaType(artifactType))
	img, err := mutate.Append(img, layers...)
	ok(t, err)
	if subject.Digest.Hex != "" {
		img = mutate.Subject(img, subject).(v1.Image)
	}
	return img
}

// bundleManifest is the manifest of a Sigstore bundle, which is marked with its
// predicate type.
func bundleManifest(t *testing.T, subject v1.Descriptor, mark, content string) v1.Image {
	t.Helper()
	m := manifest(t, v1.Descriptor{}, bundle, layer(bundle, content))
	m = mutate.Annotations(m, map[string]string{"dev.sigstore.bundle.predicateType": mark}).(v1.Image)
	return mutate.Subject(m, subject).(v1.Image) // last: other changes lose it
}

// refer attaches a manifest to its subject, and attach one as cosign does.
func (p *published) refer(m v1.Image) {
	p.t.Helper()
	digest, err := m.Digest()
	ok(p.t, err)
	p.MustPush(p.t, "app:"+digest.Hex, m)
}

func (p *published) attach(to v1.Descriptor, layers ...mutate.Addendum) {
	p.t.Helper()
	p.MustPush(p.t, "app:sha256-"+to.Digest.Hex+".att", manifest(p.t, v1.Descriptor{}, string(types.OCIConfigJSON), layers...))
}

// called are the names of the statements with VEX that are found.
func called(t *testing.T, img *image.Image) ([]string, error) {
	t.Helper()
	found, err := img.VEX(t.Context())
	var names []string
	for _, a := range found {
		if a.Digest != "sha256:"+sha256Hex(a.Statement) {
			t.Errorf("the digest of %q is given as %s", a.Statement, a.Digest)
		}
		if a.PredicateType != openVEX && a.PredicateType != cycloneDX {
			t.Errorf("predicate type %q", a.PredicateType)
		}
		content := a.Statement
		for range 2 {
			var packed struct {
				DSSEEnvelope json.RawMessage
				Payload      []byte
				Predicate    struct{ Called string }
			}
			ok(t, json.Unmarshal(content, &packed))
			if packed.Predicate.Called != "" {
				names = append(names, packed.Predicate.Called)
				break
			}
			if content = packed.Payload; content == nil {
				ok(t, json.Unmarshal(packed.DSSEEnvelope, &packed))
				content = packed.Payload
			}
		}
	}
	return names, err
}

// TestVEX finds VEX in each place where it is published, and nothing else.
func TestVEX(t *testing.T) {
	const config = string(types.OCIConfigJSON)
	for _, tt := range []struct {
		name    string
		publish func(t *testing.T, p *published)
		want    []string
	}{
		{"nothing", func(*testing.T, *published) {}, nil},
		{"referrer", func(t *testing.T, p *published) {
			p.refer(manifest(t, p.image, inToto, layer(inToto, about(p.image, openVEX, "one"))))
		}, []string{"one"}},
		{"referrer with its mark", func(t *testing.T, p *published) {
			p.refer(manifest(t, p.image, config, layer(inToto, about(p.image, cycloneDX, "one"), "in-toto.io/predicate-type="+cycloneDX)))
		}, []string{"one"}},
		{"referrer with an envelope", func(t *testing.T, p *published) {
			p.refer(manifest(t, p.image, dsse, layer(dsse, signed(about(p.image, openVEX, "one")))))
		}, []string{"one"}},
		{"bundle on the index", func(t *testing.T, p *published) {
			p.refer(bundleManifest(t, p.index, openVEX, bundled(about(p.index, openVEX, "one"))))
		}, []string{"one"}},
		{"bundle with something else", func(t *testing.T, p *published) {
			p.refer(bundleManifest(t, p.image, imagetest.ProvenanceType, "not read"))
		}, nil},
		{"fallback tag", func(t *testing.T, p *published) {
			p.Fail(imagetest.Failure{Contains: "/referrers/", Status: http.StatusNotFound})
			m := manifest(t, p.image, inToto, layer(inToto, about(p.image, openVEX, "one")))
			index := mutate.AppendManifests(mutate.IndexMediaType(empty.Index, types.OCIImageIndex), mutate.IndexAddendum{Add: m})
			p.MustPush(t, "app:sha256-"+p.image.Digest.Hex, index)
		}, []string{"one"}},
		{"fallback tag that lists what is about another image", func(t *testing.T, p *published) {
			p.Fail(imagetest.Failure{Contains: "/referrers/", Status: http.StatusNotFound})
			index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
			for _, subject := range []v1.Descriptor{p.other, {}} {
				m := manifest(t, subject, inToto, layer(inToto, about(p.image, openVEX, "one")))
				index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: m})
			}
			p.MustPush(t, "app:sha256-"+p.image.Digest.Hex, index)
		}, nil},
		{"cosign", func(t *testing.T, p *published) {
			p.attach(p.image, layer(dsse, signed(about(p.image, openVEX, "one"))), layer(dsse, signed(about(p.image, cycloneDX, "two")), "predicateType="+cycloneDX))
		}, []string{"one", "two"}},
		{"cosign on the index", func(t *testing.T, p *published) {
			p.attach(p.index, layer(dsse, signed(about(p.index, openVEX, "one"))))
		}, []string{"one"}},
		{"something else", func(t *testing.T, p *published) {
			p.attach(p.image, layer(dsse, signed(about(p.image, imagetest.ProvenanceType, "one"))), layer(dsse, "not read", "predicateType=https://spdx.dev/Document"),
				layer("application/vnd.dev.cosign.simplesigning.v1+json", "not read"))
			p.refer(manifest(t, p.image, inToto, layer(inToto, about(p.image, "https://spdx.dev/Document", "two"))))
			p.refer(manifest(t, p.image, "application/vnd.cncf.notary.signature", layer(inToto, "not read")))
		}, nil},
		{"marked as VEX and something else", func(t *testing.T, p *published) {
			p.attach(p.image, layer(dsse, signed(about(p.image, imagetest.ProvenanceType, "one")), "predicateType="+openVEX))
		}, nil},
		{"everywhere, and twice", func(t *testing.T, p *published) {
			p.refer(manifest(t, p.index, inToto, layer(inToto, about(p.index, openVEX, "one"))))
			p.refer(manifest(t, p.image, dsse, layer(dsse, signed(about(p.image, openVEX, "two")))))
			p.attach(p.image, layer(dsse, signed(about(p.image, openVEX, "two"))), layer(dsse, signed(about(p.image, openVEX, "three"))))
		}, []string{"two", "one", "three"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := publish(t, "")
			tt.publish(t, p)
			got, err := called(t, open(t, "registry:"+p.Host+"/app:1", p.opts))
			ok(t, err)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("opened (-want +got):\n%s", diff)
			}
			got, err = called(t, describe(t, newFinder(t, p.opts), p.Host+"/app:1", ""))
			ok(t, err)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("described (-want +got):\n%s", diff)
			}
		})
	}
}

// TestVEXInTheIndex is that BuildKit's form is read from files, too.
func TestVEXInTheIndex(t *testing.T) {
	first := publish(t, "")
	for _, form := range []string{"", " artifact", " artifact unmarked"} {
		text := "-- attestation" + form + " type=" + openVEX + " --\n" + about(first.image, openVEX, "one") + "\n-- attestation --\nnot read\n-- attestation type=none --\n" +
			about(first.image, cycloneDX, "two") + "\n"
		p := publish(t, text)
		if p.image.Digest != first.image.Digest {
			t.Fatal("the image differs")
		}
		index, err := imagetest.BuildIndex(described(t, attestedImage+text))
		ok(t, err)
		dir := t.TempDir()
		ok(t, imagetest.WriteLayout(dir, imagetest.LayoutEntry{Add: index}))
		for _, ref := range []string{dir, "registry:" + p.Host + "/app:1"} {
			got, err := called(t, open(t, ref, p.opts))
			ok(t, err)
			if diff := cmp.Diff([]string{"one", "two"}, got); diff != "" {
				t.Errorf("%q, %s (-want +got):\n%s", form, ref, diff)
			}
		}
	}
}

// TestVEXIsReadOnCall is what it costs: nothing until it is asked for, and then a
// few requests.
func TestVEXIsReadOnCall(t *testing.T) {
	p := publish(t, "")
	img := open(t, "registry:"+p.Host+"/app:1", p.opts)
	before := len(p.Requests())
	for _, r := range p.Requests() {
		if strings.Contains(r.Path, "referrers") || strings.HasSuffix(r.Path, ".att") {
			t.Errorf("opening the image asks for %s", r.Path)
		}
	}
	_, err := called(t, img)
	ok(t, err)
	if after := len(p.Requests()); after != before+4 { // referrers and cosign, of the image and of the index
		t.Errorf("%d requests", after-before)
	}

	dir := t.TempDir()
	ok(t, imagetest.WriteLayout(dir, imagetest.LayoutEntry{Add: imagetest.Must(t, attestedImage)}))
	if got, err := open(t, dir, p.opts).VEX(t.Context()); got != nil || err != nil {
		t.Errorf("a layout without any: %v, %v", got, err)
	}
}

// TestHostileVEX is that one that cannot be read is said and hides no other, and
// that nobody can make us read for ever.
func TestHostileVEX(t *testing.T) {
	for _, tt := range []struct {
		name    string
		publish func(t *testing.T, p *published)
		want    int
		err     string
	}{
		{"a statement about another image", func(t *testing.T, p *published) {
			p.attach(p.image, layer(dsse, signed(about(p.other, openVEX, "one"))), layer(dsse, signed(about(p.image, openVEX, "two"))))
		}, 1, "something other than the image"},
		{"a statement about nothing", func(t *testing.T, p *published) {
			p.attach(p.image, layer(dsse, signed(fmt.Sprintf(`{"_type": "https://in-toto.io/Statement/v1", "predicateType": %q}`, openVEX))))
		}, 0, "something other than the image"},
		{"no JSON", func(t *testing.T, p *published) { p.attach(p.image, layer(dsse, "{")) }, 0, "parsing the statement"},
		{"no statement", func(t *testing.T, p *published) { p.attach(p.image, layer(dsse, "{}")) }, 0, "no in-toto statement"},
		{"no base64", func(t *testing.T, p *published) {
			p.attach(p.image, layer(dsse, `{"payloadType": "x", "payload": "%"}`))
		}, 0, "decoding the envelope"},
		{"envelopes in envelopes", func(t *testing.T, p *published) {
			p.attach(p.image, layer(dsse, signed(signed(signed(about(p.image, openVEX, "one"))))))
		}, 0, "one envelope in another"},
		{"larger than any", func(t *testing.T, p *published) {
			p.attach(p.image, layer(dsse, strings.Repeat(" ", 40<<20+1)), layer(dsse, signed(about(p.image, openVEX, "one"))))
		}, 1, "it has 41943041 bytes, more than 41943040"},
		{"many statements", func(t *testing.T, p *published) {
			var layers []mutate.Addendum
			for i := range 20 {
				layers = append(layers, layer(dsse, signed(about(p.image, openVEX, fmt.Sprint("n", i)))))
			}
			p.attach(p.image, layers...)
		}, 16, "more than 16 attestations"},
		{"many referrers", func(t *testing.T, p *published) {
			for i := range 20 {
				p.refer(manifest(t, p.image, inToto, layer("text/plain", fmt.Sprint(i))))
			}
			p.attach(p.image, layer(dsse, signed(about(p.image, openVEX, "one"))))
		}, 1, "the registry lists more than 16 attestation manifests"},
		{"an index where cosign has a manifest", func(t *testing.T, p *published) {
			p.MustPush(t, "app:sha256-"+p.image.Digest.Hex+".att", empty.Index)
		}, 0, "reading cosign's attestations of sha256:"},
		{"a registry that does not list", func(t *testing.T, p *published) {
			p.Fail(imagetest.Failure{Contains: "/referrers/", Status: http.StatusForbidden})
			p.attach(p.image, layer(dsse, signed(about(p.image, openVEX, "one"))))
		}, 1, "listing the referrers of sha256:"},
		{"a registry that hides tags", func(t *testing.T, p *published) {
			p.Fail(imagetest.Failure{Contains: ".att", Status: http.StatusForbidden})
			p.refer(manifest(t, p.image, inToto, layer(inToto, about(p.image, openVEX, "one"))))
		}, 1, "reading cosign's attestations of sha256:"},
		{"other content", func(t *testing.T, p *published) {
			one := signed(about(p.image, openVEX, "one"))
			p.attach(p.image, layer(dsse, one), layer(dsse, signed(about(p.image, openVEX, "two"))))
			p.Fail(imagetest.Failure{Contains: "/blobs/sha256:" + sha256Hex([]byte(one)), Corrupt: true})
		}, 1, "reading attestation sha256:"},
		{"another manifest", func(t *testing.T, p *published) {
			m := manifest(t, p.image, inToto, layer(inToto, about(p.image, openVEX, "one")))
			p.refer(m)
			digest, err := m.Digest()
			ok(t, err)
			p.Fail(imagetest.Failure{Contains: "/manifests/" + digest.String(), Corrupt: true})
		}, 0, "reading attestation manifest sha256:"},
		{"a list that is none", func(t *testing.T, p *published) {
			p.Fail(imagetest.Failure{Contains: "/referrers/"}) // half of it
		}, 0, "listing the referrers of sha256:"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := publish(t, "")
			tt.publish(t, p)
			got, err := called(t, open(t, "registry:"+p.Host+"/app:1", p.opts))
			if len(got) != tt.want || err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("%q, %.400v, want %d and an error with %q", got, err, tt.want, tt.err)
			}
		})
	}
}
