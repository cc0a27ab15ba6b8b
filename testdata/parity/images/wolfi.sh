# Wolfi with the apk database that Trivy is tested with.
# shellcheck shell=bash
copy 1 "$ANALYZERS/pkg/apk/testdata/apk" lib/apk/db/installed
os_release 1 wolfi 20230201 wolfi
