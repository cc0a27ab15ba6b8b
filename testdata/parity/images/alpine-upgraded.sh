# Alpine whose release file a higher layer rewrites, as an upgrade does.
# shellcheck shell=bash
copy 1 "$ANALYZERS/pkg/apk/testdata/apk" lib/apk/db/installed
echo 3.15.4 | write 1 etc/alpine-release
echo 3.16.1 | write 2 etc/alpine-release
