package fileid

import (
	"fmt"
	"os"
	"syscall"
	"time"
)

// settled is how long ago a file must have changed last. Linux counts time in
// ticks of up to 10 ms: a file may change again within the tick of its last
// change and show no trace of it.
const settled = 100 * time.Millisecond

// Of is the identity of an open file: its inode, size, and the time of the
// inode's last change, which unlike the modification time nobody can set. It is
// empty for a file that has changed just now, and where the system cannot tell.
func Of(f *os.File) string {
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return ""
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return ""
	}
	changed := time.Unix(stat.Ctim.Unix())
	if time.Since(changed) < settled {
		return ""
	}
	return fmt.Sprintf("file %d:%d size %d changed %d modified %d",
		stat.Dev, stat.Ino, stat.Size, changed.UnixNano(), info.ModTime().UnixNano())
}
