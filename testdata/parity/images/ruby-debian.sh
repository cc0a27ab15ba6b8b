# Ruby gems as Debian ships them, unknown to dpkg.
# needs: apt-get dpkg-deb
# shellcheck shell=bash
debs 1 ruby-rack ruby-rails ruby-actionpack ruby-activesupport ruby-nokogiri ruby-json ruby-sinatra puma \
  ruby-redcarpet ruby-devise ruby-loofah ruby-rest-client ruby3.1 libruby3.1 rake bundler ruby-bundler
copy 2 "$PARSERS/ruby/gemspec/testdata" usr/lib/ruby/gems/3.1.0/specifications
copy 2 "$ANALYZERS/language/ruby/gemspec/testdata" opt/gems/specifications
