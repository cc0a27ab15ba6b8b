//go:build ignore

// Fakegithub plays GitHub on the network, for a whole workflow or a container:
//
//	go build -o build/fakegithub .ci/fakegithub.go
//	build/fakegithub -addr 127.0.0.1:8080 -ref refs/heads/main=SHA -files main=base/ -pull 7=SHA
//
// It prints its address, as http://127.0.0.1:8080, when it can be asked, and serves
// the repository octo-org/app below /api/v3 and /api/graphql until SIGTERM or an
// interrupt. Then it prints what its clients have done wrong and, if that is
// anything, exits with 1. GET /_state answers that, and all that they have left, as
// JSON: comments, alerts, analyses, snapshots, requests and failures. POST /_artifacts
// and /_token change it while it runs (internal/githubtest/control.go). `go run` does
// not hand SIGTERM on, so it is built.
package main

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"

	"github.com/org/imgscan-action/internal/githubtest"
)

// list is a flag that can be given several times.
type list []string

func (l *list) String() string { return strings.Join(*l, " ") }

func (l *list) Set(value string) error {
	*l = append(*l, value)
	return nil
}

// repository is what the flags say.
type repository struct {
	token, viewer                         string
	pulls, refs, files, artifacts, denied list
}

func main() {
	var r repository
	addr := flag.String("addr", "127.0.0.1:0", "`ADDRESS` to listen on; port 0 is any that is free")
	flag.StringVar(&r.token, "token", githubtest.Token, "the `TOKEN` that may ask")
	flag.StringVar(&r.viewer, "viewer", githubtest.Login, "the `LOGIN` whose token it is; empty is one that GitHub does not tell")
	flag.Var(&r.pulls, "pull", "an open pull request, `NUMBER=SHA[@[OWNER:]BRANCH]`: its head, of a fork where there is an owner")
	flag.Var(&r.refs, "ref", "a ref and its commit, `REF=SHA`; refs/heads/main is the base of pull requests")
	flag.Var(&r.files, "files", "the files of a commit or a ref, `SHA=FOLDER`; .git is left out")
	flag.Var(&r.artifacts, "artifact", "an artifact of a run on a branch, `NAME@BRANCH=FILE`: the file, zipped")
	flag.Var(&r.denied, "deny", fmt.Sprintf("a `PERMISSION` that the token lacks, of %q", githubtest.Permissions()))
	flag.Parse()
	if flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(*addr, r, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "fakegithub:", err)
		os.Exit(1)
	}
}

func run(addr string, r repository, out io.Writer) error {
	server, err := r.server()
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	var network net.ListenConfig
	l, err := network.Listen(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "http://%s\n", l.Addr())
	if err := server.Serve(ctx, l); err != nil {
		return err
	}
	return wrong(server)
}

// wrong is an error for each mistake that a client has made.
func wrong(server *githubtest.Server) error {
	var all []error
	for _, failure := range server.Failures() {
		all = append(all, errors.New(failure))
	}
	return errors.Join(all...)
}

// server is one with the repository. Refs come first, since the others name them; an
// explicit one wins over those that a pull request brings.
func (r repository) server() (*githubtest.Server, error) {
	s, err := githubtest.NewServer(r.token)
	if err != nil {
		return nil, err
	}
	s.SetViewer(r.viewer)
	for _, step := range []struct {
		flag   string
		values list
		add    func(s *githubtest.Server, name, value string) error
	}{
		{"pull", r.pulls, addPull},
		{"ref", r.refs, addRef},
		{"files", r.files, func(s *githubtest.Server, ref, folder string) error { return s.AddFiles(ref, os.DirFS(folder)) }},
		{"artifact", r.artifacts, addArtifact},
	} {
		for _, given := range step.values {
			name, value, ok := strings.Cut(given, "=")
			if !ok || name == "" || value == "" {
				return nil, fmt.Errorf("-%s %q has no %q in it", step.flag, given, "=")
			}
			if err := step.add(s, name, value); err != nil {
				return nil, fmt.Errorf("-%s %q: %w", step.flag, given, err)
			}
		}
	}
	for _, permission := range r.denied {
		s.Deny(permission)
	}
	return s, wrong(s)
}

var commitName = regexp.MustCompile(`^[0-9a-f]{40}$`)

func addPull(s *githubtest.Server, number, head string) error {
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 {
		return errors.New("not the number of a pull request")
	}
	p := githubtest.Pull{Number: n}
	p.HeadSHA, p.Branch, _ = strings.Cut(head, "@")
	if owner, branch, forked := strings.Cut(p.Branch, ":"); forked {
		p.Fork, p.Branch = owner+"/"+githubtest.Name, branch
	}
	if !commitName.MatchString(p.HeadSHA) {
		return errors.New("not a full SHA")
	}
	s.AddPull(p)
	return nil
}

func addRef(s *githubtest.Server, ref, sha string) error {
	if !strings.HasPrefix(ref, "refs/") || !commitName.MatchString(sha) {
		return errors.New("not a full ref and a full SHA")
	}
	s.AddRef(ref, sha)
	return nil
}

func addArtifact(s *githubtest.Server, artifact, file string) error {
	name, branch, _ := strings.Cut(artifact, "@")
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	w, err := z.Create(filepath.Base(file))
	if err != nil {
		return err
	}
	if _, err := w.Write(content); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	s.AddArtifact(githubtest.Artifact{Name: name, Branch: branch, Content: packed.Bytes()})
	return nil
}
