package vulndb

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"
)

func TestWriteFile(t *testing.T) {
	content := bytes.Repeat([]byte("0123456789abcdef"), (writeBuffers+3)*writeBuffer/16)
	content = append(content, "and an odd end"...)
	broken := errors.New("the connection broke")
	size := int64(len(content))
	tests := []struct {
		name  string
		r     io.Reader
		limit int64
		want  error // nil with a limit below size means any
	}{
		{"whole", bytes.NewReader(content), size, nil},
		{"in small pieces", iotest.HalfReader(iotest.DataErrReader(bytes.NewReader(content))), size, nil},
		{"over the limit", bytes.NewReader(content), size - 1, nil},
		{"cut short", io.MultiReader(bytes.NewReader(content[:writeBuffer+1]), iotest.ErrReader(io.ErrUnexpectedEOF)), size, io.ErrUnexpectedEOF},
		{"broken", io.MultiReader(bytes.NewReader(content[:9]), iotest.ErrReader(broken)), size, broken},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "out")
			_, err := writeFile(t.Context(), path, tt.r, tt.limit)
			switch {
			case tt.want != nil:
				if !errors.Is(err, tt.want) {
					t.Errorf("error %v, want %v", err, tt.want)
				}
			case tt.limit < size:
				if err == nil {
					t.Error("no error")
				}
			default:
				got, readErr := os.ReadFile(path)
				if err != nil || readErr != nil || !bytes.Equal(got, content) {
					t.Errorf("%d bytes of %d: %v, %v", len(got), size, err, readErr)
				}
			}
		})
	}
}
