// Package cache keeps small pieces of derived data that would take time to make
// again. Losing any of it, at any time, costs that time and nothing else, so
// nothing here is an error: what cannot be read is not there, and what cannot be
// written is not kept.
package cache

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

const (
	// maxEntry is the size in bytes above which a file cannot be an entry.
	maxEntry = 64 << 20

	// tempPrefix marks files that are being written.
	tempPrefix = ".incoming-"

	// tempLifetime is after how long such a file must be the remains of a killed
	// process.
	tempLifetime = time.Hour

	// touchAfter is how old the time of an entry's last use may become before it is
	// written again.
	touchAfter = time.Hour
)

// Folder keeps entries as files, one each. Processes may share it: an entry is
// written beside its place and renamed into it, so each sees a whole one or none.
type Folder struct {
	// Dir is made when the first entry is written.
	Dir string

	// MaxBytes is how much Trim leaves.
	MaxBytes int64

	// Now is the clock that ages are measured by.
	Now func() time.Time

	written atomic.Bool
}

// Get is the entry stored under key; nil when there is none.
func (f *Folder) Get(key string) []byte {
	path, ok := f.path(key)
	if !ok {
		return nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxEntry {
		return nil
	}
	entry := make([]byte, info.Size())
	if _, err := io.ReadFull(file, entry); err != nil {
		return nil
	}
	// The time of the last use decides who is evicted.
	if now := f.Now(); now.Sub(info.ModTime()) > touchAfter {
		_ = os.Chtimes(path, now, now)
	}
	return entry
}

// Put stores an entry in place of the one that was there.
func (f *Folder) Put(key string, entry []byte) {
	path, ok := f.path(key)
	if !ok || len(entry) > maxEntry || os.MkdirAll(f.Dir, 0o700) != nil {
		return
	}
	temp, err := os.CreateTemp(f.Dir, tempPrefix)
	if err != nil {
		return
	}
	_, err = temp.Write(entry)
	if errors.Join(err, temp.Close()) != nil || os.Rename(temp.Name(), path) != nil {
		os.Remove(temp.Name())
		return
	}
	f.written.Store(true)
}

// Trim removes what has not been used for longest until MaxBytes are left, if
// anything was stored since the Folder was made.
func (f *Folder) Trim() {
	if !f.written.Load() {
		return
	}
	files, err := os.ReadDir(f.Dir)
	if err != nil {
		return
	}
	var (
		kept  []fs.FileInfo
		total int64
	)
	for _, file := range files {
		info, err := file.Info()
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		if strings.HasPrefix(info.Name(), tempPrefix) {
			if f.Now().Sub(info.ModTime()) > tempLifetime {
				os.Remove(filepath.Join(f.Dir, info.Name()))
			}
			continue
		}
		kept = append(kept, info)
		total += info.Size()
	}
	slices.SortFunc(kept, func(a, b fs.FileInfo) int {
		return cmp.Or(a.ModTime().Compare(b.ModTime()), strings.Compare(a.Name(), b.Name()))
	})
	for _, info := range kept {
		if total <= f.MaxBytes {
			return
		}
		// Another process may have been quicker; either way it is gone.
		os.Remove(filepath.Join(f.Dir, info.Name()))
		total -= info.Size()
	}
}

// path is where the entry of key is; false for a key that is no plain file name.
func (f *Folder) path(key string) (string, bool) {
	if key == "" || key[0] == '.' || strings.ContainsAny(key, `/\:`) {
		return "", false
	}
	return filepath.Join(f.Dir, key), true
}
