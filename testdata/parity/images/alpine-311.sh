# The image alpine-311 that Trivy is tested with.
# shellcheck shell=bash
module_image "$TRIVY_SOURCE/pkg/fanal/test/testdata/alpine-311.tar.gz"
