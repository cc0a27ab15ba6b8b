package image

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// Attempt is one place where an image was looked for in vain.
type Attempt struct {
	Where  string // "docker daemon at unix:///var/run/docker.sock", "registry ghcr.io"
	Answer string // what it said, in a few words
	Err    error  // the whole of it

	kind   attemptKind
	host   string // of the registry; empty for the daemon
	origin bool   // the registry that the reference names, and no mirror of it
}

// attemptKind is what can be done about an attempt.
type attemptKind int

const (
	otherFailure attemptKind = iota
	notThere
	notRunning
	notAllowed
	rateLimited
	untrusted
	wrongPlatform
	noConnection
)

// OpenError is the one diagnosis when an image is nowhere to be had.
type OpenError struct {
	Ref      string
	Attempts []Attempt // in the order in which they were made
	Advice   []string  // what to do, the most likely first; never empty
}

// Error is one line: what, what was tried, what to do.
func (e *OpenError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "cannot open image %q; tried: ", e.Ref)
	for i, a := range e.Attempts {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%s (%s)", a.Where, a.Answer)
	}
	b.WriteString("; ")
	b.WriteString(strings.Join(e.Advice, "; or "))
	return b.String()
}

// decisive is the attempt whose answer counts: that of the registry which the
// reference names, whatever a mirror of it or the daemon said; else the last.
func (e *OpenError) decisive() Attempt {
	for _, a := range e.Attempts {
		if a.origin {
			return a
		}
	}
	return e.Attempts[len(e.Attempts)-1]
}

// IsNotFound says whether err is that the registry which a reference names has
// no such tag, digest or repository; or the daemon, when nobody else was asked.
// Docker Hub denies access to repositories that do not exist: see [IsDenied].
func IsNotFound(err error) bool {
	var e *OpenError
	return errors.As(err, &e) && e.decisive().kind == notThere
}

// IsDenied says whether err is that the registry which a reference names wants
// other credentials (401), or refuses those that it got (403).
func IsDenied(err error) bool {
	var e *OpenError
	return errors.As(err, &e) && e.decisive().kind == notAllowed
}

// Unwrap gives the errors behind the attempts.
func (e *OpenError) Unwrap() []error {
	errs := make([]error, len(e.Attempts))
	for i, a := range e.Attempts {
		errs[i] = a.Err
	}
	return errs
}

// diagnose is the error for a reference that none of the attempts found. A
// platform that does not exist at the last place asked is that place's final
// word, and an error of its own.
func diagnose(ref string, attempts []Attempt) error {
	var platform *PlatformError
	last := attempts[len(attempts)-1]
	if errors.As(last.Err, &platform) {
		return &PlatformError{Ref: ref, Want: platform.Want, Have: platform.Have}
	}
	return &OpenError{Ref: ref, Attempts: attempts, Advice: advice(attempts)}
}

// advice says what to do about the attempts, the likeliest cause first.
func advice(attempts []Attempt) []string {
	var out []string
	kinds := make(map[attemptKind]string) // and the last host that answered so
	for _, a := range attempts {
		if _, seen := kinds[a.kind]; !seen || a.host != "" {
			kinds[a.kind] = a.host
		}
	}
	if host, ok := kinds[untrusted]; ok {
		out = append(out, fmt.Sprintf("add the registry's CA to the system's roots (SSL_CERT_FILE), or allow plain http and unverified TLS with --insecure %s", host))
	}
	if host, ok := kinds[notAllowed]; ok {
		out = append(out, fmt.Sprintf("log in with docker login %s, --username with --password-stdin, or the action's inputs username and password, with an account that may pull the image", host))
	}
	if _, ok := kinds[rateLimited]; ok {
		out = append(out, "wait, log in for a higher limit, or name a mirror with --mirror")
	}
	if host, ok := kinds[noConnection]; ok {
		out = append(out, fmt.Sprintf("check that %s can be reached from here, through a proxy if there is one (HTTPS_PROXY)", host))
	}
	// A fresh build that is neither loaded nor pushed is the usual reason in CI:
	// docker/build-push-action with the docker-container driver keeps it to itself.
	for _, a := range attempts {
		if a.host == "" && (a.kind == notThere || a.kind == notRunning) {
			out = append(out, "if the image was just built with docker/build-push-action or buildx, it was not loaded: add `load: true`, or `outputs: type=oci,dest=image.tar` and scan image.tar")
			break
		}
	}
	return append(out, "check the name and the tag")
}

// registryAttempt describes what a registry or a mirror answered.
func registryAttempt(ref name.Reference, err error) Attempt {
	host := ref.Context().RegistryStr()
	a := Attempt{Where: "registry " + displayHost(host), Err: err, host: displayHost(host)}
	a.kind, a.Answer = registryAnswer(err)
	return a
}

// displayHost is a registry's host as people know it.
func displayHost(host string) string {
	if host == name.DefaultRegistry {
		return "docker.io"
	}
	return host
}

func registryAnswer(err error) (attemptKind, string) {
	var (
		answer    *transport.Error
		plain     *plainHTTPError
		platform  *PlatformError
		authority x509.UnknownAuthorityError
		host      x509.HostnameError
		invalid   x509.CertificateInvalidError
	)
	switch {
	case errors.As(err, &answer):
		return statusAnswer(answer)
	case errors.As(err, &platform):
		return wrongPlatform, "has no image for " + platform.Want + ", only for " + strings.Join(platform.Have, ", ")
	case errors.As(err, &authority):
		return untrusted, "its certificate is signed by an unknown authority"
	case errors.As(err, &host), errors.As(err, &invalid):
		return untrusted, "its certificate is not valid"
	case errors.As(err, &plain):
		return untrusted, fmt.Sprintf("no verified TLS at %s, and plain http was not allowed", plain.host)
	}
	return connectionAnswer(err)
}

func statusAnswer(e *transport.Error) (attemptKind, string) {
	status := fmt.Sprintf("%d %s", e.StatusCode, http.StatusText(e.StatusCode))
	codes := make(map[transport.ErrorCode]bool)
	for _, d := range e.Errors {
		codes[d.Code] = true
	}
	switch {
	case codes[transport.ManifestUnknownErrorCode]:
		return notThere, status + ": no such tag or digest"
	case codes[transport.NameUnknownErrorCode]:
		return notThere, status + ": no such repository"
	}
	switch e.StatusCode {
	case http.StatusNotFound:
		return notThere, status
	case http.StatusUnauthorized:
		// Docker Hub says this for repositories that do not exist, too.
		return notAllowed, status + ": not logged in, or no such repository"
	case http.StatusForbidden:
		return notAllowed, status + ": access denied"
	case http.StatusTooManyRequests:
		return rateLimited, status + ": rate limit reached"
	}
	return otherFailure, status
}

// connectionAnswer puts what went wrong below HTTP in a few words.
func connectionAnswer(err error) (attemptKind, string) {
	var (
		dns     *net.DNSError
		timeout interface{ Timeout() bool }
		request *url.Error
	)
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return noConnection, "no such host " + dns.Name
	case errors.Is(err, syscall.ECONNREFUSED):
		return noConnection, "connection refused"
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		return noConnection, "host unreachable"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded),
		errors.As(err, &timeout) && timeout.Timeout():
		return noConnection, "no answer in time"
	case brokenConnection(err):
		return noConnection, "the connection broke"
	case errors.As(err, &dns):
		return noConnection, "the name of the host could not be looked up"
	case errors.As(err, &request):
		return otherFailure, oneLine(request.Err) // without the URL, which may carry a token
	}
	return otherFailure, oneLine(err)
}

// daemonAnswer describes why a daemon could not be asked.
func daemonAnswer(err error) (attemptKind, string) {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return notRunning, "not running: no such socket"
	case errors.Is(err, fs.ErrPermission):
		return notRunning, "permission denied: the user may not use the socket"
	case errors.Is(err, syscall.ECONNREFUSED):
		return notRunning, "not running: connection refused"
	}
	kind, answer := connectionAnswer(err)
	if kind == noConnection {
		kind = notRunning
	}
	return kind, answer
}

// oneLine is an error's text without line breaks, and short enough to read.
func oneLine(err error) string {
	text := strings.Join(strings.Fields(err.Error()), " ")
	if runes := []rune(text); len(runes) > 200 {
		return string(runes[:200]) + "…"
	}
	return text
}
