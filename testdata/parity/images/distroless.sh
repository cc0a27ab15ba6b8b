# The image distroless that Trivy is tested with.
# shellcheck shell=bash
module_image "$TRIVY_SOURCE/pkg/fanal/test/testdata/distroless.tar.gz"
