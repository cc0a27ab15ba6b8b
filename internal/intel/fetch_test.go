package intel

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// server answers from a script and fails the test on what it does not expect.
type server struct {
	*httptest.Server
	answer   http.HandlerFunc
	requests int
}

func serve(t *testing.T) *server {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.requests++
		if s.answer == nil {
			t.Errorf("unexpected request: %s %s", r.Method, r.URL)
			return
		}
		s.answer(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *server) options(t *testing.T) Options {
	t.Helper()
	return Options{Client: s.Client(), EPSS: s.URL + "/epss.csv.gz?token=secret", CacheDir: filepath.Join(t.TempDir(), "cache")}
}

// A download is kept, asked about again with what the server said of it, and
// replaced when there is a newer one.
func TestFetch(t *testing.T) {
	s := serve(t)
	opts := s.options(t)
	first, second := zipped(t, testdata(t, "epss.csv")), testdata(t, "epss.csv")
	for _, step := range []struct {
		name   string
		answer http.HandlerFunc
		want   []byte
		notes  []string
	}{
		{"the first time", func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("If-None-Match")+r.Header.Get("If-Modified-Since") != "" {
				t.Errorf("nothing is there to compare with, and the request has %v", r.Header)
			}
			w.Header().Set("ETag", `"1"`)
			w.Header().Set("Last-Modified", "Mon, 25 Aug 2025 12:55:00 GMT")
			_, _ = w.Write(first)
		}, first, nil},
		{"unchanged", func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("If-None-Match") != `"1"` || r.Header.Get("If-Modified-Since") != "Mon, 25 Aug 2025 12:55:00 GMT" {
				t.Errorf("the request has %v", r.Header)
			}
			w.WriteHeader(http.StatusNotModified)
		}, first, nil},
		{"broken", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusBadGateway)
		}, first, []string{`it could not be updated, so the last download is used: asking for "` + s.URL + `/epss.csv.gz": the server answered 502 Bad Gateway`}},
		{"a page of apologies", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte("<html>we are sorry"))
		}, first, []string{"it could not be updated, so the last download is used: reading the EPSS scores: " + s.URL + `/epss.csv.gz:1: there is no column "cve": expected a header with cve, epss, percentile`}},
		{"newer", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("ETag", `"2"`)
			_, _ = w.Write(second)
		}, second, nil},
		{"asked about the newer", func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("If-None-Match") != `"2"` || r.Header.Get("If-Modified-Since") != "" {
				t.Errorf("the request has %v", r.Header)
			}
			w.WriteHeader(http.StatusNotModified)
		}, second, nil},
	} {
		s.answer = step.answer
		d, err := Open(t.Context(), opts)
		if err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		source := d.Sources[0]
		if source.SHA256 != digest(step.want) || source.File != s.URL+"/epss.csv.gz" {
			t.Errorf("%s: %+v", step.name, source)
		}
		if diff := cmp.Diff(append([]string{"model v2025.03.14"}, step.notes...), source.Notes); diff != "" {
			t.Errorf("%s: %s", step.name, diff)
		}
	}

	s.answer, opts.Offline, opts.Client = nil, true, nil
	d, err := Open(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"model v2025.03.14", "downloads are off, so the last one is used"}, d.Sources[0].Notes); diff != "" {
		t.Error(diff)
	}
	if s.requests != 6 {
		t.Errorf("%d requests", s.requests)
	}
	files, err := os.ReadDir(opts.CacheDir)
	if err != nil || len(files) != 2 {
		t.Errorf("the folder has %v, %v", files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(filepath.Join(opts.CacheDir, file.Name()))
		if err != nil || strings.Contains(string(data), "secret") {
			t.Errorf("%s: %v, %q", file.Name(), err, data)
		}
	}
}

// A file that is not the one of its receipt is as good as none.
func TestFetchReplacesADamagedDownload(t *testing.T) {
	s := serve(t)
	opts := s.options(t)
	s.answer = func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") != "" {
			t.Error("asked whether a damaged file is the newest")
		}
		w.Header().Set("ETag", `"1"`)
		_, _ = w.Write(testdata(t, "epss.csv"))
	}
	for range 2 {
		if _, err := Open(t.Context(), opts); err != nil {
			t.Fatal(err)
		}
		files, err := filepath.Glob(filepath.Join(opts.CacheDir, "epss-*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if filepath.Ext(file) != ".json" {
				if err := os.WriteFile(file, []byte("#"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	opts.Offline = true
	if _, err := Open(t.Context(), opts); err == nil || !strings.Contains(err.Error(), "there is no earlier one") {
		t.Errorf("%v", err)
	}
}

func TestFetchErrors(t *testing.T) {
	s := serve(t)
	for _, tt := range []struct {
		name   string
		change func(*Options)
		answer http.HandlerFunc
		want   string
	}{
		{name: "http", change: func(o *Options) { o.EPSS = "http://user:pass@x.test/y?token=secret" }, want: `"http://x.test/y": expected a file or an https URL`},
		{name: "file", change: func(o *Options) { o.EPSS = "file:///etc/passwd" }, want: `"file:///etc/passwd": expected a file or an https URL`},
		{name: "no URL", change: func(o *Options) { o.EPSS = "https://user:secret@x:y/" }, want: "the address is not a URL"},
		{name: "no folder", change: func(o *Options) { o.CacheDir = "" }, want: "there is no folder"},
		{name: "no client", change: func(o *Options) { o.Client = nil }, want: "there is no client"},
		{name: "offline", change: func(o *Options) { o.Offline = true }, want: `downloads are off, and there is no earlier one of "` + s.URL + `/epss.csv.gz"`},
		{name: "not found", answer: http.NotFound, want: "the server answered 404 Not Found"},
		{name: "not modified, and nothing was there", answer: func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusNotModified)
		}, want: "the server answered 304"},
		{name: "another host", answer: func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://other.test/epss.csv.gz", http.StatusFound)
		}, want: `the server redirects to "https://other.test", which is not configured`},
		{name: "downgrade", answer: func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://"+r.Host+"/epss.csv.gz", http.StatusFound)
		}, want: "which is not configured"},
		{name: "in circles", answer: func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path, http.StatusFound)
		}, want: "more than 5 redirects"},
		{name: "an answer that breaks off", answer: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write([]byte("cve,"))
		}, want: "unexpected EOF"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			opts := s.options(t)
			if tt.change != nil {
				tt.change(&opts)
			}
			s.answer = tt.answer
			_, err := Open(t.Context(), opts)
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), "downloading EPSS data: ") {
				t.Errorf("%v\nwant %s", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), "secret") {
				t.Errorf("it tells a secret: %v", err)
			}
			if left, err := os.ReadDir(opts.CacheDir); len(left) > 0 || err != nil && !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("it leaves %v, %v", left, err)
			}
		})
	}
}

// A server may send us on to where it keeps the file of the day, and to another
// host that is configured.
func TestFetchFollows(t *testing.T) {
	s, other := serve(t), serve(t)
	opts := s.options(t)
	opts.KEV = other.URL + "/kev"
	s.answer = func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL+"/today", http.StatusFound)
	}
	other.answer = func(w http.ResponseWriter, r *http.Request) {
		name := map[string]string{"/kev": "kev.csv", "/today": "epss.csv"}[r.URL.Path]
		_, _ = w.Write(testdata(t, name))
	}
	d, err := Open(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	if d.KEV == nil || d.EPSS == nil || d.SSVC != nil {
		t.Errorf("%+v", d)
	}
	if opts.Client.CheckRedirect != nil {
		t.Error("the client was changed")
	}
}

func TestFetchTooLarge(t *testing.T) {
	s := serve(t)
	s.answer = func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 3<<20)) }
	f := fetcher{client: s.Client(), folder: t.TempDir(), limit: 2 << 20, check: func(string, string) error { return nil }}
	if _, err := f.fetch(t.Context(), "kev", s.URL, false); err == nil || !strings.Contains(err.Error(), "the file is larger than 2 MiB") {
		t.Errorf("%v", err)
	}
}

// Whoever stops waiting gets no older data instead.
func TestFetchCanceled(t *testing.T) {
	s := serve(t)
	opts := s.options(t)
	s.answer = func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(testdata(t, "epss.csv")) }
	if _, err := Open(t.Context(), opts); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	s.answer = func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	}
	if _, err := Open(ctx, opts); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if _, err := Open(ctx, Options{KEV: "testdata/kev.json"}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
