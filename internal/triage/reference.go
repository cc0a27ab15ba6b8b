package triage

import "strings"

// reference is the name of an image taken apart, or a pattern of one. It is split
// as Docker splits it and not validated: what is no reference equals none.
type reference struct {
	repo   string // in full: "docker.io/library/debian"
	tag    string // may be empty
	digest string // what follows "@"; may be empty
}

func splitReference(s string) reference {
	var ref reference
	s, ref.digest, _ = strings.Cut(s, "@")
	// A colon before the last slash is that of a registry's port.
	if colon := strings.IndexByte(s[strings.LastIndexByte(s, '/')+1:], ':'); colon >= 0 {
		colon += strings.LastIndexByte(s, '/') + 1
		s, ref.tag = s[:colon], s[colon+1:]
	}
	if s != "" {
		ref.repo = fullName(s)
	}
	return ref
}

// hub is Docker Hub's host in the spelling that references are compared in.
const hub = "docker.io"

// fullName is a repository with what Docker lets people leave out. Patterns are
// completed, too, rather than names shortened: "docker.io/**" without its host would
// match every registry.
func fullName(repo string) string {
	host, path, found := strings.Cut(repo, "/")
	if !found || !isHost(host) {
		host, path = hub, repo
	}
	switch host = strings.ToLower(host); host {
	case "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com":
		host = hub
	}
	if host == hub && !strings.Contains(path, "/") && !strings.HasPrefix(path, "**") {
		path = "library/" + path
	}
	return host + "/" + path
}

// isHost is Docker's rule for whether the first part of a name is a registry, with
// "**" standing for any.
func isHost(part string) bool {
	return strings.ContainsAny(part, ".:") || part == "localhost" || part == "**"
}

// isDigest says whether s is a SHA-256 digest as registries write it.
func isDigest(s string) bool {
	hex, found := strings.CutPrefix(s, "sha256:")
	return found && isHex64(hex)
}

func isHex64(s string) bool {
	return len(s) == 64 && strings.Trim(s, "0123456789abcdef") == ""
}
