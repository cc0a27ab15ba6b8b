# Debian's unstable release, which has no number.
# needs: root debootstrap
# shellcheck shell=bash
bootstrap sid
unpack sid layers/1
