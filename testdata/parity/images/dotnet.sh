# .NET's dependency files that Trivy is tested with.
# shellcheck shell=bash
for file in "$PARSERS"/dotnet/core_deps/testdata/*.json "$ANALYZERS"/language/dotnet/deps/testdata/*.json; do
  copy 1 "$file" "app/$(basename "$file")"
done
copy 1 "$ANALYZERS/language/dotnet/nuget/testdata" nuget
copy 1 "$ANALYZERS/language/dotnet/packagesprops/testdata" props
