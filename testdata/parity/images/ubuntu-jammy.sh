# Ubuntu 22.04 as debootstrap makes it.
# needs: root debootstrap
# shellcheck shell=bash
bootstrap jammy http://archive.ubuntu.com/ubuntu
unpack jammy layers/1
