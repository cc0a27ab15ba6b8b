package lineage

import (
	"fmt"
	"net"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"

	"github.com/org/imgscan-action/internal/dockerfile"
)

// hosts are the registries that may be asked, "host" or "host:port", each as
// somebody other than an image named it. There is no list of well-known ones:
// that a host is public does not mean that this build has any business with it.
type hosts map[string]bool

// hostKey is a registry's host in one spelling: Docker Hub has several.
func hostKey(host string) string {
	switch host = strings.ToLower(host); host {
	case "docker.io", "registry-1.docker.io", "registry.hub.docker.com":
		return name.DefaultRegistry
	}
	return host
}

// newHosts collects the hosts that the user, the configuration and the
// repository's Dockerfile name. What an image says has no part in it: the build
// arguments of its provenance least of all.
func newHosts(img Image, bases []reference, file *dockerfile.File, opts Options) hosts {
	h := make(hosts)
	for _, host := range opts.Hosts {
		h[hostKey(host)] = true
	}
	for _, base := range bases {
		h[base.host()] = true
	}
	if ref, err := parseReference(img.Ref); err == nil {
		h[ref.host()] = true
	}
	if file == nil {
		return h
	}
	refs := file.Images()
	own := dockerfile.Options{Target: opts.Target, Args: opts.Args, Contexts: opts.Contexts, Platform: img.Platform}
	if build, err := file.Build(own); err == nil {
		for _, image := range build.Images() {
			refs = append(refs, image.Ref)
		}
	}
	for _, s := range refs {
		// A pull request can change the Dockerfile. It must not make a scanner read
		// the credentials that clouds serve at such addresses.
		if ref, err := parseReference(s); err == nil && !linkLocal(ref.host()) {
			h[ref.host()] = true
		}
	}
	return h
}

// refuse says, as a sentence, why a host may not be asked; empty when it may.
func (h hosts) refuse(host string) string {
	if h[host] {
		return ""
	}
	bare := bareHost(host)
	switch {
	case net.ParseIP(bare) != nil:
		return fmt.Sprintf("the registry %s is an address and neither the repository nor the configuration names it", host)
	case bare == "localhost" || strings.HasSuffix(bare, ".localhost") || strings.HasSuffix(bare, ".local") || !strings.Contains(bare, "."):
		return fmt.Sprintf("the registry %s is in the local network and neither the repository nor the configuration names it", host)
	case bare != host:
		return fmt.Sprintf("neither the repository nor the configuration names the registry %s with this port", host)
	}
	return fmt.Sprintf("neither the repository nor the configuration names the registry %s", host)
}

// bareHost is a host without its port and without the brackets of IPv6.
func bareHost(host string) string {
	if bare, _, err := net.SplitHostPort(host); err == nil {
		host = bare
	}
	return strings.Trim(host, "[]")
}

func linkLocal(host string) bool {
	ip := net.ParseIP(bareHost(host))
	return ip != nil && (ip.IsLinkLocalUnicast() || ip.IsLinkLocalMulticast() || ip.IsUnspecified())
}
