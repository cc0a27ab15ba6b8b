# syntax=docker/dockerfile:1.7
ARG NODE_VERSION=20
ARG VARIANT=-slim

FROM --platform=$BUILDPLATFORM node:${NODE_VERSION} AS deps
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm \
    npm ci

FROM deps AS build
ARG API_URL=https://api.example.com
ENV NEXT_PUBLIC_API=$API_URL NODE_ENV=production
COPY . .
RUN npm run build

FROM node:${NODE_VERSION%.*}${VARIANT} AS runtime
ENV NODE_ENV=production \
    PORT=3000
WORKDIR /app
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      # for health checks
      curl=7.88.1-10+deb12u5 \
      dumb-init \

      tini \
 && rm -rf /var/lib/apt/lists/* \
 && npm install -g pm2@5.3.0 @nestjs/cli
COPY --from=build --chown=node:node /app/.next ./.next
COPY --from=DEPS /app/node_modules ./node_modules/
COPY --link --from=ghcr.io/acme/certs:2 /certs/ca.crt /usr/local/share/ca-certificates/
USER node
EXPOSE $PORT 9229/udp 8000-8002
HEALTHCHECK --interval=30s --retries=3 CMD curl -f http://localhost:$PORT/ || exit 1
LABEL org.opencontainers.image.title="my app" maintainer=team@example.com
VOLUME ["/data", "/logs"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["dumb-init", "--"]
CMD ["node", "server.js"]
