# CentOS 8 with packages of rpm modules.
# shellcheck shell=bash
rpmdb 1 centos8-modularitylabel
echo 'CentOS Linux release 8.5.2111' | write 1 etc/centos-release
