# UBI 8 whose layers have build information of their own, at both places where Red
# Hat puts it, and whose database a second layer replaces.
# shellcheck shell=bash
rpmdb 1 ubi8-s390x
echo 'Red Hat Enterprise Linux release 8.5 (Ootpa)' | write 1 etc/redhat-release
copy 1 "$ANALYZERS/buildinfo/testdata/dockerfile/Dockerfile-jboss-base-7-base-1.1-3" root/buildinfo/Dockerfile-jboss-base-7-base-1.1-3
echo '{"content_sets": ["rhel-8-for-s390x-baseos-rpms__8"]}' | write 1 usr/share/buildinfo/content-sets.json
rpmdb 2 centos8-modularitylabel
