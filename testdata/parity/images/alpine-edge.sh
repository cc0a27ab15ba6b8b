# Alpine whose repositories are those of edge, which is where its advisories are
# looked for.
# shellcheck shell=bash
copy 1 "$ANALYZERS/pkg/apk/testdata/apk" lib/apk/db/installed
echo 3.15.4 | write 1 etc/alpine-release
printf 'https://dl-cdn.alpinelinux.org/alpine/%s\n' edge/main edge/community | write 1 etc/apk/repositories
