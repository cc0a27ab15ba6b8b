# Amazon Linux 2. No database of the system is to be had, so it is one of a
# relative, CentOS 7.
# shellcheck shell=bash
rpmdb 1 centos7-devtools
echo 'Amazon Linux release 2 (Karoo)' | write 1 etc/system-release
os_release 1 amzn 2 'Amazon Linux'
