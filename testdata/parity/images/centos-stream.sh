# CentOS Stream, for which Trivy has no advisories.
# shellcheck shell=bash
rpmdb 1 centos8-modularitylabel
copy 1 "$ANALYZERS/os/release/testdata/centos-stream" etc/os-release
