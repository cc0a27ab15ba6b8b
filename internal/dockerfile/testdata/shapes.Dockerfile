from debian:12.1 as Debian
from debian as two
FROM "debian:12.1" AS quoted
FROM debian\
:12.1 AS split
FROM scratch
COPY --from=scratch / /
ENV A=1
ENV A=2 B=$A C="${A}x$D"
ARG X Y=$B
RUN ["echo", "$A"]
RUN \
  # a comment
  echo $A
LABEL a=$X b='$A' c="it's $A"
USER ${A:+root}
WORKDIR $NOPE
WORKDIR sub/../x
COPY $A a.txt dir
CMD echo $A
HEALTHCHECK NONE
