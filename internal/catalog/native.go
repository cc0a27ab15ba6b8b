package catalog

import (
	"context"
	"io/fs"
	"path"
	"strings"
)

// nativeCode notes every executable and shared library, so that the scan can say
// which of them it knows nothing about. The head of a file is enough.
//
// What no program loads is left out: object files and kernel modules by their
// type, whatever they are called, and files of debug symbols by their place. So
// is what only dpkg runs: bash's own script for its installation is compiled.
type nativeCode struct{}

func (nativeCode) name() string { return "native-code" }
func (nativeCode) readsHead()   {}

func (nativeCode) wants(p string, _ int64, mode fs.FileMode) bool {
	return (isExecutable(p, mode) || isLibrary(p)) && !isDebugFile(p) && !strings.HasPrefix(p, dpkgInfoDir)
}

func (nativeCode) sniff(head []byte) bool { return isProgram(head) }

func (nativeCode) analyze(_ context.Context, f *file) (*facts, error) {
	return &facts{Native: &native{Size: int(f.size)}}, nil
}

// native is one executable or shared library.
type native struct {
	Size int // bytes

	// Package is the package of the distribution that lists the file in the same
	// layer, and Metadata the file that describes the language package which does;
	// each is empty when none does.
	Package  string
	Metadata string
}

// isLibrary says whether the name is one of a shared library, which need not be
// executable. Versions of one end in numbers: "libz.so.1.2.13".
func isLibrary(p string) bool {
	base := path.Base(p)
	if strings.HasSuffix(base, ".so") || strings.Contains(base, ".so.") {
		return true
	}
	switch path.Ext(base) {
	case ".node", ".dylib", ".jnilib", ".dll", ".pyd":
		return true
	}
	return false
}

// isDebugFile says whether the file holds the symbols of another one.
func isDebugFile(p string) bool {
	return strings.HasPrefix(p, "usr/lib/debug/") || strings.HasSuffix(p, ".debug")
}
