package image

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestHistoryOf(t *testing.T) {
	// The newest first, as a daemon answers.
	mixed := []historyItem{
		{CreatedBy: `CMD ["app"]`},
		{CreatedBy: "COPY app /app # buildkit", Size: 7},
		{CreatedBy: "WORKDIR /"},
		{CreatedBy: "WORKDIR /app"},
		{CreatedBy: "RUN |1 A=b /bin/sh -c mkdir x # buildkit"},
		{CreatedBy: "ENV A=b"},
		{CreatedBy: "|1 A=b /bin/sh -c mkdir y"},
		{CreatedBy: "/bin/sh -c mkdir z"},
		{CreatedBy: `/bin/sh -c #(nop)  CMD ["sh"]`},
		{CreatedBy: "/bin/sh -c #(nop) ADD file:1 in / ", Size: 3},
	}
	for _, tt := range []struct {
		name   string
		items  []historyItem
		layers int
		want   []bool // which entries are empty, the oldest first; nil for no history
	}{
		{"sizes tell", []historyItem{{CreatedBy: "RUN true"}, {CreatedBy: "x", Size: 1}}, 1, []bool{false, true}},
		{"instructions tell", mixed, 6, []bool{false, true, false, false, true, false, false, true, false, true}},
		{"neither tells", mixed, 7, nil},
		{"more sizes than layers", mixed, 1, nil},
		{"none", nil, 0, nil},
		{"no layers", []historyItem{{CreatedBy: "LABEL a=b"}}, 0, []bool{true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []bool
			for _, h := range historyOf(tt.items, tt.layers) {
				got = append(got, h.EmptyLayer)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("empty entries (-want +got):\n%s", diff)
			}
		})
	}
}
