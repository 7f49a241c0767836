# The same steps as the scripts: what they install and build, without what only tests need.

FROM debian:bookworm-slim AS build
SHELL ["/bin/bash", "-c"]
WORKDIR /mediap
# What changes rarely first, so that an edit of the sources does not install the tools again.
COPY script script
COPY rust-toolchain.toml Cargo.lock ./
COPY style/package.json style/package-lock.json style/.npmrc style/
RUN script/setup
COPY . .
RUN . script/lib && cargo xtask build && cp -r "$CARGO_TARGET_DIR/release/mediap" "$CARGO_TARGET_DIR/site" /opt/

FROM debian:bookworm-slim
RUN useradd --system --home-dir /data --shell /usr/sbin/nologin mediap && install -d -o mediap -g mediap /data
COPY --from=build /opt /opt/mediap
USER mediap
WORKDIR /data
VOLUME /data
ENV MEDIAP_DATA_DIR=/data \
    MEDIAP_LISTEN=0.0.0.0:3000 \
    MEDIAP_LOG_FORMAT=json
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=4s --start-period=20s CMD ["/opt/mediap/mediap", "check", "--health"]
ENTRYPOINT ["/opt/mediap/mediap"]
CMD ["serve"]
