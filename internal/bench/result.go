package bench

// Target is the most that a case should cost, as ratios to Trivy; 0 where nothing
// is promised.
type Target struct {
	Wall   float64 `json:"wall,omitempty"`
	Memory float64 `json:"memory,omitempty"`
}

// Result is what was measured of one case.
type Result struct {
	// Image is the image's name in the tables, with its size; empty for cases that
	// scan nothing.
	Image string `json:"image"`

	// Case is the source and the state of the caches: "docker tar, cold".
	Case string `json:"case"`

	Target Target `json:"target"`

	// Packages is how many packages both programs found.
	Packages int `json:"packages,omitempty"`

	Pairs []Pair `json:"pairs"`
}

// Results are all of one run of the benchmark.
type Results struct {
	Machine Machine  `json:"machine"`
	Date    string   `json:"date"`   // UTC, to the day
	Commit  string   `json:"commit"` // with "+" when there were changes on top
	Command string   `json:"command"`
	Runs    int      `json:"runs"`
	Cases   []Result `json:"cases"`

	// Binary are the sizes of the two programs on disk, in bytes.
	Binary struct{ Imgscan, Trivy int64 } `json:"binary"`

	// Database is the size of the database, as a file and as it is downloaded, in
	// bytes.
	Database struct{ File, Download int64 } `json:"database"`

	// Limits is what decompressing and hashing the large image's layers took, by
	// compression.
	Limits []Bound `json:"limits"`

	// Skipped are the cases that could not be measured here, with the reason.
	Skipped []string `json:"skipped,omitempty"`
}

// Bound is the least that a scan of compressed layers can take, beside the cold
// scans of the same bytes.
type Bound struct {
	Compression Compression `json:"compression"`
	Sample      Sample      `json:"sample"`
	Bytes       int64       `json:"bytes"` // as stored

	// Scans are the cold scans of these layers.
	Scans []Scan `json:"scans"`
}

// Scan is the medians of the runs of a case.
type Scan struct {
	Case string `json:"case"`
	Pair
}

// binaryTarget is the most that our binary should have of Trivy's bytes.
const binaryTarget = 0.2
