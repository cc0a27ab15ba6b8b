package exceptions_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/org/imgscan-action/internal/exceptions"
	"github.com/org/imgscan-action/internal/finding"
)

var added = exceptions.Entry{
	ID: "EX-new", Vulnerabilities: []string{"CVE-2026-9"}, Images: []string{"*"}, Decision: finding.RiskAccepted,
	Reason: "It is not reachable.", ApprovedBy: []string{"@lead"}, ApprovedOn: date("2026-11-23"), Expires: date("2026-12-23"),
}

const addedText = `  - id: EX-new
    vulnerabilities: [CVE-2026-9]
    images: ["*"]
    decision: risk_accepted
    reason: It is not reachable.
    approved_by: ["@lead"]
    approved_on: 2026-11-23
    expires: 2026-12-23
`

func TestAdd(t *testing.T) {
	const header = "# yaml-language-server: $schema=https://raw.githubusercontent.com/org/imgscan-action/main/internal/exceptions/schema.json\n"
	flush := strings.ReplaceAll(strings.TrimPrefix(addedText, "  "), "\n  ", "\n")
	tests := map[string]struct{ src, want string }{
		"nothing":             {"", header + "version: 1\nexceptions:\n" + addedText},
		"empty lines":         {"\n\n", header + "version: 1\nexceptions:\n" + addedText},
		"no entries":          {"# ours\nversion: 1\nexceptions: [] # none\n# end\n", "# ours\nversion: 1\nexceptions: # none\n" + addedText + "# end\n"},
		"one entry":           {file("A"), file("A") + "\n" + addedText},
		"close together":      {file("A", "B"), file("A", "B") + addedText},
		"apart":               {apart("A", "B"), apart("A", "B") + "\n" + addedText},
		"apart, with remarks": {file("A") + "\n  # B\n" + item("B"), file("A") + "\n  # B\n" + item("B") + "\n" + addedText},
		"before a remark":     {file("A", "B") + "\n# the end\n", file("A", "B") + addedText + "\n# the end\n"},
		"before another key":  {"exceptions:\n" + item("A") + "\nversion: 1\n", "exceptions:\n" + item("A") + "\n" + addedText + "\nversion: 1\n"},
		"no line break":       {strings.TrimSuffix(file("A"), "\n"), file("A") + "\n" + strings.TrimSuffix(addedText, "\n")},
		"CRLF":                {crlf("# Grüße\n" + file("A")), crlf("# Grüße\n" + file("A") + "\n" + addedText)},
		"byte order mark":     {"\uFEFF" + file("A"), "\uFEFF" + file("A") + "\n" + addedText},
		"not further in":      {strings.ReplaceAll(file("A"), "\n  ", "\n"), strings.ReplaceAll(file("A"), "\n  ", "\n") + "\n" + flush},
		"after a literal":     {literal, strings.TrimSuffix(literal, "# the end\n") + "\n" + addedText + "# the end\n"},
		"after brackets":      {"version: 1\nexceptions:\n  - " + brackets + "\n", "version: 1\nexceptions:\n  - " + brackets + "\n\n" + addedText},
	}
	for name, tt := range tests {
		got, err := exceptions.Add([]byte(tt.src), added)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(tt.want, string(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestAddSeveral(t *testing.T) {
	other := added
	other.ID = "OTHER"
	for _, src := range []string{"", "version: 1\nexceptions: []\n", file("A"), apart("A", "B")} {
		got, err := exceptions.Add([]byte(src), added, other)
		if err != nil {
			t.Errorf("%q: %v", src, err)
			continue
		}
		want := []byte(src)
		for _, e := range []exceptions.Entry{added, other} {
			if want, err = exceptions.Add(want, e); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%q, at once rather than one by one (-one by one +at once):\n%s", src, diff)
		}
	}
	for _, entries := range [][]exceptions.Entry{{other, other}, {other, {ID: "A"}}} {
		if got, err := exceptions.Add([]byte(file("A")), entries...); err == nil {
			t.Errorf("an identifier is there twice:\n%s", got)
		}
	}
	if got, err := exceptions.Add([]byte(file("A"))); err != nil || string(got) != file("A") {
		t.Errorf("nothing to add: %q, %v", got, err)
	}
}

// literal ends in a text in which there is something like a comment.
const literal = `version: 1
exceptions:
  - id: A
    vulnerabilities: [CVE-A]
    images: ["*"]
    decision: affected
    approved_by: ["@lead"]
    approved_on: 2026-11-02
    expires: 2027-05-01
    reason: |
      Nobody knows.
      # This is a line of it.
# the end
`

const brackets = `{id: A, vulnerabilities: [CVE-A], images: ["*"], decision: affected, reason: Nobody knows., approved_by: ["@lead"], approved_on: 2026-11-02, expires: 2027-05-01}`

func TestRenew(t *testing.T) {
	renewal := exceptions.Renewal{ApprovedBy: []string{"@ciso", "dana"}, ApprovedOn: date("2026-11-23"), Expires: date("2027-01-15")}
	const before, after = `    approved_by: ["@lead"]
    approved_on: 2026-11-02
    expires: 2027-05-01
`, `    approved_by: ["@ciso", dana]
    approved_on: 2026-11-23
    expires: 2027-01-15
`
	tests := map[string]struct{ before, after string }{
		"plain":        {before, after},
		"with remarks": {strings.ReplaceAll(before, "\n", "  # ü, ] and 2026-11-02\n"), strings.ReplaceAll(after, "\n", "  # ü, ] and 2026-11-02\n")},
		"in quotes": {
			strings.NewReplacer(": 2026-11-02", `: "2026-11-02"`, ": 2027-05-01", ": '2027-05-01'").Replace(before),
			strings.NewReplacer(": 2026-11-23", `: "2026-11-23"`, ": 2027-01-15", ": '2027-01-15'").Replace(after),
		},
		"a bracket in quotes": {strings.Replace(before, `"@lead"`, `"@le]ad", 'a]'`, 1), after},
		"never approved":      {"    approved_by: []\n    expires: 2027-05-01\n", after},
		"another order":       {"    expires: 2027-05-01\n    approved_by: []\n", "    expires: 2027-01-15\n    approved_by: [\"@ciso\", dana]\n    approved_on: 2026-11-23\n"},
		"a list by lines": {
			"    approved_by:\n      - a\n      - \"b\"\n      - c\n    approved_on: 2026-11-02\n    expires: 2027-05-01\n",
			"    approved_by:\n      - \"@ciso\"\n      - dana\n    approved_on: 2026-11-23\n    expires: 2027-01-15\n",
		},
		"a list by lines, not further in": {
			"    approved_by:\n    - a\n    approved_on: 2026-11-02\n    expires: 2027-05-01\n",
			"    approved_by:\n    - \"@ciso\"\n    - dana\n    approved_on: 2026-11-23\n    expires: 2027-01-15\n",
		},
		"the same people": {
			"    approved_by: ['@ciso',   dana ]\n    approved_on: 2026-11-02\n    expires: 2027-05-01\n",
			"    approved_by: ['@ciso',   dana ]\n    approved_on: 2026-11-23\n    expires: 2027-01-15\n",
		},
	}
	for name, tt := range tests {
		// Around it stand entries that must stay as they are.
		src := "# Grüße 日本\n" + file("A") + "\n  # B\n" + strings.Replace(item("B"), before, tt.before, 1) + "\n" + item("C") + "# the end"
		want := "# Grüße 日本\n" + file("A") + "\n  # B\n" + strings.Replace(item("B"), before, tt.after, 1) + "\n" + item("C") + "# the end"
		for _, ending := range []func(string) string{strings.Clone, crlf} {
			got, err := exceptions.Renew([]byte(ending(src)), "B", renewal)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if diff := cmp.Diff(ending(want), string(got)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
	}
}

func TestPrune(t *testing.T) {
	remarks := "# ours\n" + file("A") + "\n  # of B\n  # as well\n" + item("B") + "    # of B, at its end\n\n  # of nobody\n\n" + item("C") + "\n# the end"
	tests := map[string]struct {
		src  string
		ids  []string
		want string
	}{
		"nothing":           {file("A"), nil, file("A")},
		"the first":         {file("A", "B"), []string{"A"}, file("B")},
		"the last":          {file("A", "B"), []string{"B"}, file("A")},
		"all":               {file("A", "B"), []string{"B", "A"}, file()},
		"twice":             {file("A", "B"), []string{"B", "B"}, file("A")},
		"all, with remarks": {"version: 1\nexceptions: # ours\n" + item("A") + "\n# the end\n", []string{"A"}, "version: 1\nexceptions: [] # ours\n\n# the end\n"},
		"apart":             {apart("A", "B", "C"), []string{"B"}, apart("A", "C")},
		"remarks":           {remarks, []string{"B"}, "# ours\n" + file("A") + "\n  # of nobody\n\n" + item("C") + "\n# the end"},
		"another's remarks": {remarks, []string{"A"}, "# ours\nversion: 1\nexceptions:\n\n  # of B\n  # as well\n" + item("B") + "    # of B, at its end\n\n  # of nobody\n\n" + item("C") + "\n# the end"},
		"no line break":     {strings.TrimSuffix(file("A", "B"), "\n"), []string{"B"}, strings.TrimSuffix(file("A"), "\n")},
		"CRLF":              {crlf(remarks), []string{"C"}, crlf(strings.Replace(remarks, "\n"+item("C"), "", 1))},
		"byte order mark":   {"\uFEFF" + file("A", "B"), []string{"A"}, "\uFEFF" + file("B")},
		"a literal":         {literal, []string{"A"}, "version: 1\nexceptions: []\n# the end\n"},
		"another key":       {"exceptions:\n" + item("A") + "\n# of version\nversion: 1\n", []string{"A"}, "exceptions: []\n\n# of version\nversion: 1\n"},
		"a document's end":  {"---\n" + file("A", "B") + "...\n", []string{"B"}, "---\n" + file("A") + "...\n"},
	}
	for name, tt := range tests {
		got, err := exceptions.Prune([]byte(tt.src), tt.ids)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(tt.want, string(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestEditErrors(t *testing.T) {
	add := func(e exceptions.Entry) func(string) error {
		return func(src string) error { _, err := exceptions.Add([]byte(src), e); return err }
	}
	renew := func(id string, change func(*exceptions.Renewal)) func(string) error {
		return func(src string) error {
			r := exceptions.Renewal{ApprovedBy: []string{"@ciso"}, ApprovedOn: date("2026-11-23"), Expires: date("2027-01-15")}
			change(&r)
			_, err := exceptions.Renew([]byte(src), id, r)
			return err
		}
	}
	as := func(*exceptions.Renewal) {}
	prune := func(ids ...string) func(string) error {
		return func(src string) error { _, err := exceptions.Prune([]byte(src), ids); return err }
	}
	incomplete := added
	incomplete.Images = nil
	inBrackets := "version: 1\nexceptions:\n  - " + brackets + "\n"
	wholeList := "version: 1\nexceptions: [" + brackets + "]\n"
	dashAlone := strings.Replace(file("A"), "  - id", "  -\n    id", 1)
	tests := map[string]struct {
		edit func(string) error
		src  string
		want string
	}{
		"add twice":               {add(exceptions.Entry{ID: "A"}), file("A"), `adding exception "A": the identifier "A" is that of another entry, in line 3`},
		"add something bad":       {add(incomplete), file("A"), `adding exception "EX-new": the result:15:13: images: the list is empty`},
		"add to something bad":    {add(added), "version: 2\n", `adding exception "EX-new": the file:1:10: version: this imgscan reads version 1`},
		"add to a list":           {add(added), wholeList, `adding exception "EX-new": the list is written in brackets`},
		"add to a file":           {add(added), "{version: 1, exceptions: []}", `adding exception "EX-new": the file is written in brackets`},
		"add to an open list":     {add(added), "version: 1\nexceptions: [\n]\n", `adding exception "EX-new": expected exceptions: [] on one line`},
		"renew nothing":           {renew("EX-2025-001", as), file("EX-2026-001"), `renewing exception "EX-2025-001": there is no entry "EX-2025-001": did you mean EX-2026-001?`},
		"renew by nobody":         {renew("A", func(r *exceptions.Renewal) { r.ApprovedBy = nil }), file("A"), `renewing exception "A": nobody has approved it`},
		"renew never":             {renew("A", func(r *exceptions.Renewal) { r.ApprovedOn = finding.Disposition{}.ApprovedOn }), file("A"), `renewing exception "A": the day of approval or the last day is missing`},
		"renew backwards":         {renew("A", func(r *exceptions.Renewal) { r.Expires = date("2026-11-22") }), file("A"), `renewing exception "A": it would expire before it is approved`},
		"renew by a control":      {renew("A", func(r *exceptions.Renewal) { r.ApprovedBy = []string{"a\nb"} }), file("A"), `renewing exception "A": the result:9:`},
		"renew in brackets":       {renew("A", as), inBrackets, `renewing exception "A": the entry is written in brackets`},
		"renew people far apart":  {renew("A", as), strings.Replace(file("A"), `["@lead"]`, "[\n      \"@lead\"]", 1), `renewing exception "A": line 9: expected approved_by with its brackets on one line`},
		"renew people and remark": {renew("A", as), strings.Replace(file("A"), `["@lead"]`, "\n      - a\n      # and\n      - b", 1), `renewing exception "A": line 10: expected approved_by without comments`},
		"prune nothing":           {prune("X", "A", "Y"), file("A"), "removing exceptions: there is no entry \"X\"\nthere is no entry \"Y\""},
		"prune in brackets":       {prune("A"), inBrackets, `removing exceptions: the entry "A" is written in brackets`},
		"prune a list":            {prune("A"), wholeList, `removing exceptions: the list is written in brackets`},
		"prune after a lone dash": {prune("A"), dashAlone, `removing exceptions: line 4: expected an entry that begins with a dash and a key on one line`},
	}
	for name, tt := range tests {
		err := tt.edit(tt.src)
		if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", name, err, tt.want)
		}
	}
}

// What was added and is removed again leaves no trace.
func TestPruneUndoesAdd(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		src := randomFile(r)
		e := randomEntry(r, "EX-new")
		with, err := exceptions.Add([]byte(src), e)
		if err != nil {
			t.Fatalf("%v\n%s", err, src)
		}
		got, err := exceptions.Prune(with, []string{e.ID})
		if err != nil {
			t.Fatalf("%v\n%s", err, with)
		}
		if diff := cmp.Diff(src, string(got)); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	}
}

func TestMarshalRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for i := range 1000 {
		want := []exceptions.Entry{randomEntry(r, fmt.Sprintf("EX-%d", i)), randomEntry(r, "EX-last")}
		src, err := exceptions.Marshal(want)
		if err != nil {
			t.Fatalf("%v\n%+v", err, want)
		}
		if diff := cmp.Diff(want, parse(t, string(src)), ignorePlaces); diff != "" {
			t.Fatalf("(-want +got):\n%s\n%s", diff, src)
		}
	}
}

func TestMarshalRefuses(t *testing.T) {
	twice := []exceptions.Entry{added, added}
	for name, entries := range map[string][]exceptions.Entry{"twice the same": twice, "nothing in it": {{}}} {
		if _, err := exceptions.Marshal(entries); err == nil || !strings.HasPrefix(err.Error(), "writing exceptions: the result:") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// randomFile is a file as people write them: apart or not, with remarks, with any
// ending.
func randomFile(r *rand.Rand) string {
	text := "# Grüße\nversion: 1\nexceptions:"
	n := r.IntN(4)
	if n == 0 {
		text += " []"
	}
	text += pick(r, "", " # ours") + "\n"
	gap := pick(r, "", "\n", "\n\n")
	for i := range n {
		if i > 0 {
			text += gap
		}
		text += pick(r, "", "  # of it\n", "# of it\n  # and more\n") + item(fmt.Sprint("EX-", i)) + pick(r, "", "    # at its end\n")
	}
	text += pick(r, "", "\n# the end\n", "# the end\n", "\n\n")
	if r.IntN(3) == 0 {
		text = strings.TrimRight(text, "\n")
	}
	if r.IntN(3) == 0 {
		text = crlf(text)
	}
	return text
}

func randomEntry(r *rand.Rand, id string) exceptions.Entry {
	yes, severity := r.IntN(2) == 0, finding.Severity(1+r.IntN(5))
	e := exceptions.Entry{
		ID: id, Vulnerabilities: []string{"CVE-2026-1", "GHSA-a-b"}[:1+r.IntN(2)], Images: randomLines(r, 1), Decision: finding.Rescored,
		Cause: pick(r, "", "inline"), Reason: strings.TrimSpace("Because: " + randomText(r) + randomText(r) + "!"), Evidence: randomLines(r, 0),
		Severity: &severity, KEVAck: yes, RequestedBy: pick(r, "", "@dana"), ApprovedBy: randomLines(r, 0),
		Expires: date("2027-05-01").AddDate(0, 0, r.IntN(9999)), ReviewWhen: pick(r, nil, []string{"kev_listed", "fix_available"}), Ticket: pick(r, "", "true", "7", "null"),
	}
	if len(e.ApprovedBy) > 0 {
		e.ApprovedOn = date("2026-11-02")
	}
	for range r.IntN(3) {
		e.Packages = append(e.Packages, exceptions.Package{
			PURL: pick(r, "", "pkg:deb/debian/a@1:2.0-1?arch=amd64", "pkg:npm/%40a/b#sub/path"), Name: randomLines(r, 1)[0],
			Type: pick(r, "", "deb"), Versions: pick(r, nil, []string{"1.0", "1.*", "0x1"}), Paths: pick(r, nil, []string{"**/a b", "/{a,b}/[c]", "-"}),
		})
	}
	switch r.IntN(3) {
	case 0:
		e.CVSS = &exceptions.CVSS{Vector: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H/MAV:A", RemediationLevel: "workaround"}
	case 1:
		e.CVSS = &exceptions.CVSS{Base: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", Modified: map[string]string{"MPR": "N", "E": "U"}, Rationale: map[string]string{"MPR": randomLines(r, 1)[0]}}
	}
	if r.IntN(2) == 0 {
		e.Vendor = &exceptions.Vendor{Product: randomLines(r, 1)[0], LastCheckIn: date("2026-11-15")}
		e.FedRAMP = &exceptions.FedRAMP{FalsePositive: "pending", InternetReachable: &yes, Pain: r.IntN(6)}
	}
	return e
}

// randomLines are different texts of one line, without a bracket that would make
// them no glob.
func randomLines(r *rand.Rand, least int) []string {
	var all []string
	for range least + r.IntN(4) {
		line := strings.NewReplacer("\n", " ", "\t", " ", "[", "(", "{", "(", "}", ")", `\`, "/").Replace(randomText(r)) + "."
		if !slices.Contains(all, line) {
			all = append(all, line)
		}
	}
	return all
}

// randomText is made of what YAML gives a meaning.
func randomText(r *rand.Rand) string {
	parts := []string{
		"word", "a long word or two", " ", "  ", ": ", " #", "#", "- ", "\n", "\n\n", "\n  ", "'", `"`, `\`, "[", "]", "{", "}", ",", "*", "&", "!", "|", ">", "%", "@", "`",
		"?", "~", "null", "true", "1", "0.5", "2026-11-02", "ü", "日本", "😀", "\u00a0", "\u200b", "=", "<<", "\t", "---", "...",
	}
	var b strings.Builder
	for range r.IntN(30) {
		b.WriteString(parts[r.IntN(len(parts))])
	}
	return b.String()
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

func item(id string) string { return strings.TrimPrefix(file(id), "version: 1\nexceptions:\n") }

// apart is a file with empty lines between its entries.
func apart(ids ...string) string {
	var items []string
	for _, id := range ids {
		items = append(items, item(id))
	}
	return "version: 1\nexceptions:\n" + strings.Join(items, "\n")
}

func crlf(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }
