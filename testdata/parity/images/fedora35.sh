# Fedora 35, whose rpm database is SQLite, then a package of a third party. Nobody
# has advisories for Fedora.
# shellcheck shell=bash
rpmdb 1 fedora35
echo 'Fedora release 35 (Thirty Five)' | write 1 etc/fedora-release
os_release 1 fedora 35 Fedora
rpmdb 2 fedora35-plus-mongo
