// Package vulndb gets the vulnerability database and keeps it honest: it
// fetches, verifies, caches, ages, opens and builds databases in the format of
// github.com/aquasecurity/trivy-db (schema 2: a bbolt file "trivy.db" beside a
// "metadata.json").
//
// # One open database per process
//
// trivy-db keeps its database and its logger in package variables, and its
// detectors read them from there. So a process has at most one database open:
// [Open] and [Build] answer [ErrOpen] while another is, and [DB.Close] frees the
// place. Open, Build and Close are not to be called at the same time.
//
// # The cache
//
//	CACHE/db/<layer digest>/trivy.db, metadata.json   content, never changed
//	CACHE/db/<source key>.json                        what a source last answered
//
// Content arrives in a temporary folder beside its place and is renamed into it
// when it is complete and verified, so an interrupted or concurrent download
// leaves either nothing or a whole database, without a lock.
package vulndb
