package bench

import "io"

// Options say what to measure and with what.
type Options struct {
	// Out gets a line for each case as it is measured.
	Out io.Writer

	Meter Meter

	// Self is the command that runs [Limit] with a folder and a compression as
	// further arguments.
	Self []string

	// Imgscan and Trivy are the paths of the two programs.
	Imgscan, Trivy string

	// Work is the folder for images, databases and caches, kept from run to run. The
	// large image must be there, as large.tar.
	Work string

	// Small is the docker archive of the small image, plain or with gzip.
	Small string

	// OSV and NVD are folders of true advisories, which the database is begun with.
	OSV, NVD string

	// Docs is the folder with performance.md; empty to print the section instead.
	Docs string

	// Runs is how many pairs are measured of each case, after one that is not.
	Runs int

	// DatabaseSize is how large the database is made, in bytes.
	DatabaseSize int64

	// Only are parts of "image, case"; cases with none of them are left out. Empty
	// means all.
	Only []string

	// Date, Commit and Command go into the report.
	Date, Commit, Command string
}
