package catalog

import (
	"encoding/binary"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// elfFile is a file of size bytes with the head of an ELF file of a kind: 1 an
// object, 2 an executable, 3 a shared library, 4 a memory dump.
func elfFile(kind byte, size int) string {
	b := make([]byte, size)
	copy(b, "\x7fELF\x02\x01\x01")
	b[16] = kind
	return string(b)
}

// peFile is the head of a PE file whose optional header has that magic number, with
// or without the header of .NET.
func peFile(magic uint16, managed bool) string {
	b := make([]byte, 512)
	copy(b, "MZ")
	b[0x3c] = 0x80
	copy(b[0x80:], "PE\x00\x00")
	binary.LittleEndian.PutUint16(b[0x80+24:], magic)
	if managed {
		directories := map[uint16]int{0x10b: 96, 0x20b: 112}[magic]
		binary.LittleEndian.PutUint32(b[0x80+24+directories+14*8:], 0x2008)
	}
	return string(b)
}

func TestIsProgram(t *testing.T) {
	t.Parallel()
	bigEndian := []byte(elfFile(0, 64))
	bigEndian[5], bigEndian[17] = 2, 2
	tests := []struct {
		name, head string
		want       bool
	}{
		{"an executable", elfFile(2, 64), true},
		{"a shared library", elfFile(3, 64), true},
		{"big endian", string(bigEndian), true},
		{"an object file or a kernel module", elfFile(1, 64), false},
		{"a memory dump", elfFile(4, 64), false},
		{"too short", elfFile(2, 18), false},
		{"of no class", "\x7fELF" + strings.Repeat("x", 60), false},
		{"PE, 32 bits", peFile(0x10b, false), true},
		{"PE, 64 bits", peFile(0x20b, false), true},
		{"an assembly, 32 bits", peFile(0x10b, true), false},
		{"an assembly, 64 bits", peFile(0x20b, true), false},
		{"PE of no known kind", peFile(0x107, false), false},
		{"a program for DOS", "MZ" + strings.Repeat("\x00", 510), false},
		{"a text that begins with MZ", "MZ is not an executable", false},
		{"a pointer out of the head", "MZ" + strings.Repeat("\xff", 100), false},
		{"Mach-O", "\xcf\xfa\xed\xfe\x07\x00\x00\x01", true},
		{"Mach-O for two machines", "\xca\xfe\xba\xbe\x00\x00\x00\x02", true},
		{"a Java class", "\xca\xfe\xba\xbe\x00\x00\x00\x34", false},
		{"a script", "#!/bin/sh\nexit 0\n", false},
		{"nothing", "", false},
	}
	for _, tt := range tests {
		if got := isProgram([]byte(tt.head)); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
	for _, name := range []string{"test.elf", "test.exe", "test.macho"} {
		if !isProgram(trivyContent(t, "pkg/dependency/parser/golang/binary/testdata/"+name)) {
			t.Errorf("%s is no program", name)
		}
	}
}

func TestNativeCodeByName(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]bool{
		"usr/lib/x86_64-linux-gnu/libz.so":        true,
		"usr/lib/x86_64-linux-gnu/libz.so.1.2.13": true,
		"app/node_modules/a/build/a.node":         true,
		"app/runtime.dll":                         true,
		"site-packages/a.pyd":                     true,
		"usr/share/doc/x.sources":                 false,
		"usr/lib/libz.a":                          false,
		"etc/ld.so":                               true, // by its name; its head tells
		"etc/ld.sock":                             false,
		"lib/modules/6.1/kernel/fs/ext4.ko":       false,
		"usr/lib/debug/.build-id/00/11.so":        false,
		"usr/lib/libz.so.1.debug":                 false,
	} {
		if got := (nativeCode{}).wants(path, 100, 0o644); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
	for path, want := range map[string]bool{
		"usr/bin/bash":                   true,
		"var/lib/dpkg/info/bash.preinst": false,
		"usr/lib/debug/usr/bin/bash":     false,
	} {
		if got := (nativeCode{}).wants(path, 100, 0o755); got != want {
			t.Errorf("%s, executable: %v", path, got)
		}
	}
}

// A library is looked at and not kept, however large it is.
func TestNativeCodeIsNotKept(t *testing.T) {
	const size = spoolInMemory + 1
	l := layer(t, "0", entry{name: "usr/lib/libbig.so", content: elfFile(3, size)})
	for name, limit := range map[string]int64{"on the disk": 0, "over the limit": 1000} {
		inv, err := inventory(t, []Layer{l}, Options{TempDir: filepath.Join(t.TempDir(), "missing"), MaxFileSize: limit})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want := []string{"unidentified-executable : 1 executable belongs to no package and does not say what it was built from: usr/lib/libbig.so (8.4 MB)"}
		if diff := cmp.Diff(want, summary(inv)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func FuzzIsProgram(f *testing.F) {
	f.Add([]byte(elfFile(2, 64)))
	f.Add([]byte(peFile(0x20b, true)))
	f.Add([]byte("\xca\xfe\xba\xbe\x00\x00\x00\x02"))
	f.Fuzz(func(t *testing.T, head []byte) {
		if isProgram(head) && !isNativeCode(head) {
			t.Errorf("%q is a program and no native code", head)
		}
	})
}
