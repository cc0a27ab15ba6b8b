# The image alpine-310 that Trivy is tested with.
# shellcheck shell=bash
module_image "$TRIVY_SOURCE/pkg/fanal/test/testdata/alpine-310.tar.gz"
