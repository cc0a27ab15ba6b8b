package owner

import (
	"slices"
	"strings"

	"github.com/org/imgscan-action/internal/finding"
)

// official is the owner of an image that is a Docker Official Image, going by
// its name; else the kind alone.
//
// Docker prints those images without a namespace, and so it does an image that
// was only ever built on this machine. So the name must be a well-known one,
// unless the registry has just answered for it: on Docker Hub nobody else can have
// such a name.
func official(kind finding.OwnerKind, ref string, tag finding.TagState) finding.Owner {
	short, _, _ := strings.Cut(ref, "@")
	name := finding.WithoutTag(short)
	answered := tag == finding.TagCurrent || tag == finding.TagMoved
	if name == "" || strings.Contains(name, "/") || !answered && !slices.Contains(wellKnown(), name) {
		return finding.Owner{Kind: kind}
	}
	return finding.Owner{Kind: kind, Names: []string{"Docker Official Image " + clean(name)}, Because: "the name " + name}
}

// wellKnown lists the Docker Official Images that others are built on. It need
// not be complete: see official.
func wellKnown() []string {
	return []string{
		"almalinux", "alpine", "amazoncorretto", "amazonlinux", "archlinux", "bash",
		"buildpack-deps", "busybox", "caddy", "cassandra", "centos", "clojure",
		"composer", "couchdb", "dart", "debian", "docker", "drupal",
		"eclipse-mosquitto", "eclipse-temurin", "elasticsearch", "elixir", "erlang", //nolint:misspell // Mosquitto is the name
		"fedora", "flink", "fluentd", "gcc", "ghost", "golang", "gradle", "groovy",
		"haproxy", "haskell", "httpd", "ibm-semeru-runtimes", "influxdb", "jetty",
		"joomla", "jruby", "julia", "kibana", "kong", "logstash", "mariadb", "maven",
		"memcached", "mongo", "mysql", "nats", "neo4j", "nextcloud", "nginx", "node",
		"odoo", "open-liberty", "openjdk", "oraclelinux", "perl", "photon", "php",
		"postgres", "pypy", "python", "r-base", "rabbitmq", "redis", "redmine",
		"registry", "rockylinux", "ros", "ruby", "rust", "sapmachine", "solr",
		"sonarqube", "spark", "swift", "telegraf", "tomcat", "tomee", "traefik",
		"ubuntu", "valkey", "varnish", "wordpress", "zookeeper",
	}
}
