# The worker: one process, no root, nothing written outside /tmp.
FROM python:3.11-slim

WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY schemas ./schemas
COPY streams ./streams
RUN PIP_CONSTRAINT=constraints.txt pip install --no-cache-dir . && rm -rf /src

# A container is reached from outside itself; everywhere else the default is loopback.
ENV CX_HTTP_HOST=0.0.0.0 \
    CX_LOG_FORMAT=json \
    PYTHONUNBUFFERED=1
WORKDIR /tmp
USER 10001:10001
EXPOSE 9102
ENTRYPOINT ["cxstreams"]
CMD ["worker"]
