# Debian 12's packages as distroless images have them: one file of status for each,
# with its checksums beside it.
# needs: root debootstrap
# shellcheck shell=bash
bootstrap bookworm
unpack bookworm root
copy 1 root/usr/lib/os-release usr/lib/os-release
copy 1 root/etc/debian_version etc/debian_version
for package in base-files libc6 libssl3 netbase tzdata zlib1g libgcc-s1; do
  [ -e "root/usr/share/doc/$package" ] || continue
  awk -v RS= -v name="Package: $package" 'index($0, name "\n") == 1' root/var/lib/dpkg/status | write 1 "var/lib/dpkg/status.d/$package"
  cat "root/var/lib/dpkg/info/$package"*.md5sums | write 1 "var/lib/dpkg/status.d/$package.md5sums"
done
