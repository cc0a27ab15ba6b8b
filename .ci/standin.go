//go:build ignore

// Standin does in the job containers of .ci/workflows what GitHub's own programs do
// in jobs, as far as the workflows in examples/ need it, against the GitHub that
// .ci/fakegithub.go plays:
//
//	standin upload NAME PATH      actions/upload-artifact: a zip with one file
//	standin download NAME RUN TO  actions/download-artifact, of another run
//	gh api --method GET PATH -f NAME=VALUE... --jq EXPRESSION
//
// It finds GitHub by GITHUB_API_URL, and its token in GH_TOKEN. Whose an upload is
// stands in GITHUB_REF, GITHUB_HEAD_REF, GITHUB_SHA and STANDIN_FORK: the service
// that takes uploads on GitHub is not part of the REST API.
package main

import (
	"archive/zip"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	if err := run(filepath.Base(os.Args[0]), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "standin:", err)
		os.Exit(1)
	}
}

func run(name string, args []string) error {
	switch {
	case name == "gh" && len(args) > 1 && args[0] == "api":
		return ghAPI(args[1:])
	case len(args) == 3 && args[0] == "upload":
		return upload(args[1], args[2])
	case len(args) == 4 && args[0] == "download":
		return download(args[1], args[2], args[3])
	}
	return fmt.Errorf("no such command: %s %q", name, args)
}

// get asks GitHub. The token goes no further than that.
func get(path string) ([]byte, error) {
	req, err := http.NewRequest(http.MethodGet, os.Getenv("GITHUB_API_URL")+"/"+path, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+os.Getenv("GH_TOKEN"))
	client := http.Client{CheckRedirect: func(req *http.Request, _ []*http.Request) error {
		// By itself, a client would send it to another path of the same host.
		req.Header.Del("Authorization")
		return nil
	}}
	return answer(client.Do(req))
}

func answer(resp *http.Response, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode >= http.StatusMultipleChoices {
		err = fmt.Errorf("%s: %s", resp.Status, content)
	}
	return content, err
}

func ghAPI(args []string) error {
	query := url.Values{}
	var path, expression string
	for i := 0; i < len(args); i++ {
		if !strings.HasPrefix(args[i], "-") {
			path = args[i]
			continue
		}
		if i++; i == len(args) {
			return fmt.Errorf("%s has no value", args[i-1])
		}
		switch name, value, _ := strings.Cut(args[i], "="); args[i-1] {
		case "--method":
		case "-f":
			query.Add(name, value)
		case "--jq":
			expression = args[i]
		default:
			return fmt.Errorf("gh api %s is not played", args[i-1])
		}
	}
	content, err := get(path + "?" + query.Encode())
	if err != nil {
		return err
	}
	jq := exec.Command("jq", "--raw-output", expression)
	jq.Stdin, jq.Stdout, jq.Stderr = bytes.NewReader(content), os.Stdout, os.Stderr
	return jq.Run()
}

func upload(name, path string) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	f, err := w.Create(filepath.Base(path))
	if err != nil {
		return err
	}
	if _, err := f.Write(content); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	api, err := url.Parse(os.Getenv("GITHUB_API_URL"))
	if err != nil {
		return err
	}
	api.Path = "/_artifacts"
	api.RawQuery = url.Values{
		"name": {name}, "fork": {os.Getenv("STANDIN_FORK")}, "sha": {os.Getenv("GITHUB_SHA")},
		"branch": {cmp.Or(os.Getenv("GITHUB_HEAD_REF"), strings.TrimPrefix(os.Getenv("GITHUB_REF"), "refs/heads/"))},
	}.Encode()
	_, err = answer(http.Post(api.String(), "application/zip", &packed))
	return err
}

func download(name, run, to string) error {
	content, err := get("repos/" + os.Getenv("GITHUB_REPOSITORY") + "/actions/artifacts?" + url.Values{"name": {name}}.Encode())
	if err != nil {
		return err
	}
	var list struct {
		Artifacts []struct {
			ID  json.Number `json:"id"`
			Run struct {
				ID json.Number `json:"id"`
			} `json:"workflow_run"`
		} `json:"artifacts"`
	}
	if err := json.Unmarshal(content, &list); err != nil {
		return err
	}
	for _, a := range list.Artifacts {
		if a.Run.ID.String() != run {
			continue
		}
		packed, err := get(fmt.Sprintf("repos/%s/actions/artifacts/%s/zip", os.Getenv("GITHUB_REPOSITORY"), a.ID))
		if err != nil {
			return err
		}
		return unpack(packed, to)
	}
	return fmt.Errorf("the run %s has left no artifact %q", run, name)
}

func unpack(packed []byte, to string) error {
	r, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	return os.CopyFS(to, r)
}
