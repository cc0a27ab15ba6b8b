package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/finding"
)

// TestRead: what the json format wrote comes back, as far as it is read.
func TestRead(t *testing.T) {
	t.Parallel()
	for name, rep := range fixtures() {
		if strings.HasPrefix(name, "hostile") {
			continue // see FuzzRead
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Read(name, []byte(render(t, "json", rep, Options{})))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(readable(rep), got); diff != "" {
				t.Errorf("the report differs (-want +got):\n%s", diff)
			}
		})
	}
}

// readable is the part of a report that is read back.
func readable(rep *finding.Report) *finding.Report {
	some := &finding.Report{Tool: rep.Tool, Now: rep.Now, Image: rep.Image, OS: rep.OS, Database: rep.Database}
	some.Image.Names, some.Image.Layers, some.Image.Created = nil, nil, time.Time{}
	some.Database.Notes = nil
	for _, b := range rep.Lineage.Bases {
		b.Aliases, b.Evidence, b.Vendor, b.Owner = nil, nil, "", finding.Owner{}
		some.Lineage.Bases = append(some.Lineage.Bases, b)
	}
	for _, p := range rep.Packages {
		some.Packages = append(some.Packages, readablePackage(p))
	}
	for _, f := range rep.Findings {
		some.Findings = append(some.Findings, finding.Finding{
			ID: f.ID, Aliases: f.Aliases, Package: readablePackage(f.Package), FixedIn: f.FixedIn, Status: f.Status, Rating: f.Rating,
			Title: f.Title, URL: f.URL, Advisory: f.Advisory,
		})
	}
	finding.SortPackages(some.Packages)
	finding.Sort(some.Findings)
	return some
}

func readablePackage(p finding.Package) finding.Package {
	return finding.Package{
		Class: p.Class, Type: p.Type, ID: p.ID, Name: p.Name, Version: p.FullVersion(), Arch: p.Arch,
		SrcName: p.SrcName, SrcVersion: p.FullSrcVersion(), Modularity: p.Modularity, ThirdParty: p.ThirdParty,
		Path: p.Path, PURL: p.PURL, Layer: p.Layer,
	}
}

func TestReadErrors(t *testing.T) {
	t.Parallel()
	valid := render(t, "json", failingReport(), Options{})
	tests := map[string]struct {
		change func(doc map[string]any)
		want   string
	}{
		"a later version":      {func(doc map[string]any) { doc["schemaVersion"] = 2 }, "it has version 2 of the format: expected 1"},
		"no version":           {func(doc map[string]any) { delete(doc, "schemaVersion") }, "it has version 0 of the format: expected 1"},
		"another tool":         {func(doc map[string]any) { doc["tool"] = map[string]any{"name": "trivy"} }, "it was not written by imgscan"},
		"no findings":          {func(doc map[string]any) { delete(doc, "findings") }, "it has no list of findings"},
		"findings are null":    {func(doc map[string]any) { doc["findings"] = nil }, "expected a list"},
		"no packages":          {func(doc map[string]any) { delete(doc, "packages") }, "it has no list of packages"},
		"no image":             {func(doc map[string]any) { delete(doc, "image") }, "it does not say which image it is about"},
		"not a digest":         {func(doc map[string]any) { doc["image"].(map[string]any)["digest"] = "x" }, "the digest of its image is not one"},
		"finding without name": {func(doc map[string]any) { first(doc, "findings")["id"] = "" }, "finding 1: it names no vulnerability"},
		"unknown status":       {func(doc map[string]any) { first(doc, "findings")["status"] = "gone" }, `finding 1: unknown status "gone"`},
		"unknown severity": {
			func(doc map[string]any) { first(doc, "findings")["rating"] = map[string]any{"severity": "bad"} },
			`finding 1: unknown severity "bad"`,
		},
		"finding without package": {func(doc map[string]any) { delete(first(doc, "findings"), "package") }, `finding 1: unknown class of package ""`},
		"package without name":    {func(doc map[string]any) { first(doc, "packages")["name"] = "" }, "package 1: a package has no type or no name"},
		"too many bases": {
			func(doc map[string]any) {
				doc["lineage"] = map[string]any{"bases": make([]struct{}, maxStoredBases+1)}
			},
			"a list has more than 1000 elements",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var doc map[string]any
			if err := json.Unmarshal([]byte(valid), &doc); err != nil {
				t.Fatal(err)
			}
			test.change(doc)
			src, err := json.Marshal(doc)
			if err != nil {
				t.Fatal(err)
			}
			_, err = Read("main.json", src)
			if err == nil || !strings.HasPrefix(err.Error(), `reading report "main.json": `) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %s", err, test.want)
			}
		})
	}
	for name, src := range map[string][]byte{
		"empty": nil, "no JSON": []byte("FAIL: the build must stop"), "a list": []byte("[]"), "cut": []byte(valid[:len(valid)/2]),
		"more behind it": []byte(valid + "{}"), "too large": bytes.Repeat([]byte(" "), maxStoredBytes+1),
	} {
		if _, err := Read("main.json", src); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func first(doc map[string]any, list string) map[string]any {
	return doc[list].([]any)[0].(map[string]any)
}

// FuzzRead holds that no bytes make Read panic, and that what it reads can be
// written and read again, and is then the same.
func FuzzRead(f *testing.F) {
	// Small ones: the fuzzer takes its time over long ones.
	rep := changedReport()
	rep.Findings, rep.Packages, rep.Gaps = rep.Findings[:1], rep.Packages[:2], nil
	rep.Lineage.Bases = []finding.Base{{Ref: "alpine:3.10", Digest: baseLayer, Confidence: finding.Proven, Tag: finding.Tag{State: finding.TagCurrent}}}
	var b bytes.Buffer
	if err := writeJSON(&b, rep, Options{}); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte(`{"schemaVersion":1,"tool":{"name":"imgscan"},"image":{"id":"sha256:00000000000000000000000000000000"},"findings":[],"packages":[]}`))
	f.Add([]byte(`{"schemaVersion":1,"tool":{"name":"imgscan"},"image":{"id":"sha256:00000000000000000000000000000000"},"packages":[],"findings":[
		{"id":"CVE-1","status":"fixed","rating":{"severity":"high","score":7.5},"package":{"class":"os","type":"debian","name":"a","version":"1"}}]}`))
	f.Fuzz(func(t *testing.T, src []byte) {
		rep, err := Read("fuzz", src)
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := writeJSON(&b, rep, Options{}); err != nil {
			t.Fatal(err)
		}
		again, err := Read("fuzz", b.Bytes())
		if err != nil {
			t.Fatalf("%v in\n%s", err, b.Bytes())
		}
		if diff := cmp.Diff(readable(rep), readable(again)); diff != "" {
			t.Errorf("the second time it differs (-first +second):\n%s", diff)
		}
	})
}
