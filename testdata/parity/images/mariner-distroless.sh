# CBL-Mariner's distroless images have the output of `rpm -qa` instead of a database.
# shellcheck shell=bash
copy 1 "$ANALYZERS/os/release/testdata/mariner-2.0" etc/os-release
printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' \
  mariner-release 2.0-12.cm2 1653816591 1653753130 'Microsoft Corporation' '(none)' 580 noarch 0 mariner-release-2.0-12.cm2.src.rpm \
  filesystem 1.1-9.cm2 1653816590 1653628924 'Microsoft Corporation' '(none)' 7596 x86_64 0 filesystem-1.1-9.cm2.src.rpm \
  glibc 2.35-2.cm2 1653816591 1653628955 'Microsoft Corporation' '(none)' 10855265 x86_64 1 glibc-2.35-2.cm2.src.rpm |
  write 1 var/lib/rpmmanifest/container-manifest-2
