package image

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"
)

// defaultDockerHost is where Docker listens when nothing else is said.
const defaultDockerHost = "unix:///var/run/docker.sock"

// localDaemon stands for the host of a daemon that is spoken to over a socket of
// this machine. It is not looked up.
const localDaemon = "docker"

// dockerHost is the address of a daemon and how to reach it.
type dockerHost struct {
	address string // as the user wrote it
	base    url.URL
	client  *http.Client
}

// parseDockerHost reads DOCKER_HOST and its companions: unix://, and tcp:// with
// TLS when DOCKER_TLS_VERIFY or DOCKER_CERT_PATH is set. The server's certificate
// is always verified then, also where Docker's own client would not.
func parseDockerHost(getenv func(string) string) (*dockerHost, error) {
	address := getenv("DOCKER_HOST")
	if address == "" {
		address = defaultDockerHost
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("parsing DOCKER_HOST: %w", errors.Unwrap(err)) // url.Error repeats the address
	}
	dialer := &net.Dialer{Timeout: 20 * time.Second}
	transport := &http.Transport{DisableCompression: true, IdleConnTimeout: time.Second}
	h := &dockerHost{address: address, client: &http.Client{Transport: transport}}
	switch u.Scheme {
	case "unix":
		socket := u.Host + u.Path
		transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, "unix", socket)
		}
		h.base = url.URL{Scheme: "http", Host: localDaemon}
	case "tcp", "http", "https":
		transport.DialContext = dialer.DialContext
		h.base = url.URL{Scheme: "http", Host: u.Host, Path: u.Path}
		certs := getenv("DOCKER_CERT_PATH")
		if u.Scheme == "https" || certs != "" || getenv("DOCKER_TLS_VERIFY") != "" {
			h.base.Scheme = "https"
			if transport.TLSClientConfig, err = dockerTLS(certs); err != nil {
				return nil, fmt.Errorf("reading DOCKER_CERT_PATH: %w", err)
			}
		}
	default:
		return nil, fmt.Errorf("DOCKER_HOST %q is not supported: use unix:// or tcp://", redactURL(address))
	}
	return h, nil
}

// dockerTLS is a TLS configuration with the ca.pem, cert.pem and key.pem of a
// folder, as Docker names them; the system's roots and no client certificate
// when dir is empty.
func dockerTLS(dir string) (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if dir == "" {
		return config, nil
	}
	ca, err := os.ReadFile(filepath.Join(dir, "ca.pem"))
	if err != nil {
		return nil, err
	}
	config.RootCAs = x509.NewCertPool()
	if !config.RootCAs.AppendCertsFromPEM(ca) {
		return nil, fmt.Errorf("%q holds no certificate", filepath.Join(dir, "ca.pem"))
	}
	cert, err := tls.LoadX509KeyPair(filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem"))
	if errors.Is(err, os.ErrNotExist) {
		return config, nil // a server that does not ask who we are
	}
	if err != nil {
		return nil, err
	}
	config.Certificates = []tls.Certificate{cert}
	return config, nil
}
