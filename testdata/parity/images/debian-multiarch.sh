# Debian 12 where a second layer adds the i386 build of packages that are there for
# amd64. The entries are dpkg's own with the architecture changed.
# needs: root debootstrap
# shellcheck shell=bash
bootstrap bookworm
unpack bookworm layers/1
copy 2 layers/1/var/lib/dpkg/status var/lib/dpkg/status
for package in zlib1g libc6 libgcc-s1; do
  awk -v RS= -v name="Package: $package" 'index($0, name "\n") == 1' layers/1/var/lib/dpkg/status | sed 's/^Architecture: amd64$/Architecture: i386/'
  echo
done >>layers/2/var/lib/dpkg/status
