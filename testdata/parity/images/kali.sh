# A distribution made of Debian's, which Trivy takes for Debian.
# shellcheck shell=bash
sed -n '/^-- var.lib.dpkg.status --$/,/^-- /{/^-- /d;p}' "$ANALYZERS/pkg/dpkg/testdata/valid.txtar" | write 1 var/lib/dpkg/status
os_release 1 kali 2024.1 Kali
echo kali-rolling | write 1 etc/debian_version
