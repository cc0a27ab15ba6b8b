package provenance

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// maxItems is how many items a list or a table may have. BuildKit writes one
// material for each image, and a step for each instruction.
const maxItems = 10_000

// decode reads JSON into v. Values of another type than v's are left out, as if
// they were absent; encoding/json reads on behind them, and gives up on what is
// nested 10,000 deep.
func decode(data []byte, v any) error {
	if len(data) > maxBytes {
		return fmt.Errorf("%d bytes are more than %d", len(data), maxBytes)
	}
	return lenient(json.Unmarshal(data, v))
}

func lenient(err error) error {
	var wrongType *json.UnmarshalTypeError
	if errors.As(err, &wrongType) {
		return nil
	}
	return err
}

// list is a slice that does not grow beyond maxItems, whatever it is fed.
type list[T any] []T

// UnmarshalJSON reads an array; anything else makes an empty list.
func (l *list[T]) UnmarshalJSON(data []byte) error {
	*l = nil
	d := json.NewDecoder(bytes.NewReader(data))
	if open, err := d.Token(); err != nil || open != json.Delim('[') {
		return nil
	}
	for d.More() {
		if len(*l) == maxItems {
			return fmt.Errorf("more than %d items in a list", maxItems)
		}
		var item T
		if err := lenient(d.Decode(&item)); err != nil {
			return err
		}
		*l = append(*l, item)
	}
	return nil
}

// table is a map that does not grow beyond maxItems, whatever it is fed.
type table[T any] map[string]T

// UnmarshalJSON reads an object; anything else makes an empty table.
func (t *table[T]) UnmarshalJSON(data []byte) error {
	*t = nil
	d := json.NewDecoder(bytes.NewReader(data))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return nil
	}
	*t = make(table[T])
	for d.More() {
		if len(*t) == maxItems {
			return fmt.Errorf("more than %d items in an object", maxItems)
		}
		key, err := d.Token()
		if err != nil {
			return err
		}
		var item T
		if err := lenient(d.Decode(&item)); err != nil {
			return err
		}
		(*t)[key.(string)] = item
	}
	return nil
}
