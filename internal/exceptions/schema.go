package exceptions

import _ "embed"

//go:embed schema.json
var schema string

// Schema is the JSON Schema, draft 2020-12, of a file of exceptions, for
// editors. It accepts what Parse accepts, and rejects what a schema can.
func Schema() []byte { return []byte(schema) }
