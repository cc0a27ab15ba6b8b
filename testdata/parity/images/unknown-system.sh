# Packages of dpkg and no release file.
# shellcheck shell=bash
sed -n '/^-- var.lib.dpkg.status --$/,/^-- /{/^-- /d;p}' "$ANALYZERS/pkg/dpkg/testdata/valid.txtar" | write 1 var/lib/dpkg/status
