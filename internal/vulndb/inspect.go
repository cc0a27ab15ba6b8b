package vulndb

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	bolt "go.etcd.io/bbolt"
)

// lockTimeout is how long to wait for another process that writes the file.
const lockTimeout = 5 * time.Second

// inspect finds out whether path is a whole trivy-db database. Reading a
// truncated bbolt file later would end the process with a memory fault, so its
// size is compared with what its own header claims.
func inspect(path string) (err error) {
	defer recoverFault(&err)()

	stat, err := os.Stat(path)
	if err != nil {
		return err
	}
	if stat.Size() == 0 {
		return errors.New("the file is empty")
	}
	b, err := bolt.Open(path, 0o400, readOnly())
	if err != nil {
		return fmt.Errorf("the file is broken or is not a database: %w", err)
	}
	defer b.Close()

	return b.View(func(tx *bolt.Tx) error {
		if tx.Size() > stat.Size() {
			return fmt.Errorf("the file is truncated: %d bytes of %d", stat.Size(), tx.Size())
		}
		if tx.Bucket([]byte("vulnerability")) == nil {
			return errors.New(`not a Trivy database: it has no "vulnerability" bucket`)
		}
		return nil
	})
}

// recoverFault turns a panic and a memory fault in the calling goroutine into an
// error, as bbolt answers broken files with both. Call it as
// defer recoverFault(&err)().
func recoverFault(err *error) func() {
	before := debug.SetPanicOnFault(true)
	return func() {
		debug.SetPanicOnFault(before)
		if r := recover(); r != nil {
			*err = fmt.Errorf("the file is broken: %v", r)
		}
	}
}
