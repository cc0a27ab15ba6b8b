# What layers can do to each other's files: remove, hide, replace by a folder, a
# link or something else, put back, and write the same again.
# shellcheck shell=bash
gem=$PARSERS/ruby/gemspec/testdata/normal00.gemspec
wheel=$ANALYZERS/language/python/packaging/testdata/happy-dist/distlib-0.3.1.dist-info/METADATA
node=$ANALYZERS/language/nodejs/pkg/testdata/package.json
for name in removed back hidden folder link other same; do
  copy 1 "$gem" "$name/specifications/a.gemspec"
  copy 1 "$wheel" "$name/distlib-0.3.1.dist-info/METADATA"
  copy 1 "$node" "$name/node_modules/a/package.json"
done
for name in removed back; do
  whiteout 2 "$name/specifications/a.gemspec"
  whiteout 2 "$name/distlib-0.3.1.dist-info"
  whiteout 2 "$name/node_modules"
done
opaque 2 hidden
copy 2 "$gem" hidden/specifications/new.gemspec
mkdir -p layers/2/folder/specifications/a.gemspec layers/2/link
ln -s /nowhere layers/2/link/node_modules
ln -s a layers/2/link/specifications
echo 'nothing' | write 2 other/specifications/a.gemspec
echo 'nothing' | write 2 other/distlib-0.3.1.dist-info/METADATA
echo '{}' | write 2 other/node_modules/a/package.json
copy 3 "$gem" back/specifications/a.gemspec
copy 3 "$wheel" back/distlib-0.3.1.dist-info/METADATA
copy 3 "$node" back/node_modules/a/package.json
copy 3 "$gem" same/specifications/a.gemspec
copy 3 "$wheel" same/distlib-0.3.1.dist-info/METADATA
copy 3 "$node" same/node_modules/a/package.json
