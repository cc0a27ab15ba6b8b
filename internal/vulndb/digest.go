package vulndb

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/org/imgscan-action/internal/fileid"
)

// digestMemo is what is remembered of a large file: a database of 1 GB takes a
// second to digest, which is longer than the scan that it is for.
type digestMemo struct {
	File   string `json:"file"` // its identity when it was digested
	Digest string `json:"digest"`
}

// rememberedDigest is the sha256 digest of a file's content. It is computed once
// for as long as the file stays what it is; cacheDir, where that is remembered, may
// be empty.
func rememberedDigest(path, cacheDir string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()

	memo := digestMemo{File: fileid.Of(f)}
	place := ""
	if cacheDir != "" && memo.File != "" {
		place = filepath.Join(cacheDir, "db", memoName(path))
		var before digestMemo
		content, err := os.ReadFile(place)
		if err == nil && json.Unmarshal(content, &before) == nil && before.File == memo.File {
			if _, err := v1.NewHash(before.Digest); err == nil {
				return before.Digest, nil
			}
		}
	}
	if memo.Digest, err = digestOf(f); err != nil {
		return "", fmt.Errorf("reading %q: %w", path, err)
	}
	if place != "" {
		_ = memo.write(place) // the next time takes as long as this one
	}
	return memo.Digest, nil
}

// memoName is one file for each path, so that what is remembered of files that
// have changed does not pile up.
func memoName(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	sum := sha256.Sum256([]byte(path))
	return hex.EncodeToString(sum[:])[:16] + ".digest"
}

func (m digestMemo) write(path string) error {
	content, err := json.Marshal(m)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(path), workPrefix)
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name())
	_, err = temp.Write(content)
	if err := errors.Join(err, temp.Close()); err != nil {
		return err
	}
	return os.Rename(temp.Name(), path)
}

func digestOf(r io.Reader) (string, error) {
	h := sha256.New()
	if _, err := io.CopyBuffer(struct{ io.Writer }{h}, struct{ io.Reader }{r}, make([]byte, 1<<20)); err != nil {
		return "", err
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil)), nil
}
