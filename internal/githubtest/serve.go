package githubtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// StatePath is where [Server.Serve] tells of its [State].
const StatePath = "/_state"

// Environ is what the runner gives a job of the repository, for a client of
// [Server.Client].
func (s *Server) Environ() []string { return environ("http://" + memoryHost) }

func environ(base string) []string {
	return []string{
		"GITHUB_ACTIONS=true",
		"GITHUB_API_URL=" + base + basePath,
		"GITHUB_GRAPHQL_URL=" + base + graphqlPath,
		"GITHUB_SERVER_URL=" + base,
		"GITHUB_REPOSITORY=" + Owner + "/" + Name,
	}
}

// Listen puts the server of a test onto the network, for other processes, and
// returns their environment.
func (s *Server) Listen() []string {
	s.t.Helper()
	var network net.ListenConfig
	l, err := network.Listen(s.t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		s.t.Fatal(err)
	}
	ended := make(chan error)
	go func() { ended <- s.Serve(s.t.Context(), l) }() // that ends before what is cleaned up
	s.t.Cleanup(func() {
		if err := <-ended; err != nil {
			s.t.Error(err)
		}
	})
	return environ("http://" + l.Addr().String())
}

// Serve answers on a listener, which it closes, until the context ends; that is no
// error. Besides GitHub it plays [StatePath], [UploadPath] and [TokenPath].
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	mux := http.NewServeMux()
	mux.Handle("/", s)
	mux.HandleFunc("GET "+StatePath, s.serveState)
	mux.HandleFunc("POST "+UploadPath, s.serveUpload)
	mux.HandleFunc("POST "+TokenPath, s.serveToken)
	server := &http.Server{
		Handler:           mux,
		ReadHeaderTimeout: time.Minute,
		ConnContext: func(ctx context.Context, _ net.Conn) context.Context {
			return (&pace{apart: s.apart}).in(ctx)
		},
	}
	stopped := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(stopped)
		wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastAnswers)
		defer cancel()
		if server.Shutdown(wait) != nil {
			_ = server.Close() // of what does not want to end, nothing is to be saved
		}
	})
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		stop()
		return fmt.Errorf("answering on %s: %w", l.Addr(), err)
	}
	<-stopped
	return nil
}

// lastAnswers is how long requests may take that are under way in the end.
const lastAnswers = time.Second

func (s *Server) serveState(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	_ = out.Encode(s.State()) // the client may have gone
}
