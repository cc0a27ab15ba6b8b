# Red Hat's UBI 8 for s390x with its content manifest and Dockerfile in the layer
# above, as Red Hat builds them.
# shellcheck shell=bash
rpmdb 1 ubi8-s390x
echo 'Red Hat Enterprise Linux release 8.5 (Ootpa)' | write 1 etc/redhat-release
copy 2 "$ANALYZERS/buildinfo/testdata/content_manifests/ubi8-minimal-container-8.5-218.json" root/buildinfo/content_manifests/ubi8-minimal-container-8.5-218.json
copy 2 "$ANALYZERS/buildinfo/testdata/dockerfile/Dockerfile-ubi8-8.3-227" root/buildinfo/Dockerfile-ubi8-8.3-227
