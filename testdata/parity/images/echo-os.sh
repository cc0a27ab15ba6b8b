# Echo, whose package manager is dpkg.
# shellcheck shell=bash
sed -n '/^-- var.lib.dpkg.status --$/,/^-- /{/^-- /d;p}' "$ANALYZERS/pkg/dpkg/testdata/valid.txtar" | write 1 var/lib/dpkg/status
copy 1 "$ANALYZERS/os/release/testdata/echo" etc/os-release
