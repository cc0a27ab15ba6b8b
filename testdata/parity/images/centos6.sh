# CentOS 6 with many packages.
# shellcheck shell=bash
rpmdb 1 centos6-many
echo 'CentOS release 6.10 (Final)' | write 1 etc/centos-release
ln -s centos-release layers/1/etc/redhat-release
