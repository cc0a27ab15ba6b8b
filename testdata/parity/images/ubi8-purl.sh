# UBI 8 whose content manifest names its repositories as package URLs.
# shellcheck shell=bash
rpmdb 1 ubi8-s390x
echo 'Red Hat Enterprise Linux release 8.5 (Ootpa)' | write 1 etc/redhat-release
copy 1 "$ANALYZERS/buildinfo/testdata/content_manifests/sbom-purl.json" root/buildinfo/content_manifests/sbom-purl.json
