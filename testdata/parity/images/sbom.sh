# Packages that only an SBOM inside the image tells of, as Bitnami's images have.
# shellcheck shell=bash
for name in postgresql elasticsearch ca-certificates; do
  copy 1 "$ANALYZERS/sbom/testdata/$name.spdx.json" "opt/bitnami/$name/.spdx-$name.spdx"
done
copy 1 "$ANALYZERS/sbom/testdata/sbom-without-app-component.spdx.json" opt/bitnami/other/.spdx-other.spdx
copy 1 "$ANALYZERS/sbom/testdata/cdx.json" srv/bom.cdx.json
copy 1 "$ANALYZERS/sbom/testdata/postgresql.spdx.json" srv/postgresql.spdx.json
copy 1 "$ANALYZERS/sbom/testdata/invalid_spdx.json" srv/invalid.spdx.json
echo 'VERSION_ID="12"
ID=debian' | write 1 etc/os-release
echo 12.5 | write 1 etc/debian_version
