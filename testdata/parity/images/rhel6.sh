# Red Hat Enterprise Linux 6. The release file is real; no
# database of the system is to be had, so it is one of a relative.
# shellcheck shell=bash
rpmdb 1 centos6-many
copy 1 "$ANALYZERS/os/redhatbase/testdata/redhat_6/redhat-release" etc/redhat-release
