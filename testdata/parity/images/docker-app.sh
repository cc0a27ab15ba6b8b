# An application as teams build them: `docker build` on Debian 12 with packages
# installed, upgraded and removed, Node and Go and Java and Python applications of
# their own layers, one of them cleaned up, one built in another stage.
# needs: root debootstrap docker npm go apt-get dpkg-deb
# shellcheck shell=bash
bootstrap bookworm
docker import "$DOWNLOADS/bookworm.tar" parity/base:bookworm

npm_install app web express@4.16.0 lodash@4.17.4 moment@2.19.0
go_tool app hey github.com/rakyll/hey@v0.1.4
debs java liblog4j1.2-java libcommons-collections3-java libjackson2-databind-java libjackson2-core-java
debs python python3-django python3-jinja2
mkdir context
mv layers/app layers/java layers/python context/
rm -r layers

cat >context/Dockerfile <<'F'
FROM parity/base:bookworm AS build
COPY app/hey /out/hey

FROM parity/base:bookworm
RUN apt-get update && apt-get install -y --no-install-recommends python3-yaml curl ruby-rack
COPY app/web /srv/web
COPY java/usr/share/ /opt/java/
COPY --from=build /out/hey /usr/local/bin/hey
COPY python/usr/lib/python3/dist-packages /opt/python
RUN apt-get purge -y ruby-rack && rm -rf /srv/web/node_modules/lodash
RUN mv /opt/java /opt/jars && cp /usr/local/bin/hey /usr/local/bin/load
RUN rm -rf /opt/python && apt-get clean && rm -rf /var/lib/apt/lists/* /usr/share/doc/curl
WORKDIR /srv/web
USER 1000
CMD ["hey"]
F
DOCKER_BUILDKIT=0 docker build --network host --tag parity/docker-app:latest context
docker save --output image.tar parity/docker-app:latest
docker rmi --force parity/docker-app:latest parity/base:bookworm
