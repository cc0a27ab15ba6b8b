FROM registry.access.redhat.com/ubi9/ubi-minimal:9.4
ARG CURL_VERSION
RUN microdnf install -y --setopt=install_weak_deps=0 --nodocs \
        curl-minimal-7.76.1-29.el9 java-17-openjdk-headless dotnet-sdk-8.0 openssl.x86_64 tzdata-java "wget-$CURL_VERSION" && \
    microdnf clean all
RUN ["yum", "-y", "install", "tar", "gzip"]
RUN rpm -Uvh https://dl.fedoraproject.org/pub/epel/epel-release-9-7.el9.noarch.rpm && rpm -qa && rpm --import /etc/key
RUN dnf module enable nodejs:20 -y && dnf --enablerepo crb install -y @development nodejs /tmp/x-1.0-1.x86_64.rpm
RUN gem install bundler -v 2.5.6 rake:13.0 && cargo install --locked ripgrep --version 14.1.0 && composer global require phpunit/phpunit:^10
