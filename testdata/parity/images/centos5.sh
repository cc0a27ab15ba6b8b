# CentOS 5: rpm's database as Berkeley DB. Trivy refuses to scan the release unless
# the image names its repositories.
# shellcheck shell=bash
rpmdb 1 centos5-plain
echo 'CentOS release 5.11 (Final)' | write 1 etc/redhat-release
echo '{"content_sets": ["rhel-6-server-rpms"]}' | write 1 root/buildinfo/content_manifests/centos.json
