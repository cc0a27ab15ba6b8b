package catalog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// What is stored is plain data - structs of strings, integers, booleans, slices
// and pointers - written field after field without names: the key holds the
// shape, so that a reader never meets another. JSON takes six times as long to
// read, which is most of a scan in which everything was stored; encoding/gob is
// documented as not made for hostile bytes.

// shape describes a type down to its last field: "{Path string; OS *{…}}". It
// panics for a type that is not plain data.
func shape(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String, reflect.Int, reflect.Bool, reflect.Uint8:
		return t.Kind().String()
	case reflect.Slice:
		return "[]" + shape(t.Elem())
	case reflect.Pointer:
		return "*" + shape(t.Elem())
	case reflect.Struct:
		var fields []string
		for i := range t.NumField() {
			f := t.Field(i)
			if !f.IsExported() {
				panic(fmt.Sprintf("%s.%s is stored and not exported", t, f.Name))
			}
			fields = append(fields, f.Name+" "+shape(f.Type))
		}
		return "{" + strings.Join(fields, "; ") + "}"
	}
	panic(fmt.Sprintf("%s is not plain data", t))
}

// appendPlain writes v. The length of a slice is one more than it is, and 0 is
// nil: a layer that was stored must not differ in anything from one that was not.
func appendPlain(b []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.String:
		return append(binary.AppendUvarint(b, uint64(v.Len())), v.String()...)
	case reflect.Int:
		return binary.AppendVarint(b, v.Int())
	case reflect.Bool:
		if v.Bool() {
			return append(b, 1)
		}
		return append(b, 0)
	case reflect.Slice:
		if v.IsNil() {
			return append(b, 0)
		}
		b = binary.AppendUvarint(b, uint64(v.Len())+1)
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return append(b, v.Bytes()...)
		}
		for i := range v.Len() {
			b = appendPlain(b, v.Index(i))
		}
	case reflect.Pointer:
		if v.IsNil() {
			return append(b, 0)
		}
		return appendPlain(append(b, 1), v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			b = appendPlain(b, v.Field(i))
		}
	}
	return b
}

// plainReader reads what appendPlain wrote. It takes no more memory than a small
// multiple of what it reads, whatever the bytes say. Strings share the memory
// of what is read.
type plainReader struct{ left string }

var errPlain = errors.New("stored data does not fit its shape")

// readPlain fills the value that into points to, from all of content.
func readPlain(content []byte, into any) error {
	r := &plainReader{left: string(content)}
	if err := r.read(reflect.ValueOf(into).Elem()); err != nil {
		return err
	}
	if r.left != "" {
		return errPlain
	}
	return nil
}

func (r *plainReader) read(v reflect.Value) error {
	switch v.Kind() {
	case reflect.String:
		n, err := r.length()
		if err != nil || n > len(r.left) {
			return errPlain
		}
		v.SetString(r.left[:n])
		r.left = r.left[n:]
		return nil
	case reflect.Int:
		n, size := binary.Varint(r.number())
		if size <= 0 {
			return errPlain
		}
		r.left = r.left[size:]
		v.SetInt(n)
		return nil
	case reflect.Bool:
		set, err := r.flag()
		v.SetBool(set)
		return err
	case reflect.Slice:
		return r.slice(v)
	case reflect.Pointer:
		set, err := r.flag()
		if err != nil || !set {
			return err
		}
		v.Set(reflect.New(v.Type().Elem()))
		return r.read(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			if err := r.read(v.Field(i)); err != nil {
				return err
			}
		}
		return nil
	}
	return errPlain
}

func (r *plainReader) slice(v reflect.Value) error {
	n, err := r.length()
	if err != nil || n == 0 {
		return err
	}
	n--
	elem := v.Type().Elem()
	// Every element takes a byte for each of its fields at least, so n cannot be a
	// lie that takes more memory than real data would.
	if n > len(r.left)/smallest(elem) {
		return errPlain
	}
	if elem.Kind() == reflect.Uint8 {
		v.SetBytes([]byte(r.left[:n]))
		r.left = r.left[n:]
		return nil
	}
	v.Set(reflect.MakeSlice(v.Type(), n, n))
	for i := range n {
		if err := r.read(v.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

func (r *plainReader) length() (int, error) {
	n, size := binary.Uvarint(r.number())
	if size <= 0 || n > maxUnpacked {
		return 0, errPlain
	}
	r.left = r.left[size:]
	return int(n), nil
}

// number is as much of what is left as a number can take.
func (r *plainReader) number() []byte {
	return []byte(r.left[:min(len(r.left), binary.MaxVarintLen64)])
}

func (r *plainReader) flag() (bool, error) {
	if r.left == "" || r.left[0] > 1 {
		return false, errPlain
	}
	set := r.left[0] == 1
	r.left = r.left[1:]
	return set, nil
}

// smallest is how many bytes a value of type t takes at least.
func smallest(t reflect.Type) int {
	if t.Kind() != reflect.Struct {
		return 1
	}
	n := 0
	for i := range t.NumField() {
		n += smallest(t.Field(i).Type)
	}
	return max(n, 1)
}
