# Node packages of several years, with scopes and nested copies.
# needs: npm
# shellcheck shell=bash
npm_install 1 app express@4.16.0 lodash@4.17.4 minimist@0.0.8 @babel/core@7.12.0 node-fetch@2.6.0
npm_install 1 srv/tool webpack@4.46.0
npm_install 2 app2 @angular/core@12.0.0 axios@0.21.0 jsonwebtoken@8.5.1 handlebars@4.0.11 next@12.1.0
copy 2 "$ANALYZERS/language/nodejs/pkg/testdata/package.json" testdata/package.json
copy 2 "$ANALYZERS/language/nodejs/pkg/testdata/noname.json" testdata/noname/package.json
copy 2 "$ANALYZERS/language/nodejs/pkg/testdata/sad.json" testdata/sad/package.json
whiteout 3 app/node_modules/lodash
opaque 3 srv/tool/node_modules/webpack
