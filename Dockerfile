# The action's image: one static binary and nothing else.
#
#   docker build .                      compiles the binary in the Go image below; with
#                                       BuildKit, which leaves out stages it does not need
#   docker build --target prebuilt .    takes build/imgscan as it is, and pulls nothing;
#                                       --build-arg PREBUILT=PATH takes another
#
# Both stand on the same stage, "base". There is no USER, because the runner mounts
# its files as root's, and no shell, because nothing may evaluate an input.

# golang:1.26.8-alpine, the index of all platforms. Keep it at the release that
# go.mod asks for or later: the image never fetches another toolchain.
ARG BUILDER=golang:1.26.8-alpine@sha256:8ac98ca534ac3f51e1f420a1dd2c15e74c75cfa0f23f3ad27eb5d7236c349a0c

FROM scratch AS base
LABEL org.opencontainers.image.title="imgscan" \
      org.opencontainers.image.description="Gate a container image in CI" \
      org.opencontainers.image.licenses="Apache-2.0"
# WORKDIR is the one instruction that makes a folder without a shell. /tmp is where
# a layer goes that has to be read twice; the runner brings its own HOME.
WORKDIR /tmp
WORKDIR /
ENTRYPOINT ["/imgscan"]

FROM base AS prebuilt
ARG PREBUILT=build/imgscan
COPY ${PREBUILT} /imgscan

FROM ${BUILDER} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY cmd cmd
COPY internal internal
ARG VERSION=dev
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /imgscan ./cmd/imgscan

FROM base
COPY --from=build /imgscan /imgscan
