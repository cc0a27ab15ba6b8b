# Debian 12 as debootstrap makes it.
# needs: root debootstrap
# shellcheck shell=bash
bootstrap bookworm
unpack bookworm layers/1
