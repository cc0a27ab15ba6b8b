# Ubuntu subscribed to extended maintenance, with real packages of Ubuntu.
# shellcheck shell=bash
sed -n '/^-- var.lib.dpkg.status --$/,/^-- /{/^-- /d;p}' "$ANALYZERS/pkg/dpkg/testdata/valid.txtar" | write 1 var/lib/dpkg/status
copy 1 "$ANALYZERS/os/ubuntu/testdata/lsb-release" etc/lsb-release
copy 1 "$ANALYZERS/os/ubuntu/testdata/esm_enabled_status.json" var/lib/ubuntu-advantage/status.json
