# SUSE Linux Enterprise 15: rpm's own NDB format.
# shellcheck shell=bash
rpmdb 1 sle15-bci
os_release 1 sles 15.3 SLES
