package vulndb

import (
	bolt "go.etcd.io/bbolt"
)

// What bbolt adds to a page and to each of its entries, in bytes.
const (
	pageOverhead  = 16
	entryOverhead = 16
)

// copyInOrder copies a database so that the same content gives the same bytes,
// which bolt.Compact does not: bbolt gives pages to the buckets that one
// transaction has touched in the order of a map. Small buckets live in their
// parent's page, so a transaction here takes all the small ones of a parent, or
// one large one.
func copyInOrder(to, from *bolt.DB) error {
	to.NoSync = true // only the end matters
	err := from.View(func(tx *bolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bolt.Bucket) error {
			return copyBucket(to, [][]byte{name}, b)
		})
	})
	if err != nil {
		return err
	}
	return to.Sync()
}

func copyBucket(to *bolt.DB, path [][]byte, from *bolt.Bucket) error {
	var large [][]byte
	err := to.Update(func(tx *bolt.Tx) error {
		target, err := tx.CreateBucketIfNotExists(path[0])
		for _, name := range path[1:] {
			if err == nil {
				target, err = target.CreateBucketIfNotExists(name)
			}
		}
		if err != nil {
			return err
		}
		target.FillPercent = 1 // it is written once, in the order of its keys
		return from.ForEach(func(k, v []byte) error {
			if v != nil {
				return target.Put(k, v)
			}
			child := from.Bucket(k)
			if !small(child, to.Info().PageSize) {
				large = append(large, k)
				return nil
			}
			copied, err := target.CreateBucket(k)
			if err != nil {
				return err
			}
			return child.ForEach(copied.Put)
		})
	})
	if err != nil {
		return err
	}
	for _, name := range large {
		if err := copyBucket(to, append(path[:len(path):len(path)], name), from.Bucket(name)); err != nil {
			return err
		}
	}
	return nil
}

// small is bbolt's own rule for storing a bucket in its parent's page.
func small(b *bolt.Bucket, pageSize int) bool {
	size, nested := pageOverhead, false
	_ = b.ForEach(func(k, v []byte) error {
		nested = nested || v == nil
		size += entryOverhead + len(k) + len(v)
		return nil
	})
	return !nested && size <= pageSize/4
}
