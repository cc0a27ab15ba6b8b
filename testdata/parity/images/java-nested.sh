# A Spring Boot archive and a web archive with real libraries inside.
# needs: apt-get dpkg-deb jar
# shellcheck shell=bash
debs debs libjackson2-core-java libjackson2-databind-java libspring-core-java libcommons-io-java liblog4j1.2-java libcommons-collections3-java
mkdir -p boot/BOOT-INF/lib war/WEB-INF/lib layers/1/app
find layers/debs/usr/share/java -name '*.jar' -type f -exec cp -t boot/BOOT-INF/lib {} +
printf 'Implementation-Title: demo\nImplementation-Version: 1.2.3\nImplementation-Vendor-Id: com.example\n' >manifest
jar --create --no-compress --date=2020-01-01T00:00:00Z --manifest manifest --file layers/1/app/demo.jar -C boot .
cp boot/BOOT-INF/lib/*commons* war/WEB-INF/lib/
cp layers/1/app/demo.jar war/WEB-INF/lib/
jar --create --date=2020-01-01T00:00:00Z --file layers/1/app/demo.war -C war .
cp boot/BOOT-INF/lib/commons-io*.jar layers/1/app/renamed.jar
rm -r layers/debs
