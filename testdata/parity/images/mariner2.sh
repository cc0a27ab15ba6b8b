# CBL-Mariner 2.0.
# shellcheck shell=bash
rpmdb 1 cbl-mariner-2.0
copy 1 "$ANALYZERS/os/release/testdata/mariner-2.0" etc/os-release
