# Every target is one thought; the logic is in Go or in .ci/.

VERSION ?= dev
IMAGE   ?= build/alpine-310.tar.gz

# One way of compiling for the binary and for the tests, so that the first of
# them to run fills the build cache for the other.
export CGO_ENABLED := 0
export GOFLAGS     := -trimpath

.PHONY: build demo test race lint fuzz parity bench bench-scale e2e image golden clean

# The empty go.mod keeps Go sources that tools unpack under build/ out of ./...
build: ## the static binary, build/imgscan
	@mkdir -p build && touch build/go.mod
	go build -ldflags '-s -w -X main.version=$(VERSION)' -o build/imgscan ./cmd/imgscan

# A real Alpine 3.10 image comes inside the Trivy module.
build/alpine-310.tar.gz:
	mkdir -p build
	cp "$$(go list -m -f '{{.Dir}}' github.com/aquasecurity/trivy)/pkg/fanal/test/testdata/alpine-310.tar.gz" $@
	chmod u+w $@

demo: build build/alpine-310.tar.gz ## scan a real image (IMAGE=... for your own) with a database built from testdata/advisories
	build/imgscan db build --osv testdata/advisories/osv --nvd testdata/advisories/nvd -o build/db
	@echo
	build/imgscan scan $(IMAGE) --db build/db && echo 'exit code 0' || echo "exit code $$?"

test: ## everything that needs no network, no Docker and no root
	go test ./...

race: ## the tests under the race detector, which takes a C compiler
	CGO_ENABLED=1 go test -race ./...

lint: ## formatting, vet, linters, workflow files
	.ci/lint

fuzz: ## each fuzzer for FUZZTIME
	.ci/fuzz $(or $(FUZZTIME),20s)

parity: build ## the same packages and findings as Trivy, image by image
	.ci/parity

bench: build build/alpine-310.tar.gz ## time, memory and size beside Trivy's, into docs/performance.md
	.ci/bench

bench-scale: build ## how the cost grows with layers, files, packages and the database
	.ci/bench scale

e2e: build ## real images, a real registry, a real daemon, the real container action
	.ci/e2e

image: build ## the container image of the action, from the binary just built
	docker build --target prebuilt -t imgscan:dev .

golden: ## rewrite the golden files, then read the diff
	go test ./internal/report ./cmd/imgscan -update

clean:
	rm -rf build
