# Java archives as Debian ships them, unknown to dpkg.
# needs: apt-get dpkg-deb
# shellcheck shell=bash
debs 1 libcommons-collections3-java libcommons-fileupload-java libcommons-io-java libcommons-compress-java liblog4j1.2-java \
  liblog4j2-java libjackson2-core-java libjackson2-databind-java libjackson2-annotations-java libspring-core-java \
  libspring-web-java libspring-beans-java libtomcat9-java libjetty9-java libnetty-java libguava-java libyaml-snake-java \
  libxstream-java libhttpclient-java libmaven3-core-java libbcprov-java libpostgresql-jdbc-java ant jruby groovy
