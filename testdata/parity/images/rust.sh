# Rust programs that carry the list of their crates, and some that do not.
# needs: apt-get dpkg-deb
# shellcheck shell=bash
copy 1 "$ANALYZERS/language/rust/binary/testdata" usr/local/bin
for file in "$PARSERS"/rust/binary/testdata/*; do copy 1 "$file" "opt/bin/$(basename "$file")"; done
find layers/1/opt -type f -exec chmod 755 {} +
debs 2 ripgrep fd-find bat
