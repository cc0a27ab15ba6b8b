# Oracle Linux. The release file is real; no
# database of the system is to be had, so it is one of a relative.
# shellcheck shell=bash
rpmdb 1 centos7-many
copy 1 "$ANALYZERS/os/redhatbase/testdata/oracle_7/oracle-release" etc/oracle-release
