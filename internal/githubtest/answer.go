package githubtest

import (
	"encoding/json"
	"net/http"

	"github.com/getkin/kin-openapi/openapi3filter"
)

// message is GitHub's way to say no.
func message(text string) map[string]any {
	return map[string]any{"message": text, "documentation_url": "https://docs.github.com/rest"}
}

// raw is an answer that is not JSON, which the description does not speak of.
type raw []byte

// redirect is an answer that sends the client elsewhere.
type redirect string

// write sends an answer that has been checked.
func (s *Server) write(op operation, in *openapi3filter.RequestValidationInput, w http.ResponseWriter, status int, header http.Header, answer any) {
	id := op.Operation.OperationID
	body, err := encode(answer, header)
	if err == nil && header.Get("Content-Type") != rawType {
		err = op.answer(in.Request.Context(), in, status, header, body)
	}
	if err != nil {
		s.failf("%s: the fake answers what GitHub would not: %.400v", id, err)
	}
	for name, values := range header {
		w.Header()[name] = values
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client may have gone
}

// rawType is the content type of raw answers.
const rawType = "application/vnd.github.raw; charset=utf-8"

// encode is the body of an answer, and what its header has to say about it, unless
// that has been said.
func encode(answer any, header http.Header) ([]byte, error) {
	switch answer := answer.(type) {
	case nil:
		return nil, nil
	case raw:
		header.Set("Content-Type", rawType)
		return answer, nil
	case redirect:
		if header.Get("Location") == "" {
			header.Set("Location", string(answer))
		}
		return nil, nil
	}
	header.Set("Content-Type", "application/json; charset=utf-8")
	return json.Marshal(answer)
}
