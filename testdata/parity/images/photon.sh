# Photon OS. The release file is real; no
# database of the system is to be had, so it is one of a relative.
# shellcheck shell=bash
rpmdb 1 cbl-mariner-2.0
copy 1 "$ANALYZERS/os/release/testdata/photon" etc/os-release
