package vulndb

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

// answerLimit keeps a registry's words to a length that fits into a sentence.
const answerLimit = 300

// answer is what a registry said, on one line and without the URL's query, which
// may carry a signature.
func answer(err error) string {
	var busy *busyError
	var refused *transport.Error
	var request *url.Error
	switch {
	case errors.As(err, &busy):
		return busy.Error()
	case errors.As(err, &refused):
		text := fmt.Sprintf("%d %s", refused.StatusCode, http.StatusText(refused.StatusCode))
		if len(refused.Errors) > 0 {
			text += ": " + string(refused.Errors[0].Code) + " " + refused.Errors[0].Message
		}
		return oneLine(text)
	case errors.As(err, &request):
		return oneLine(request.Err.Error())
	}
	return oneLine(err.Error())
}

func oneLine(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > answerLimit {
		text = strings.ToValidUTF8(text[:answerLimit], "") + "…"
	}
	return text
}
