# The archive of several images that Trivy is tested with; the first one counts.
# shellcheck shell=bash
module_image "$TRIVY_SOURCE/pkg/fanal/test/testdata/image1.tar"
