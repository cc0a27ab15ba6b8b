# Debian 11 as debootstrap makes it.
# needs: root debootstrap
# shellcheck shell=bash
bootstrap bullseye
unpack bullseye layers/1
