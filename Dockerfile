# A window in a container: docker build --tag single-window . && docker run --publish 127.0.0.1:8642:8642 single-window
# (the first start prints a key)
# What it does stands in deploy/image/, where a test runs it without a container engine. See docs/ci.md.
FROM python:3.11-slim AS built
COPY . /source
RUN /source/deploy/image/install.sh /source /opt/single-window

FROM python:3.11-slim
RUN useradd --system --uid 10001 --no-create-home window && install --directory --owner window --mode 0700 /data
COPY --from=built /opt/single-window /opt/single-window
COPY deploy/image/healthy.sh /opt/single-window/bin/healthy
ENV PATH=/opt/single-window/bin:$PATH PYTHONUNBUFFERED=1 SINGLE_WINDOW_DATA=/data SINGLE_WINDOW_HOST=0.0.0.0 \
    SINGLE_WINDOW_PORT=8642 SINGLE_WINDOW_ALLOWED_HOSTS=localhost,127.0.0.1,single-window
USER 10001
VOLUME /data
EXPOSE 8642
HEALTHCHECK --interval=5s --timeout=5s --start-period=30s --retries=3 CMD ["healthy"]
ENTRYPOINT ["single-window"]
CMD ["run", "--first-key"]
