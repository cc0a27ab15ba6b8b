# Debian 12 that an application was put on: packages installed, one removed, one
# purged, one removed and installed again higher up, and lists of files cleaned
# away.
# needs: root debootstrap rsync
# shellcheck shell=bash
bootstrap bookworm
unpack bookworm 1
mkdir layers
cp -a 1 layers/1
step=1
# as_layer COMMAND…: what the command, run inside the system, changes.
as_layer() {
  cp -a "$step" "$((step + 1))"
  step=$((step + 1))
  chroot "$step" /usr/bin/env DEBIAN_FRONTEND=noninteractive "$@"
  difference "$((step - 1))" "$step" "$step"
}
cp /etc/resolv.conf 1/etc/resolv.conf
as_layer sh -ec 'apt-get update; apt-get install -y --no-install-recommends python3-requests ruby-rack nano'
as_layer apt-get remove -y nano
as_layer apt-get purge -y ruby-rack
as_layer apt-get install -y --no-install-recommends nano
as_layer sh -c 'rm -rf /var/lib/apt/lists/* /var/lib/dpkg/info/*.list /usr/share/doc'
