# Python packages as Debian ships them, unknown to dpkg: egg-info folders, egg-info
# files and dist-info.
# needs: apt-get dpkg-deb
# shellcheck shell=bash
debs 1 python3-django python3-flask python3-requests python3-jinja2 python3-yaml python3-cryptography python3-urllib3 \
  python3-pip python3-setuptools python3-wheel python3-sqlalchemy python3-lxml python3-numpy python3-twisted python3-pil \
  python3-markdown python3-pygments python3-zope.interface python3-werkzeug python3-six
