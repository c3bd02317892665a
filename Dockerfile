# Crossfeed in a container. Built and checked statically by test/container.test.ts; docs/network.md says how to run it.
FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build

# What runs, and nothing that built it.
FROM node:24-bookworm-slim AS modules
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    CROSSFEED_HOME=/data \
    CROSSFEED_HOST=0.0.0.0 \
    CROSSFEED_PORT=4141 \
    CROSSFEED_LAN=1 \
    CROSSFEED_NO_BROWSER=1 \
    MALLOC_ARENA_MAX=2
WORKDIR /app
COPY --from=modules /app ./
COPY --from=build /build/dist ./dist
COPY --from=build /build/schema ./schema
RUN mkdir /data && chown node:node /data && chmod 700 /data
USER node
VOLUME /data
EXPOSE 4141
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.CROSSFEED_PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/cli/main.js"]
CMD ["start"]
