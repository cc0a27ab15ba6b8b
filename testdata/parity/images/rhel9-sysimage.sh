# rpm's SQLite database at its new place, as Red Hat Enterprise Linux 9 for edge
# devices has it; the database is Fedora's.
# shellcheck shell=bash
mkdir -p layers/1/usr/lib/sysimage/rpm layers/1/var/lib
cp "$RPMDB_SOURCE"/pkg/testdata/fedora35/* layers/1/usr/lib/sysimage/rpm/
ln -s ../../usr/lib/sysimage/rpm layers/1/var/lib/rpm
echo 'Red Hat Enterprise Linux release 9.2 (Plow)' | write 1 etc/redhat-release
