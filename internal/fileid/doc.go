// Package fileid tells a file from every other, and from itself after a change,
// without reading it.
package fileid
