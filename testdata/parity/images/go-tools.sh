# Go programs of several years and one that other layers replace and remove.
# needs: go
# shellcheck shell=bash
go_tool 1 usr/local/bin/govulncheck golang.org/x/vuln/cmd/govulncheck@v1.1.4
go_tool 1 usr/local/bin/hey github.com/rakyll/hey@v0.1.4
go_tool 1 opt/bin/yq github.com/mikefarah/yq/v4@v4.25.1
go_tool 1 opt/bin/gops github.com/google/gops@v0.3.25 -trimpath '-ldflags=-s -w'
go_tool 2 opt/bin/gops github.com/google/gops@v0.3.27 -trimpath '-ldflags=-s -w'
go_tool 2 usr/bin/goimports golang.org/x/tools/cmd/goimports@v0.1.9
go_tool 3 usr/local/bin/hey github.com/rakyll/hey@v0.1.4 -trimpath
whiteout 3 usr/bin/goimports
