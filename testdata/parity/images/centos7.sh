# CentOS 7 with many packages.
# shellcheck shell=bash
rpmdb 1 centos7-many
echo 'CentOS Linux release 7.9.2009 (Core)' | write 1 etc/centos-release
ln -s centos-release layers/1/etc/redhat-release
copy 1 "$ANALYZERS/os/release/testdata/centos" etc/os-release
