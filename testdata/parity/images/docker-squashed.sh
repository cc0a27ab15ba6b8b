# A container of several stages and languages that was exported and imported again:
# one layer, as some teams publish them.
# needs: root debootstrap docker npm
# shellcheck shell=bash
bootstrap trixie
docker import "$DOWNLOADS/trixie.tar" parity/base:trixie
npm_install app web react-scripts@4.0.3
mkdir context
mv layers/app context/
rm -r layers
cat >context/Dockerfile <<'F'
FROM parity/base:trixie
COPY app/web /srv/web
RUN apt-get update && apt-get install -y --no-install-recommends python3-requests python3-lxml && rm -rf /srv/web/node_modules/webpack
F
DOCKER_BUILDKIT=0 docker build --network host --tag parity/stages:latest context
container=$(docker create parity/stages:latest true)
docker export "$container" | docker import - parity/docker-squashed:latest
docker save --output image.tar parity/docker-squashed:latest
docker rm "$container"
docker rmi --force parity/docker-squashed:latest parity/stages:latest parity/base:trixie
