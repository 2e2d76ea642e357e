# The image: stage one bundles the program, stage two holds the bundle, the example org and nothing that built them.
# Another base (a mirror, a later Node): docker build --build-arg BASE=...
ARG BASE=node:24-bookworm-slim

FROM ${BASE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
# The secrets are for networks with a package registry or a certificate authority of their own, and stay out of the image:
# docker build --secret id=npmrc,src=<an npmrc> --secret id=ca,src=<a PEM file, with cafile=/run/secrets/ca in the npmrc>
RUN --mount=type=secret,id=npmrc \
    --mount=type=secret,id=ca \
    NPM_CONFIG_USERCONFIG=/run/secrets/npmrc npm ci --ignore-scripts --no-audit --no-fund
COPY build.mjs tsconfig.json LICENSE ./
COPY src src
COPY examples/resource-app examples/resource-app
COPY fixtures fixtures
RUN npm run build && mkdir .compile-cache && chown node:node .compile-cache
# One start and stop of the program as it will run, same user and same path, leaves V8's compiled code behind, which makes
# every later start quicker; it also keeps a program that does not start from becoming an image.
USER node
RUN export NODE_COMPILE_CACHE=/app/.compile-cache XAA_STORE=memory: XAA_PORT=18080; \
    node dist/main.js & program=$!; \
    until node dist/main.js health; do kill -0 $program || exit 1; sleep 0.2; done; \
    kill -TERM $program && wait $program && chmod -R a+rX .compile-cache

FROM ${BASE}
LABEL org.opencontainers.image.title="mock-okta-xaa" \
      org.opencontainers.image.description="A mock Okta org for Cross App Access (XAA). For testing only." \
      org.opencontainers.image.licenses="MIT"
WORKDIR /app
COPY package.json LICENSE ./
COPY --from=build --chown=root:root /app/dist dist
COPY --from=build --chown=root:root /app/fixtures fixtures
COPY --from=build --chown=root:root /app/.compile-cache .compile-cache
# A new volume takes over the owner of the folder it is mounted on.
RUN install -d -o node -g node /data
ENV XAA_HOST=0.0.0.0 \
    XAA_PORT=8080 \
    XAA_STORE=file:/data/store.json \
    NODE_COMPILE_CACHE=/app/.compile-cache
USER node
VOLUME /data
EXPOSE 8080
# The first check comes one interval after the start, and pipelines wait for it: so a short one.
HEALTHCHECK --interval=5s --timeout=4s CMD ["node", "/app/dist/main.js", "health"]
ENTRYPOINT ["node", "/app/dist/main.js"]
