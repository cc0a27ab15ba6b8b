ARG ALPINE_VERSION
ARG REGISTRY=docker.io/library
ARG TAG
FROM ${REGISTRY}/alpine:${ALPINE_VERSION:-3.19} AS base
ARG ALPINE_VERSION
ARG OPENSSL=3.1.4-r5
RUN apk add --no-cache --virtual .build-deps gcc "musl-dev>1" 'openssl~=3.1' libssl3=$OPENSSL curl@edge && \
    apk add -t .x -X https://example.com/repo bash; \
    yarn global add typescript@5 && pnpm add -g turbo
FROM unknown:${TAG} AS other
FROM base
RUN sh -c "apk add git" && sudo -E env A=1 apk add --root /x jq
