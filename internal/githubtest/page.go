package githubtest

import (
	"fmt"
	"net/http"
	"strconv"
)

// page is one answer of several.
type page struct {
	answer       any
	number, last int
}

// pageOf is what a request asks for of a list.
func pageOf[T any](req *http.Request, all []T) page {
	number, size := 1, 30
	if n, err := strconv.Atoi(req.URL.Query().Get("page")); err == nil {
		number = n
	}
	if n, err := strconv.Atoi(req.URL.Query().Get("per_page")); err == nil {
		size = min(n, 100)
	}
	from := min((number-1)*size, len(all))
	to := min(from+size, len(all))
	return page{answer: append([]T{}, all[from:to]...), number: number, last: max(1, (len(all)+size-1)/size)}
}

// link says where the next page is; empty behind the last one. Clients that know
// nothing but the answer follow it, so it is a whole address.
func (p page) link(req *http.Request) string {
	if p.number >= p.last {
		return ""
	}
	next := *req.URL
	next.Scheme, next.Host = "http", req.Host
	query := next.Query()
	query.Set("page", strconv.Itoa(p.number+1))
	next.RawQuery = query.Encode()
	return fmt.Sprintf(`<%s>; rel="next"`, next.String())
}
