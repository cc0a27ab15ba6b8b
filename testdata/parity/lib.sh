# Functions for the recipes in images/. A recipe is run by bash in an empty
# folder, after this file, with
#   TRIVY_SOURCE, RPMDB_SOURCE  the folders of the modules that real files come from
#   DOWNLOADS                   a folder for what is fetched, kept from run to run
# and leaves layers/1, layers/2 … or image.tar.
# shellcheck shell=bash

# Where Trivy's own test files are.
export ANALYZERS=$TRIVY_SOURCE/pkg/fanal/analyzer
export PARSERS=$TRIVY_SOURCE/pkg/dependency/parser

# module_image FILE: the image is an archive as it is.
module_image() {
  if [[ $1 == *.gz ]]; then gzip -dc "$1" >image.tar; else cp "$1" image.tar; fi
}

# copy LAYER FROM TO: a file or folder into a layer, modes kept.
copy() {
  local to=layers/$1/$3
  mkdir -p "$(dirname "$to")"
  cp -rP --preserve=mode,links "$2" "$to"
  chmod -R u+w "$to"
}

# write LAYER TO: standard input as a file of a layer.
write() {
  local to=layers/$1/$2
  mkdir -p "$(dirname "$to")"
  cat >"$to"
}

# whiteout LAYER PATH: PATH is not there from this layer on.
whiteout() {
  write "$1" "$(dirname "$2")/.wh.$(basename "$2")" </dev/null
}

# opaque LAYER FOLDER: nothing of FOLDER in lower layers is there from this layer on.
opaque() {
  write "$1" "$2/.wh..wh..opq" </dev/null
}

# rpmdb LAYER NAME: the database NAME of go-rpmdb, real ones of real images.
rpmdb() {
  local from=$RPMDB_SOURCE/pkg/testdata/$2 file
  for file in "$from"/*; do copy "$1" "$file" "var/lib/rpm/$(basename "$file")"; done
}

# os_release LAYER ID VERSION NAME: a minimal release file.
os_release() {
  printf 'NAME="%s"\nID="%s"\nVERSION_ID="%s"\nPRETTY_NAME="%s %s"\n' "$4" "$2" "$3" "$4" "$3" | write "$1" etc/os-release
}

# debs LAYER PACKAGE…: what Debian's packages contain, unknown to dpkg. The
# machine's own release of Debian is used.
debs() {
  local layer=$1 folder=$DOWNLOADS/debs package file
  shift
  mkdir -p "$folder" "layers/$layer"
  for package; do
    if ! compgen -G "$folder/${package}_*.deb" >/dev/null; then (cd "$folder" && apt-get download "$package"); fi
    for file in "$folder/${package}_"*.deb; do dpkg-deb -x "$file" "layers/$layer"; done
  done
}

# bootstrap SUITE [MIRROR]: a minimal system as $DOWNLOADS/SUITE.tar, of Debian when
# no mirror is given.
bootstrap() {
  mkdir -p "$DOWNLOADS"
  if [ ! -e "$DOWNLOADS/$1.tar" ]; then
    debootstrap --variant=minbase "$1" root ${2:+"$2"}
    tar -C root --exclude=./dev/* --exclude=./var/cache/apt/archives/*.deb -cf "$DOWNLOADS/$1.tar.new" .
    rm -rf root
    mv "$DOWNLOADS/$1.tar.new" "$DOWNLOADS/$1.tar"
  fi
}

# unpack SUITE FOLDER: what bootstrap made.
unpack() {
  mkdir -p "$2"
  tar -C "$2" -xf "$DOWNLOADS/$1.tar"
}

# difference OLD NEW LAYER: what makes NEW of OLD, as a layer.
difference() {
  local gone last=//
  mkdir -p "layers/$3"
  rsync -a --checksum --compare-dest="$(realpath "$1")/" "$2/" "layers/$3/"
  find "layers/$3" -mindepth 1 -type d -empty -delete
  while read -r gone; do
    # What is in a folder that is gone goes with it.
    if [[ $gone != "$last"/* ]]; then
      last=$gone
      whiteout "$3" "${gone#./}"
    fi
  done < <(LC_ALL=C comm -23 <(cd "$1" && find . | LC_ALL=C sort) <(cd "$2" && find . | LC_ALL=C sort))
}

# go_tool LAYER TO PACKAGE@VERSION [FLAG…]: a Go program at an exact version.
go_tool() {
  local layer=$1 to=$2 package=$3
  shift 3
  GOFLAGS='' GOBIN=$PWD/bin CGO_ENABLED=0 go install "$@" "$package"
  mkdir -p "layers/$layer/$(dirname "$to")"
  mv bin/* "layers/$layer/$to"
}

# npm_install LAYER FOLDER PACKAGE@VERSION…: with what they depend on, as the
# registry resolves it on the day.
npm_install() {
  local layer=$1 folder=$2
  shift 2
  mkdir -p "layers/$layer/$folder"
  npm install --prefix "layers/$layer/$folder" --ignore-scripts --no-audit --no-fund --cache "$DOWNLOADS/npm" "$@"
}
