package intel

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// cveID is a CVE identifier in eight bytes: the year above the number. Context
// files list hundreds of thousands.
type cveID uint64

// numberBits leave room for a number of fourteen digits; numbers in use have
// seven.
const (
	numberBits = 48
	maxDigits  = 14
)

// parseCVE reads "CVE-2021-44228" in any case. It is false for all else, also for a
// number that is padded beyond four digits: every identifier has one spelling.
func parseCVE(s string) (cveID, bool) {
	const prefix = "CVE-"
	if len(s) < len("CVE-1999-0001") || !strings.EqualFold(s[:len(prefix)], prefix) || s[len("CVE-1999")] != '-' {
		return 0, false
	}
	year, number := s[len(prefix):len("CVE-1999")], s[len("CVE-1999-"):]
	if len(number) > maxDigits || len(number) > 4 && number[0] == '0' {
		return 0, false
	}
	y, ok := digits(year)
	n, ok2 := digits(number)
	return cveID(y<<numberBits | n), ok && ok2
}

func digits(s string) (uint64, bool) {
	var n uint64
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + uint64(s[i]-'0')
	}
	return n, true
}

func (id cveID) String() string {
	return fmt.Sprintf("CVE-%04d-%04d", uint64(id)>>numberBits, uint64(id)&(1<<numberBits-1))
}

// cvesOf are the CVE identifiers of a finding: its own first, then its aliases in
// their order.
func cvesOf(f finding.Finding) []cveID {
	var ids []cveID
	for _, name := range append([]string{f.ID}, f.Aliases...) {
		if id, ok := parseCVE(name); ok {
			ids = append(ids, id)
		}
	}
	return ids
}

// table holds one value for each of many vulnerabilities, sorted by identifier. A
// slice takes half the memory of a map.
type table[T any] []row[T]

type row[T any] struct {
	id    cveID
	value T
}

// sorted makes the table ready for find. It fails when an identifier is in it
// twice, because then nobody can say which entry holds.
func (t table[T]) sorted() (table[T], error) {
	slices.SortFunc(t, func(a, b row[T]) int { return cmp.Compare(a.id, b.id) })
	for i := range len(t) - 1 {
		if t[i].id == t[i+1].id {
			return nil, fmt.Errorf("%s is listed twice", t[i].id)
		}
	}
	return t, nil
}

// find is the value of the first of the identifiers that has one.
func (t table[T]) find(ids []cveID) (T, bool) {
	for _, id := range ids {
		i, found := slices.BinarySearchFunc(t, id, func(r row[T], id cveID) int { return cmp.Compare(r.id, id) })
		if found {
			return t[i].value, true
		}
	}
	var none T
	return none, false
}
