# A source tree of every language: Trivy reads some of the lock files in an image
# too, and not others.
# shellcheck shell=bash
copy 1 "$TRIVY_SOURCE/integration/testdata/fixtures/repo" srv/repo
for language in julia c dart elixir swift; do copy 1 "$ANALYZERS/language/$language" "srv/$language"; done
copy 1 "$ANALYZERS/language/rust/cargo/testdata" srv/cargo
copy 1 "$ANALYZERS/language/java/sbt/testdata" srv/sbt
copy 1 "$ANALYZERS/language/java/gradle/testdata" srv/gradle
copy 1 "$ANALYZERS/language/python" srv/python
copy 1 "$ANALYZERS/language/nodejs" srv/nodejs
