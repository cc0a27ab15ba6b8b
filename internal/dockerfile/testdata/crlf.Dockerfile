FROM alpine:3.19
RUN apk add \
    curl \
    git
RUN <<EOF
apk add jq
EOF
