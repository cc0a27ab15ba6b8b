package github

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

func section(key, text string, clean bool) stored {
	return stored{id: sectionID(key), text: text, clean: clean}
}

func TestSectionsComeBack(t *testing.T) {
	t.Parallel()
	list := []stored{
		section("ghcr.io/acme/some--app linux/amd64", "### ❌ FAIL\n\n<details>\n</details>", false),
		section(strings.Repeat("a", 300)+"1", "### ⚠️", false),
		section(strings.Repeat("a", 300)+"2", "### ✅", true),
	}
	body := strings.ReplaceAll(render(list, 0), "\n", "\r\n")
	got := parseSections(body)
	if fmt.Sprint(got) != fmt.Sprint(list) {
		t.Errorf("%+v came back as %+v", list, got)
	}
	if strings.Contains(list[0].id, "-") || list[1].id == list[2].id {
		t.Errorf("identifiers: %+v", list)
	}
}

// TestEditedSections holds that what somebody made of a section is not passed on.
func TestEditedSections(t *testing.T) {
	t.Parallel()
	body := render([]stored{section("api", "### api fails", false), section("web", "### web", true)}, 0)
	for name, edit := range map[string]func(string) string{
		"text":   func(s string) string { return strings.Replace(s, "api fails", "api <!-- @everybody", 1) },
		"state":  func(s string) string { return strings.Replace(s, "state=open", "state=clean", 1) },
		"key":    func(s string) string { return strings.Replace(s, "key=api", "key=apx", 1) },
		"no end": func(s string) string { return strings.Replace(s, sectionEnd, "", 1) },
		"nested": func(s string) string { return strings.Replace(s, "### api", sectionEnd+"\n### api", 1) },
	} {
		got := parseSections(edit(body))
		want := []string{editedText, "### web"}
		if name == "no end" { // all of the section is there
			want[0] = "### api fails"
		}
		if len(got) != 2 || got[0].text != want[0] || got[0].clean || got[1].text != want[1] || !got[1].clean {
			t.Errorf("%s: %+v", name, got)
		}
	}
	forged := sectionText("name `<!-- imgscan:end -->` of a package\n<!-- imgscan:end -->")
	if strings.Contains(forged, markerStart) {
		t.Errorf("%q can end its section", forged)
	}
}

func TestFitOrder(t *testing.T) {
	t.Parallel()
	fold := func(words string, size int) string {
		return "\n\n<details>\n<summary>" + words + "</summary>\n\n" + strings.Repeat("x", size) + "\n\n</details>"
	}
	big := func(key string, clean bool) stored {
		return section(key, "### verdict of "+key+"\n\nadvice for "+key+fold("first of "+key, 10_000)+fold("last of "+key, 10_000), clean)
	}
	compose := func(list ...stored) string {
		t.Helper()
		body, err := compose(list)
		if err != nil || len(body) > maxComment {
			t.Fatalf("%d bytes, %v", len(body), err)
		}
		return body
	}
	has := func(body string, want bool, words ...string) {
		t.Helper()
		for _, w := range words {
			if strings.Contains(body, w) != want {
				t.Errorf("%q is there: %t", w, !want)
			}
		}
	}
	body := compose(big("a", false), big("b", false), big("c", false), big("d", true))
	has(body, true, "first of a", "last of a", "first of b", "last of b", "first of c", "last of c", "advice for d", shortened)
	has(body, false, "first of d", "last of d")

	var many []stored
	for i := range 8 {
		many = append(many, big(fmt.Sprintf("%d", i), false))
	}
	body = compose(many...)
	has(body, true, "first of 7", "advice for 7", "verdict of 0")
	has(body, false, "last of 0", "last of 7")

	long := func(key string, clean bool) stored {
		return section(key, "### verdict of "+key+"\n\n"+strings.Repeat("advice ", 10_000), clean)
	}
	body = compose(long("a", false), section("b", "### verdict of b\n\nadvice for b", false), long("c", true))
	has(body, true, "verdict of a", "advice for b", "verdict of c")
	has(body, false, "advice advice")

	var crowd []stored
	for i := range 300 {
		crowd = append(crowd, section(fmt.Sprintf("image%03d", i), "### "+strings.Repeat("v", 200), i >= 100))
	}
	body = compose(crowd...)
	has(body, true, "100 images need attention, 200 are resolved", "image099")
	has(body, false, "image299")
}

func TestTooManyVerdicts(t *testing.T) {
	t.Parallel()
	var crowd []stored
	for i := range 300 {
		crowd = append(crowd, section(fmt.Sprintf("image%03d", i), "### "+strings.Repeat("v", 300), false))
	}
	if _, err := compose(crowd); err == nil {
		t.Error("300 verdicts fit into one comment")
	}
}

// FuzzParseSections holds that whatever somebody makes of a comment, the next body
// is ours, is within the limit, and comes back as it was written.
func FuzzParseSections(f *testing.F) {
	good := render([]stored{section("api", "### api\n\n<details>\nx\n</details>", false), section("web", "### web", true)}, 0)
	for _, s := range []string{
		"", commentMarker, good, good + good, strings.ReplaceAll(good, "\n", "\r\n"), strings.ReplaceAll(good, sectionEnd, ""),
		commentMarker + "\n<!-- imgscan:section key=%2D%2D state=clean hash=0000000000000000 -->\n<!--\n</details>",
	} {
		f.Add(s, "api", "### verdict\n\nwords")
	}
	marker := regexp.MustCompile(`(?m)^<!-- imgscan:section `)
	f.Fuzz(func(t *testing.T, old, key, text string) {
		if key == "" {
			return
		}
		list := merge(parseSections(old), Section{Key: key, Body: text})
		body, err := compose(list)
		if err != nil {
			return
		}
		if len(body) > maxComment || !isOurs(body) {
			t.Fatalf("%d bytes, ours: %t", len(body), isOurs(body))
		}
		again := parseSections(body)
		if len(again) != len(marker.FindAllString(body, -1)) {
			t.Fatalf("%d sections of %q came back", len(again), body)
		}
		mine := false
		for _, s := range again {
			mine = mine || s.id == sectionID(key)
		}
		if !mine {
			t.Errorf("the section of %q is lost in %q", key, body)
		}
		if next, err := compose(merge(again, Section{Key: key, Body: text})); err != nil || normalize(next) != normalize(body) {
			t.Errorf("writing the same again changes the body (%v):\n%q\n%q", err, body, next)
		}
	})
}
