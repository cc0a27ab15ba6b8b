package image

import (
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// FuzzParseAttached is that what counts as an attachment is about the image, and small
// enough to read.
func FuzzParseAttached(f *testing.F) {
	const artifactType = "application/x"
	subject := v1.Hash{Algorithm: "sha256", Hex: "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"}
	f.Add([]byte(`{"schemaVersion": 2, "artifactType": "application/x", "config": {}, "layers": [{"mediaType": "application/x", "size": 1, "digest": "` + subject.String() + `"}],
		"subject": {"digest": "` + subject.String() + `"}, "annotations": {"org.opencontainers.image.created": "2026-01-02T03:04:05Z", "a": "b"}}`))
	f.Add([]byte(`{"config": {}, "subject": null}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		found := parseAttached(raw, subject, artifactType)
		if found == nil {
			return
		}
		if found.content.MediaType != artifactType || found.content.Size > MaxAttachment {
			t.Errorf("content %+v", found.content)
		}
		if _, ok := found.annotations[annotationCreated]; ok || found.annotations == nil {
			t.Errorf("annotations %v", found.annotations)
		}
	})
}
