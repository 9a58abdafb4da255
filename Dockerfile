# syntax=docker/dockerfile:1

FROM rust:1.95-slim-bookworm AS build
WORKDIR /build
COPY . .
# The caches outlive a build; what is to be kept is copied out of them.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/build/target \
    cargo build --release --locked --package server --no-default-features \
    && cp target/release/server /server

# The C library and the certificates of well-known authorities; no shell, no package manager, not root.
FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /server /server
ENV ROCKET_ADDRESS=0.0.0.0 \
    ROCKET_PORT=8765
EXPOSE 8765
HEALTHCHECK --interval=5s --timeout=6s --start-period=60s --retries=3 CMD ["/server", "healthcheck"]
ENTRYPOINT ["/server"]
