FROM python:3.12-slim AS base
ENV PYTHONUNBUFFERED=1 UV_VERSION=0.4.30 \
    PATH=/opt/venv/bin:$PATH
SHELL ["/bin/bash", "-o", "pipefail", "-c"]

FROM base AS build
COPY --from=ghcr.io/astral-sh/uv:0.4 /uv /uvx /bin/
RUN pip install --no-cache-dir -r requirements.txt "uv==${UV_VERSION}" 'requests[socks]>=2.31,<3' flask~=3.0 \
    && python3 -m pip install --upgrade pip wheel==0.43.0 \
    && uv pip install --system -p 3.12 gunicorn==22.0.0
RUN buildDeps='gcc libpq-dev' && set -ex; \
    apt-get update; apt-get install -t bookworm-backports -y $buildDeps "git=1:2.39.*"; \
    curl -fsSL https://install.example.com/tool-${UV_VERSION}.tar.gz?sig=1 -o /tmp/tool.tgz; \
    wget -qO- https://example.com/setup.sh | bash; \
    if [ -n "$EXTRA" ]; then pip install $EXTRA; fi

FROM base
COPY --from=build --link /opt/venv /opt/venv
WORKDIR /srv
COPY app.py .
CMD gunicorn app:app
