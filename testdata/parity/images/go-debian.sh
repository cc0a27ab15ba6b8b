# Large Go programs that Debian builds from its own copies of their modules.
# needs: apt-get dpkg-deb
# shellcheck shell=bash
debs 1 containerd runc hugo gh
