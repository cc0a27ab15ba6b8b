# A Go program with a dependency replaced by an old version, one by a fork and one
# by a folder; and Trivy's own test binaries.
# needs: go
# shellcheck shell=bash
mkdir -p src/local
cat >src/go.mod <<'F'
module example.com/app

go 1.21

require (
	golang.org/x/text v0.14.0
	github.com/pkg/errors v0.9.1
	example.com/local v1.2.3
)

replace golang.org/x/text => golang.org/x/text v0.3.0

replace example.com/local => ./local
F
cat >src/main.go <<'F'
package main

import (
	"fmt"

	"example.com/local"
	"github.com/pkg/errors"
	"golang.org/x/text/language"
)

func main() { fmt.Println(errors.New(local.Name), language.English) }
F
printf 'module example.com/local\n\ngo 1.21\n' >src/local/go.mod
printf 'package local\n\nconst Name = "local"\n' >src/local/local.go
mkdir -p layers/1/app
(cd src && GOFLAGS=-mod=mod CGO_ENABLED=0 go build -o ../layers/1/app/app .)
(cd src && GOFLAGS=-mod=mod CGO_ENABLED=0 GOOS=windows go build -o ../layers/1/app/app.exe .)
for file in "$PARSERS"/golang/binary/testdata/*; do
  [ ! -f "$file" ] || copy 1 "$file" "testdata/$(basename "$file")"
done
cp -r "$ANALYZERS/language/golang/binary/testdata" layers/1/analyzer
chmod -R u+w layers/1
find layers/1/testdata -type f -exec chmod 755 {} +
