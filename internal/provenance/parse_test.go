package provenance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func TestParseRefuses(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 10_001) + "1" + strings.Repeat("}", 10_001)
	for name, tt := range map[string]struct{ statement, want string }{
		"nothing":             {``, "unexpected end of JSON"},
		"another type":        {`[1, 2]`, "nothing in it tells of a build"},
		"null":                {`null`, "nothing in it tells of a build"},
		"an empty object":     {`{}`, "nothing in it tells of a build"},
		"no statement":        {`{"_type": "x", "predicate": {}}`, `"x" is not an in-toto statement`},
		"another predicate":   {`{"_type": "https://in-toto.io/Statement/v1", "predicateType": "https://spdx.dev/Document", "predicate": {}}`, "is not SLSA provenance"},
		"cut off":             {`{"_type": "https://in-toto.io/Statement/v1", "predicate": {"buildType": "x"`, "unexpected end of JSON"},
		"nested too deep":     {`{"buildType": "x", "materials": [` + deep + `]}`, "exceeded max depth"},
		"a million materials": {`{"buildType": "x", "materials": [` + strings.Repeat(`{},`, 1_000_000) + `{}]}`, "more than 10000 items in a list"},
		"too many arguments":  {`{"invocation": {"parameters": {"args": ` + manyKeys(10_001) + `}}}`, "more than 10000 items in an object"},
		"too large":           {strings.Repeat(" ", maxBytes+1), "are more than"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := Parse([]byte(tt.statement))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Parse = %v, %v; want an error with %q", p, err, tt.want)
			}
		})
	}
}

func manyKeys(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `%s"k%d": ""`, map[bool]string{true: ", "}[i > 0], i)
	}
	return "{" + b.String() + "}"
}

// What has a wrong type is absent; what is beside it is not.
func TestParseSkipsWrongTypes(t *testing.T) {
	p, err := Parse([]byte(`{
		"buildType": 7,
		"invocation": {"configSource": [], "parameters": {"args": {"target": "web", "build-arg:A": 1, "build-arg:B": "2"}}},
		"buildConfig": {"llbDefinition": [{"id": {}, "op": "x", "inputs": 3}, "y"]},
		"metadata": {"https://mobyproject.org/buildkit@v1#metadata": {
			"source": {"infos": [{"data": "not base64!"}], "locations": {"step0": {"locations": [{"ranges": [{"start": {"line": "1"}}]}]}}},
			"layers": {"step0:0": [[{"digest": 5}], 6]}}},
		"materials": ["x", {"uri": 1, "digest": "y"}, {"uri": "pkg:docker/debian@12.1", "digest": {"sha256": 5}}]
	}`))
	if err != nil {
		t.Fatal(err)
	}
	if p.Target != "web" || p.Args["B"] != "2" || len(p.Materials) != 3 || p.Materials[2].Ref != "debian:12.1" || p.Materials[2].Digest != "" {
		t.Errorf("Parse = %+v", p)
	}
}

// Of a key that comes twice the last one counts, whole.
func TestParseDuplicateKeys(t *testing.T) {
	p, err := Parse([]byte(`{"buildType": "x",
		"materials": [{"uri": "pkg:docker/a@1"}, {"uri": "pkg:docker/b@1"}],
		"materials": [{"uri": "pkg:docker/c@1", "digest": {"sha1": "1"}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Materials) != 1 || p.Materials[0].Ref != "c:1" {
		t.Errorf("Materials = %+v", p.Materials)
	}
}

// Lines that no file can have are no lines, and a chain of layers longer than
// any image's is not followed.
func TestLayersHostile(t *testing.T) {
	step := func(ranges, chain string) string {
		return `{"buildType": "x",
			"buildConfig": {"llbDefinition": [{"id": "step0"}, {"id": "step1", "inputs": ["step0:0"]}]},
			"metadata": {"https://mobyproject.org/buildkit@v1#metadata": {
				"source": {"infos": [{"data": "Cg=="}], "locations": {"step0": {"locations": [{"ranges": [` + ranges + `]}]}}},
				"layers": {"step0:0": [[` + chain + `]]}}}}`
	}
	one, good := `{"digest": "sha256:1"}`, `{"start": {"line": 3}, "end": {"line": 4}}, {"start": {"line": 2}, "end": {"line": 2}}`
	for name, tt := range map[string]struct {
		statement string
		want      map[string]Lines
	}{
		"good":              {step(good, one), map[string]Lines{"sha256:1": {2, 4}}},
		"negative":          {step(`{"start": {"line": -1}, "end": {"line": 4}}`, one), nil},
		"backwards":         {step(`{"start": {"line": 5}, "end": {"line": 4}}`, one), nil},
		"twice the same":    {step(good, one+","+one), nil},
		"no layers":         {step(good, ``), nil},
		"too many":          {step(good, strings.Repeat(`{"digest": "x"},`, maxLayers)+one), nil},
		"result is no step": {strings.Replace(step(good, one), `"inputs": ["step0:0"]`, `"inputs": ["nowhere"]`, 1), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := Parse([]byte(tt.statement))
			if err != nil {
				t.Fatal(err)
			}
			if fmt.Sprint(p.LayerLines) != fmt.Sprint(tt.want) {
				t.Errorf("LayerLines = %v, want %v", p.LayerLines, tt.want)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"buildType": "x", "materials": [{"uri": "pkg:docker/debian@12.1?platform=linux%2Famd64", "digest": {"sha256": "1"}}]}`,
		`{"_type": "https://in-toto.io/Statement/v0.1", "predicateType": "https://slsa.dev/provenance/v1", "predicate": {"buildDefinition": {"buildType": "x"}}}`,
		`{"buildConfig": {"llbDefinition": [{"id": "step0", "op": {"Op": {"source": {"identifier": "docker-image://a@b"}}}}, {"inputs": ["step0:0"]}]}, "buildType": "x", "metadata": {"https://mobyproject.org/buildkit@v1#metadata": {"layers": {"step0:0": [[{"digest": "a"}]]}}}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := Parse(data)
		if err != nil {
			return
		}
		for _, l := range p.LayerLines {
			if l.Start < 1 || l.End < l.Start {
				t.Errorf("lines %v", l)
			}
		}
		for _, m := range p.Materials {
			if strings.ContainsAny(m.Ref, " \n\r\t\x00") {
				t.Errorf("reference %q", m.Ref)
			}
			if (m.Kind == KindImage || m.Kind == KindFrontend) != (m.Ref != "") {
				t.Errorf("%q of kind %q", m.Ref, m.Kind)
			}
		}
		again, err := Parse(data)
		if err != nil {
			t.Fatal(err)
		}
		a, _ := json.Marshal(p)
		b, _ := json.Marshal(again)
		if !bytes.Equal(a, b) {
			t.Error("two readings differ")
		}
	})
}
