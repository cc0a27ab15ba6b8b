# syntax=docker/dockerfile:1
FROM --platform=$BUILDPLATFORM golang:1.22.3-bookworm AS build
ARG TARGETOS TARGETARCH
ARG VERSION=dev
WORKDIR /src
RUN go install github.com/google/ko@v0.15.2 && \
    go install ./cmd/helper golang.org/x/tools/cmd/stringer@latest
RUN --mount=type=bind,source=go.mod,target=go.mod \
    --mount=type=bind,from=tools,source=/bin/lint,target=/bin/lint \
    --mount=type=cache,target=/go/pkg/mod \
    go mod download -x
COPY . .
RUN --mount=type=cache,target=/go/pkg/mod \
    --mount=type=bind,from=alpine:3.19,source=/etc/ssl,target=/ssl \
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -ldflags "-X main.version=$VERSION" -o /out/app ./cmd/app

FROM gcr.io/distroless/static-debian12:nonroot@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
COPY --from=0 --chmod=755 /out/app /app
ENTRYPOINT ["/app"]
