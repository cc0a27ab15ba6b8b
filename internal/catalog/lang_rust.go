package catalog

import (
	"compress/zlib"
	"context"
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"errors"
	"fmt"
	"io"
	"io/fs"

	rustbinary "github.com/aquasecurity/trivy/pkg/dependency/parser/rust/binary"
	ftypes "github.com/aquasecurity/trivy/pkg/fanal/types"
)

// rustBinary reads the crates that cargo-auditable wrote into an executable.
// Others say nothing about themselves, which is usual and so no Gap.
// WebAssembly, which Trivy reads when it is marked executable, is left out.
type rustBinary struct{}

// maxCrates is the size in bytes of a list of crates, inflated; a crate takes a
// hundred or two.
const maxCrates = 8 << 20

func (rustBinary) name() string { return "rustbinary" }

func (rustBinary) wants(p string, _ int64, mode fs.FileMode) bool { return isExecutable(p, mode) }

func (rustBinary) sniff(head []byte) bool { return isNativeCode(head) }

func (rustBinary) analyze(ctx context.Context, f *file) (*facts, error) {
	if err := checkCrates(f.content); err != nil {
		return nil, err
	}
	packages, err := parseLanguage(ctx, rustbinary.NewParser(), ftypes.RustBinary, f.path, f.reader())
	if errors.Is(err, rustbinary.ErrUnrecognizedExe) || errors.Is(err, rustbinary.ErrNonRustBinary) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return languageFacts(packages), nil
}

// checkCrates refuses an executable whose list of crates is too long: the parser
// inflates it whole, whatever it comes to.
func checkCrates(r io.ReaderAt) error {
	for _, s := range crateSections(r) {
		over := s.size > maxCrates
		if inflated, err := zlib.NewReader(s.content); err == nil && !over {
			n, _ := io.Copy(io.Discard, io.LimitReader(inflated, maxCrates+1))
			over = n > maxCrates
		}
		if over {
			return fmt.Errorf("the list of crates is over the limit of %d bytes", maxCrates)
		}
	}
	return nil
}

type section struct {
	size    uint64
	content io.Reader
}

// crateSections are the sections of an executable that go-rustaudit would read:
// one, in an honest file.
func crateSections(r io.ReaderAt) []section {
	var found []section
	if f, err := elf.NewFile(r); err == nil {
		for _, s := range f.Sections {
			if s.Name == ".dep-v0" || s.Name == ".rust-deps-v0" {
				found = append(found, section{s.Size, s.Open()})
			}
		}
	} else if f, err := macho.NewFile(r); err == nil {
		for _, s := range f.Sections {
			if s.Name == ".dep-v0" || s.Name == "rust-deps-v0" {
				found = append(found, section{s.Size, s.Open()})
			}
		}
	} else if f, err := pe.NewFile(r); err == nil {
		for _, s := range f.Sections {
			if s.Name == ".dep-v0" || s.Name == "rdep-v0" {
				found = append(found, section{uint64(s.Size), s.Open()})
			}
		}
	}
	return found
}
