FROM ruby:3.3 AS builder
ONBUILD ARG BUNDLE_WITHOUT=development
ONBUILD COPY Gemfile* /app/
ONBUILD RUN cd /app && bundle install && gem install rails -v 7.1.0
ONBUILD COPY --from=assets:1 /public /app/public
WORKDIR /app

FROM builder AS app
RUN echo done
CMD ["ruby", "app.rb"]
