# AlmaLinux. The release file is real; no
# database of the system is to be had, so it is one of a relative.
# shellcheck shell=bash
rpmdb 1 centos8-modularitylabel
copy 1 "$ANALYZERS/os/redhatbase/testdata/alma/almalinux-release" etc/almalinux-release
