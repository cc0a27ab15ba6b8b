package bench

import "testing"

func TestReplaceSection(t *testing.T) {
	const page = "# Title\n\n<!-- begin bench -->\nold\n<!-- end bench -->\n\nProse.\n<!-- begin scale -->\n<!-- end scale -->\n"
	got, err := replaceSection(page, "bench", "new\n")
	if err != nil {
		t.Fatal(err)
	}
	want := "# Title\n\n<!-- begin bench -->\n\nnew\n\n<!-- end bench -->\n\nProse.\n<!-- begin scale -->\n<!-- end scale -->\n"
	if got != want {
		t.Errorf("page is %q, want %q", got, want)
	}
	again, err := replaceSection(got, "bench", "new\n")
	if err != nil {
		t.Fatal(err)
	}
	if again != got {
		t.Errorf("the same content again changed the page: %q", again)
	}
}

func TestReplaceSectionWithoutMarks(t *testing.T) {
	for _, page := range []string{"", "<!-- begin bench -->\n", "<!-- end bench -->\n<!-- begin bench -->\n"} {
		if got, err := replaceSection(page, "bench", "new"); err == nil {
			t.Errorf("no error for %q but %q", page, got)
		}
	}
}
