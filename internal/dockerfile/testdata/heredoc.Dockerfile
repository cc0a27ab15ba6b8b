FROM debian:12 AS one
RUN <<EOT
FROM fake:1
apt-get update
apt-get install -y \
  curl \
  git
EOT
RUN <<-"END" bash -e
	apt-get install -y jq
	FROM fake:2
END
RUN bash -ex <<'A'
set -o pipefail
apt-get install -y vim
A
RUN <<PY
#!/usr/bin/env python3
print("apt-get install -y nano")
PY
RUN <<SH
#!/bin/bash
apt-get install -y htop
SH
COPY <<one.txt <<two.txt /etc/files/
FROM x
one.txt
y
two.txt
COPY <<-INI /etc/app.ini
	key=$HOME
INI
FROM one
RUN cat <<E > /x && apt-get install -y less
apt-get install -y more
E
