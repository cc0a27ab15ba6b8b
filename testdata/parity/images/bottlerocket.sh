# Bottlerocket's inventory of packages.
# shellcheck shell=bash
copy 1 "$ANALYZERS/pkg/bottlerocket_inventory/testdata/application-inventory.json" x86_64-bottlerocket-linux-gnu/sys-root/usr/share/bottlerocket/application-inventory.json
copy 1 "$ANALYZERS/os/release/testdata/bottlerocket" etc/os-release
