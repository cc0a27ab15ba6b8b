package vex

import "time"

// WriteOptions are what a document says besides the decisions.
type WriteOptions struct {
	// Author is who makes the statements, and Role what they are to the product; an
	// empty author is written as "Unknown Author", as OpenVEX prescribes.
	Author string
	Role   string // may be empty

	// Tool is the program and its version: "imgscan 1.2.0"; may be empty.
	Tool string

	// Now is the time of the document, and decides which entries are in force.
	Now time.Time
}

// ImportOptions are what statements do not say and entries need.
type ImportOptions struct {
	// Now is the day from which an entry's time is counted.
	Now time.Time
}
