package catalog

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// rpmHeader is what we use of a package's header in an rpm database.
type rpmHeader struct {
	name, version, release, arch string
	epoch                        int
	sourceRPM                    string
	vendor, license, modularity  string
	provides, requires           []string

	// The files: a base name and the index of its folder for each.
	baseNames, dirNames []string
	dirIndexes          []uint32
}

// The tags and types of header entries, from rpm's rpmtag.h.
const (
	rpmName       = 1000
	rpmVersion    = 1001
	rpmRelease    = 1002
	rpmEpoch      = 1003
	rpmVendor     = 1011
	rpmLicense    = 1014
	rpmArch       = 1022
	rpmSource     = 1044
	rpmProvides   = 1047
	rpmRequires   = 1049
	rpmDirIndexes = 1116
	rpmBaseNames  = 1117
	rpmDirNames   = 1118
	rpmModularity = 5096

	rpmInt32       = 4
	rpmString      = 6
	rpmStringArray = 8
	rpmI18NString  = 9
)

var errRPMHeader = errors.New("a package header is malformed")

// parseRPMHeader reads a header as rpm stores it: the numbers of entries and of
// bytes of data, the entries, the data. All numbers are big-endian.
func parseRPMHeader(blob []byte) (rpmHeader, error) {
	var h rpmHeader
	if len(blob) < 8 {
		return h, errRPMHeader
	}
	count, length := int64(binary.BigEndian.Uint32(blob)), int64(binary.BigEndian.Uint32(blob[4:]))
	if count == 0 || 8+16*count+length > int64(len(blob)) {
		return h, errRPMHeader
	}
	entries, data := blob[8:8+16*count], blob[8+16*count:][:length]
	for ; len(entries) > 0; entries = entries[16:] {
		e := rpmEntry{
			kind:  binary.BigEndian.Uint32(entries[4:]),
			count: binary.BigEndian.Uint32(entries[12:]),
		}
		if offset := int64(binary.BigEndian.Uint32(entries[8:])); offset < length {
			e.data = data[offset:]
		}
		if err := h.set(binary.BigEndian.Uint32(entries), e); err != nil {
			return h, err
		}
	}
	if h.name == "" || h.version == "" {
		return h, errRPMHeader
	}
	return h, nil
}

// set takes in one entry, if its tag is one that we use. A tag that is there
// twice was changed after the package was built, and the later one counts.
func (h *rpmHeader) set(tag uint32, e rpmEntry) (err error) {
	switch tag {
	case rpmName:
		h.name, err = e.text()
	case rpmVersion:
		h.version, err = e.text()
	case rpmRelease:
		h.release, err = e.text()
	case rpmEpoch:
		var epochs []uint32
		if epochs, err = e.numbers(); len(epochs) > 0 {
			h.epoch = int(int32(epochs[0]))
		}
	case rpmArch:
		h.arch, err = e.text()
	case rpmSource:
		h.sourceRPM, err = e.textOrNone()
	case rpmVendor:
		h.vendor, err = e.textOrNone()
	case rpmLicense:
		h.license, err = e.textOrNone()
	case rpmModularity:
		h.modularity, err = e.text()
	case rpmProvides:
		h.provides, err = e.texts()
	case rpmRequires:
		h.requires, err = e.texts()
	case rpmBaseNames:
		h.baseNames, err = e.texts()
	case rpmDirNames:
		h.dirNames, err = e.texts()
	case rpmDirIndexes:
		h.dirIndexes, err = e.numbers()
	}
	return err
}

// rpmEntry is one entry of a header. Its data begins with its values and goes
// on to the header's end.
type rpmEntry struct {
	kind, count uint32
	data        []byte
}

func (e rpmEntry) text() (string, error) {
	if e.kind != rpmString && e.kind != rpmI18NString {
		return "", errRPMHeader
	}
	s, _, ok := bytes.Cut(e.data, []byte{0})
	if !ok {
		return "", errRPMHeader
	}
	return string(s), nil
}

// textOrNone is the text, empty where rpm writes that there is none.
func (e rpmEntry) textOrNone() (string, error) {
	s, err := e.text()
	if s == "(none)" {
		s = ""
	}
	return s, err
}

func (e rpmEntry) texts() ([]string, error) {
	// Each has at least its ending, so the count cannot be larger than the data.
	if e.kind != rpmStringArray || int64(e.count) > int64(len(e.data)) || e.count > maxNames {
		return nil, errRPMHeader
	}
	texts := make([]string, 0, e.count)
	rest := e.data
	for range e.count {
		s, after, ok := bytes.Cut(rest, []byte{0})
		if !ok {
			return nil, errRPMHeader
		}
		texts = append(texts, string(s))
		rest = after
	}
	return texts, nil
}

func (e rpmEntry) numbers() ([]uint32, error) {
	if e.kind != rpmInt32 || 4*int64(e.count) > int64(len(e.data)) || e.count > maxNames {
		return nil, errRPMHeader
	}
	numbers := make([]uint32, e.count)
	for i := range numbers {
		numbers[i] = binary.BigEndian.Uint32(e.data[4*i:])
	}
	return numbers, nil
}
