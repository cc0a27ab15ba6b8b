# Ubuntu 18.04 with what dpkg databases can hold that Trivy is tested with: broken
# paragraphs, checksums, third parties, packages without a version.
# shellcheck shell=bash
# txtar FILE LAYER: the files of a txtar archive.
txtar() {
  local line to=''
  while IFS= read -r line; do
    if [[ $line == '-- '*' --' ]]; then
      to=${line#-- }
      to=layers/$2/${to% --}
      mkdir -p "$(dirname "$to")"
      : >"$to"
    elif [ "$to" ]; then
      printf '%s\n' "$line" >>"$to"
    fi
  done <"$1"
}
txtar "$ANALYZERS/pkg/dpkg/testdata/valid.txtar" 1
copy 1 "$ANALYZERS/os/ubuntu/testdata/lsb-release" etc/lsb-release
for file in digest md5sums third-party only-apt corrupsed; do
  txtar "$ANALYZERS/pkg/dpkg/testdata/$file.txtar" "$file"
  mkdir -p layers/1/var/lib/dpkg/status.d layers/1/var/lib/dpkg/info
  [ ! -e "layers/$file/var/lib/dpkg/status" ] || mv "layers/$file/var/lib/dpkg/status" "layers/1/var/lib/dpkg/status.d/$file"
  [ ! -d "layers/$file/var/lib/dpkg/info" ] || cp -r "layers/$file/var/lib/dpkg/info/." layers/1/var/lib/dpkg/info/
  rm -r "layers/$file"
done
