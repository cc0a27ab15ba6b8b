package image_test

import (
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/org/imgscan-action/internal/image"
)

// TestDockerHost asks daemons that have nothing, by every way there is.
func TestDockerHost(t *testing.T) {
	none := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/images/app:1/json" {
			t.Errorf("unexpected request %s %s", r.Method, r.URL)
		}
		w.WriteHeader(http.StatusNotFound)
		io.WriteString(w, `{"message":"No such image: app:1"}`)
	})
	plain := httptest.NewServer(none)
	t.Cleanup(plain.Close)
	secure := httptest.NewUnstartedServer(none)
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	t.Cleanup(secure.Close)
	certs, empty := t.TempDir(), t.TempDir()
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw})
	ok(t, os.WriteFile(filepath.Join(certs, "ca.pem"), ca, 0o600))

	plainHost := "tcp://" + strings.TrimPrefix(plain.URL, "http://")
	secureHost := "tcp://" + strings.TrimPrefix(secure.URL, "https://")
	for _, tt := range []struct {
		name   string
		getenv func(string) string
		want   string
	}{
		{"tcp", env("DOCKER_HOST", plainHost), "(no such image)"},
		{"TLS", env("DOCKER_HOST", secureHost, "DOCKER_CERT_PATH", certs, "DOCKER_TLS_VERIFY", "1"), "(no such image)"},
		{"TLS that we need not verify", env("DOCKER_HOST", secureHost, "DOCKER_CERT_PATH", certs), "(no such image)"},
		{"TLS with the system's roots", env("DOCKER_HOST", secureHost, "DOCKER_TLS_VERIFY", "1"), "unknown authority"},
		{"no certificates", env("DOCKER_HOST", secureHost, "DOCKER_CERT_PATH", empty), "reading DOCKER_CERT_PATH"},
		{"malformed", env("DOCKER_HOST", "tcp://[::1"), "parsing DOCKER_HOST"},
		{"nobody", env("DOCKER_HOST", "tcp://127.0.0.1:1"), "(not running: connection refused)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			opts := options(t)
			opts.Getenv = tt.getenv
			_, err := image.Open(t.Context(), "docker:app:1", opts)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}
