# The image vuln-image that Trivy is tested with.
# shellcheck shell=bash
module_image "$TRIVY_SOURCE/pkg/fanal/test/testdata/vuln-image.tar.gz"
