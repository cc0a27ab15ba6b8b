package githubtest

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
)

//go:embed testdata/openapi.json
var description []byte

//go:embed testdata/examples.json
var examples []byte

// contract is GitHub's description. It is read once and never changed.
var contract = sync.OnceValues(func() (*openapi3.T, error) {
	doc, err := openapi3.NewLoader().LoadFromData(description)
	if err != nil {
		return nil, fmt.Errorf("reading GitHub's description: %w", err)
	}
	return doc, nil
})

// operation is one of the description.
type operation struct {
	*routers.Route
}

// operations are those of the description.
func operations(doc *openapi3.T) []operation {
	var all []operation
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			all = append(all, operation{&routers.Route{
				Spec: doc, Path: path, PathItem: item, Method: method, Operation: op,
			}})
		}
	}
	return all
}

// match says whether a request is for the operation, and fills in the request's
// path values if so.
func (op operation) match(req *http.Request) bool {
	path, ok := strings.CutPrefix(req.URL.Path, basePath)
	if !ok || req.Method != op.Method {
		return false
	}
	given := strings.Split(path, "/")
	wanted := strings.Split(op.Path, "/")
	values := make(map[string]string)
	for i, part := range wanted {
		name, variable := strings.CutPrefix(part, "{")
		name = strings.TrimSuffix(name, "}")
		switch {
		case i >= len(given):
			return false
		case name == "path": // has slashes, which OpenAPI has no word for
			values[name] = strings.Join(given[i:], "/")
			given = given[:i+1]
		case !variable && part != given[i], given[i] == "" && i > 0:
			return false
		case variable:
			values[name] = given[i]
		}
	}
	if len(given) != len(wanted) {
		return false
	}
	for name, value := range values {
		req.SetPathValue(name, value)
	}
	return true
}

// question checks a request. Its body can be read afterwards.
func (op operation) question(req *http.Request) (*openapi3filter.RequestValidationInput, error) {
	params := make(map[string]string)
	for _, p := range op.Operation.Parameters {
		if p.Value.In == "path" {
			params[p.Value.Name] = req.PathValue(p.Value.Name)
		}
	}
	in := &openapi3filter.RequestValidationInput{
		Request:    req,
		PathParams: params,
		Route:      op.Route,
		Options: &openapi3filter.Options{
			AuthenticationFunc:    openapi3filter.NoopAuthenticationFunc,
			IncludeResponseStatus: true,
		},
	}
	// GitHub ignores parameters it does not know, and so do typing errors stay
	// unseen.
	for name := range req.URL.Query() {
		if op.Operation.Parameters.GetByInAndName("query", name) == nil {
			return in, fmt.Errorf("there is no parameter %q", name)
		}
	}
	return in, openapi3filter.ValidateRequest(req.Context(), in)
}

// answer checks an answer.
func (op operation) answer(ctx context.Context, in *openapi3filter.RequestValidationInput, status int, header http.Header, body []byte) error {
	if op.Operation.Responses.Status(status) == nil {
		return describedElsewhere(status, body)
	}
	return openapi3filter.ValidateResponse(ctx, &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in,
		Status:                 status,
		Header:                 header,
		Body:                   io.NopCloser(bytes.NewReader(body)),
		Options:                in.Options,
	})
}

// describedElsewhere checks an answer that the description of an operation leaves
// out: any of them may be refused, limited or unavailable.
func describedElsewhere(status int, body []byte) error {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusGone,
		http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity, http.StatusTooManyRequests,
		http.StatusInternalServerError, http.StatusTemporaryRedirect:
		var said struct {
			Message string `json:"message"`
		}
		if err := json.Unmarshal(body, &said); err != nil || said.Message == "" {
			return fmt.Errorf("status %d without a message", status)
		}
		return nil
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return nil // from a proxy, in HTML
	}
	return fmt.Errorf("status %d is not among those of the operation", status)
}
