package image

import (
	"strings"
	"testing"
)

// FuzzStatementHead holds that what is taken for a statement says that it is one.
func FuzzStatementHead(f *testing.F) {
	f.Add([]byte(`{"_type": "https://in-toto.io/Statement/v1", "predicateType": "https://openvex.dev/ns", "subject": [{"digest": {"sha256": "ABC"}}]}`))
	f.Add([]byte(`{"dsseEnvelope": {"payloadType": "x", "payload": "eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEifQ=="}}`))
	f.Add([]byte(`{"payloadType": "x", "payload": "_-8="}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, content []byte) {
		h, err := statementHead(content)
		if (h == nil) == (err == nil) {
			t.Fatalf("%v, %v", h, err)
		}
		if h == nil {
			return
		}
		if !strings.HasPrefix(h.Type, "https://in-toto.io/Statement/") {
			t.Errorf("type %q", h.Type)
		}
		for _, d := range h.digests() {
			if !strings.HasPrefix(d, "sha256:") || d == "sha256:" {
				t.Errorf("digest %q", d)
			}
		}
	})
}
