# MinimOS with the apk database that Trivy is tested with.
# shellcheck shell=bash
copy 1 "$ANALYZERS/pkg/apk/testdata/apk" lib/apk/db/installed
copy 1 "$ANALYZERS/os/release/testdata/minimos" etc/os-release
