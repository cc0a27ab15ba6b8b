# Node packages as Debian ships them, unknown to dpkg.
# needs: apt-get dpkg-deb
# shellcheck shell=bash
debs 1 npm node-express node-lodash-packages libjs-handlebars libjs-jquery node-semver node-tar
