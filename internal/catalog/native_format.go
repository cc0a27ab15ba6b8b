package catalog

import (
	"bytes"
	"encoding/binary"
)

// isProgram says whether a file that begins with head is an executable or a
// shared library in ELF, PE or Mach-O, with native code.
func isProgram(head []byte) bool { return isELFProgram(head) || isPEProgram(head) || isMachO(head) }

// isELFProgram leaves out what has to be linked first (.o files, kernel modules)
// and memory dumps. See elf(5).
func isELFProgram(head []byte) bool {
	const class, data, kind = 4, 5, 16
	if len(head) < 20 || !bytes.HasPrefix(head, []byte("\x7fELF")) || head[class] < 1 || head[class] > 2 {
		return false
	}
	var order binary.ByteOrder = binary.LittleEndian
	if head[data] == 2 {
		order = binary.BigEndian
	}
	const executable, shared = 2, 3
	t := order.Uint16(head[kind:])
	return t == executable || t == shared
}

// isPEProgram leaves out .NET assemblies, which hold no native code of their own
// and say what they are. See "PE Format" in Microsoft's documentation.
func isPEProgram(head []byte) bool {
	const pointer, fileHeader, directory, clr = 0x3c, 24, 8, 14
	if len(head) < pointer+4 || !bytes.HasPrefix(head, []byte("MZ")) {
		return false
	}
	at := int(binary.LittleEndian.Uint16(head[pointer:])) // real ones are small
	if len(head) < at+fileHeader+2 || !bytes.HasPrefix(head[at:], []byte("PE\x00\x00")) {
		return false // a program for DOS, or anything that begins with MZ
	}
	optional := head[at+fileHeader:]
	var directories int
	switch binary.LittleEndian.Uint16(optional) {
	case 0x10b: // 32 bits
		directories = 96
	case 0x20b: // 64 bits
		directories = 112
	default:
		return false
	}
	if entry := directories + clr*directory; len(optional) >= entry+directory {
		return binary.LittleEndian.Uint32(optional[entry:]) == 0
	}
	return true
}

// isMachO tells a Mach-O file for several machines from a Java class, which
// begins alike: where the one has the number of machines, the other has its
// version, of which the first was 45. See mach-o/fat.h.
func isMachO(head []byte) bool {
	if len(head) < 8 {
		return false
	}
	switch binary.BigEndian.Uint32(head) {
	case 0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe:
		return true
	case 0xcafebabe, 0xcafebabf:
		return binary.BigEndian.Uint32(head[4:]) < 45
	}
	return false
}
