# Python eggs, wheels and metadata that Trivy is tested with.
# shellcheck shell=bash
copy 1 "$ANALYZERS/language/python/packaging/testdata" usr/lib/python3/site-packages
copy 1 "$ANALYZERS/language/python/pip/testdata/libs" opt/libs
copy 1 "$PARSERS/python/packaging/testdata" srv/packaging
i=0
for file in "$PARSERS"/python/packaging/testdata/*; do
  i=$((i + 1))
  [ ! -f "$file" ] || copy 1 "$file" "srv/n$i.dist-info/METADATA"
  [ ! -f "$file" ] || copy 1 "$file" "srv/e$i.egg-info/PKG-INFO"
done
