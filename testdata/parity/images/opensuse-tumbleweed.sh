# openSUSE Tumbleweed. The release file is real; no
# database of the system is to be had, so it is one of a relative.
# shellcheck shell=bash
rpmdb 1 sle15-bci
copy 1 "$ANALYZERS/os/release/testdata/opensusetumbleweed" etc/os-release
