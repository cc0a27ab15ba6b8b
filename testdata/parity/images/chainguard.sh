# Chainguard with the apk database that Trivy is tested with.
# shellcheck shell=bash
copy 1 "$ANALYZERS/pkg/apk/testdata/apk" usr/lib/apk/db/installed
os_release 1 chainguard 20230214 chainguard
