# No release file: only the configured repositories tell that it is Alpine.
# shellcheck shell=bash
copy 1 "$ANALYZERS/pkg/apk/testdata/apk" lib/apk/db/installed
printf 'https://dl-cdn.alpinelinux.org/alpine/%s\n' v3.16/main v3.16/community | write 1 etc/apk/repositories
