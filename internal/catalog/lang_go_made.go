package catalog

import (
	"bytes"
	"debug/elf"
	"debug/macho"
	"io"
	"slices"
)

// isNativeCode says whether a file that begins with head is in a format that
// holds compiled programs: ELF, PE, Mach-O, XCOFF or Plan 9. It is for leaving
// out scripts early; false may be relied on, true may not.
func isNativeCode(head []byte) bool {
	for _, magic := range []string{
		"\x7fELF",
		"MZ",
		"\xfe\xed\xfa", "\xce\xfa\xed\xfe", "\xcf\xfa\xed\xfe", // Mach-O
		"\xca\xfe\xba\xbe", "\xca\xfe\xba\xbf", // Mach-O for several machines
		"\x01\xdf", "\x01\xf7", // XCOFF
		"\x00\x00\x01\xeb", "\x00\x00\x8a\x97", "\x00\x00\x06\x47", // Plan 9
	} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return true
		}
	}
	return false
}

// madeByGo says whether an executable without readable build information was
// nevertheless made by Go, by the traces that the linker leaves and that
// strip(1) keeps.
func madeByGo(r io.ReaderAt) bool {
	if f, err := elf.NewFile(r); err == nil {
		return slices.ContainsFunc(f.Sections, func(s *elf.Section) bool {
			return slices.Contains([]string{
				".gopclntab", ".data.rel.ro.gopclntab", ".note.go.buildid", ".go.buildinfo",
			}, s.Name)
		})
	}
	if f, err := macho.NewFile(r); err == nil {
		return slices.ContainsFunc(f.Sections, func(s *macho.Section) bool {
			return s.Name == "__gopclntab" || s.Name == "__go_buildinfo"
		})
	}
	return beginsWithBuildID(r)
}

// beginsWithBuildID looks for the mark that the Go linker puts at the start of
// the code where the format has no notes, as in PE. See cmd/internal/buildid,
// which looks as far.
func beginsWithBuildID(r io.ReaderAt) bool {
	head := make([]byte, 32<<10)
	n, _ := r.ReadAt(head, 0)
	head = head[:n]
	return isNativeCode(head) && bytes.Contains(head, []byte("\xff Go build ID: \""))
}
