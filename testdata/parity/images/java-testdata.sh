# Java archives that Trivy is tested with, nested ones among them, and a compiler
# that carries its dependencies inside.
# needs: npm
# shellcheck shell=bash
for file in "$PARSERS"/java/jar/testdata/*.?ar "$ANALYZERS"/language/java/jar/testdata/test.?ar "$ANALYZERS"/testdata/post-apps/jar/*.jar; do
  copy 1 "$file" "opt/$(basename "$(dirname "$(dirname "$file")")")/$(basename "$file")"
done
copy 1 "$PARSERS/java/jar/testdata/maven.war" srv/app.ear
npm_install 2 compiler google-closure-compiler-java@20190301.0.0
