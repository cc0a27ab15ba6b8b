//go:build ignore

// Trim keeps of GitHub's OpenAPI description what the fake of this package plays:
//
//	npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-*.tgz
//	go run internal/githubtest/testdata/trim.go package/generated/api.github.com.json internal/githubtest/testdata
//
// It writes openapi.json and examples.json.
package main

import (
	"encoding/json"
	"log"
	"os"
	"path/filepath"
	"strings"
)

// operations are those that the fake plays.
var operations = map[string][]string{
	"/user": {"get"},
	"/repos/{owner}/{repo}/code-scanning/sarifs":                             {"post"},
	"/repos/{owner}/{repo}/code-scanning/sarifs/{sarif_id}":                  {"get"},
	"/repos/{owner}/{repo}/code-scanning/analyses":                           {"get"},
	"/repos/{owner}/{repo}/code-scanning/alerts":                             {"get"},
	"/repos/{owner}/{repo}/code-scanning/alerts/{alert_number}":              {"get", "patch"},
	"/repos/{owner}/{repo}/issues/{issue_number}/comments":                   {"get", "post"},
	"/repos/{owner}/{repo}/issues/comments/{comment_id}":                     {"get", "patch", "delete"},
	"/repos/{owner}/{repo}/pulls":                                            {"get"},
	"/repos/{owner}/{repo}/pulls/{pull_number}":                              {"get"},
	"/repos/{owner}/{repo}/git/trees/{tree_sha}":                             {"get"},
	"/repos/{owner}/{repo}/git/blobs/{file_sha}":                             {"get"},
	"/repos/{owner}/{repo}/dependency-graph/snapshots":                       {"post"},
	"/repos/{owner}/{repo}/actions/artifacts":                                {"get"},
	"/repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}": {"get"},
	"/repos/{owner}/{repo}/actions/runs/{run_id}":                            {"get"},
}

// examples are the ones that the fake fills in.
var examples = []string{"workflow-run", "issue-comment", "pull-request", "pull-request-simple", "code-scanning-alert", "simple-user", "private-user-response-with-public-profile-information"}

// prose is left out: it is most of the description, and nothing is checked by it.
var prose = map[string]bool{
	"description": true, "summary": true, "externalDocs": true, "example": true, "examples": true, "tags": true, "title": true,
}

type object = map[string]any

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: trim DESCRIPTION FOLDER")
	}
	content, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	var full object
	if err := json.Unmarshal(content, &full); err != nil {
		log.Fatal(err)
	}
	components := full["components"].(object)

	filled := object{}
	for _, name := range examples {
		if example, ok := components["examples"].(object)[name]; ok {
			filled[name] = example.(object)["value"]
		}
	}
	write("examples.json", filled)

	paths := object{}
	for path, methods := range operations {
		kept := object{}
		for _, method := range methods {
			kept[method] = full["paths"].(object)[path].(object)[method]
		}
		paths[path] = strip(kept, false)
	}
	trimmed := object{"openapi": full["openapi"], "info": full["info"], "paths": paths}
	needed := object{}
	trimmed["components"] = needed
	for todo := references(paths, nil); len(todo) > 0; {
		kind, name, _ := strings.Cut(todo[0], "/")
		todo = todo[1:]
		if needed[kind] == nil {
			needed[kind] = object{}
		}
		if _, done := needed[kind].(object)[name]; done {
			continue
		}
		component := strip(components[kind].(object)[name], false)
		needed[kind].(object)[name] = component
		todo = references(component, todo)
	}
	write("openapi.json", trimmed)
}

// strip is a node without prose. In a map of properties, every key is a name.
func strip(node any, names bool) any {
	switch node := node.(type) {
	case object:
		kept := object{}
		for key, value := range node {
			if !names && (prose[key] || strings.HasPrefix(key, "x-")) && !(key == "description" && node["content"] != nil) {
				continue
			}
			kept[key] = strip(value, !names && (key == "properties" || key == "headers"))
		}
		return kept
	case []any:
		kept := make([]any, len(node))
		for i, value := range node {
			kept[i] = strip(value, false)
		}
		return kept
	}
	return node
}

// references appends the components that a node refers to.
func references(node any, found []string) []string {
	switch node := node.(type) {
	case object:
		for key, value := range node {
			if name, ok := value.(string); ok && key == "$ref" {
				found = append(found, strings.TrimPrefix(name, "#/components/"))
			} else {
				found = references(value, found)
			}
		}
	case []any:
		for _, value := range node {
			found = references(value, found)
		}
	}
	return found
}

func write(name string, node object) {
	content, err := json.MarshalIndent(node, "", " ")
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(os.Args[2], name), append(content, '\n'), 0o644); err != nil {
		log.Fatal(err)
	}
}
