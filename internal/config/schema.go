package config

import _ "embed"

//go:embed schema.json
var schema string

// Schema is the JSON Schema, draft 2020-12, of the configuration file, for
// editors. It accepts what Load accepts, and rejects what a schema can.
func Schema() []byte { return []byte(schema) }
