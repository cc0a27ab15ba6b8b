# CentOS 7, then a software collection in a second layer: the whole database is
# written again, and most packages stay what they were.
# shellcheck shell=bash
rpmdb 1 centos7-plain
echo 'CentOS Linux release 7.9.2009 (Core)' | write 1 etc/centos-release
rpmdb 2 centos7-python35
rpmdb 3 centos7-httpd24
