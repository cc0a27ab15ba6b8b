# PHP packages: Composer's lists that Trivy is tested with, and what Debian ships.
# needs: apt-get dpkg-deb
# shellcheck shell=bash
copy 1 "$ANALYZERS/language/php/composer/testdata/composer-vendor" srv/composer-vendor
copy 1 "$TRIVY_SOURCE/integration/testdata/fixtures/repo/composer-vendor" app/vendor/composer
debs 2 composer phpunit
