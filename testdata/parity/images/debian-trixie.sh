# Debian 13 as debootstrap makes it.
# needs: root debootstrap
# shellcheck shell=bash
bootstrap trixie
unpack trixie layers/1
