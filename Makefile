# SPDX-License-Identifier: Apache-2.0
# Everything a person needs: make demo, make test. Both install the system packages they miss and say which.

SWIFT ?= swift
BIN = .build/debug/encoder-bridge
RELEASE_BIN = .build/release/encoder-bridge
# What a package holds: Swift's runtime linked in, so that it starts on a machine without Swift. In a folder of its own, because other
# flags would throw away what the other builds made.
PACKAGE_BUILD = --configuration release --product encoder-bridge --scratch-path .build-release --static-swift-stdlib -Xlinker --gc-sections
PACKAGE_BIN = .build-release/release/encoder-bridge

.PHONY: test-api fuzz help demo demos test test-vm test-faults test-access test-faults-broken test-address test-thread test-bare test-service deb apt-repo install sbom package-build build release lint format generate bench clean packages-build packages-test packages-bench packages-package

help:
	@echo "make demo      a key ordered in the PMS, cut on an encoder, reported back; and one that fails"
	@echo "make test      every test          make test-vm   those on a real kernel alone"
	@echo "make test-bare all of it on a bare Debian 12, as CI does"
	@echo "make test-faults  orders under kills, bad lines and a bad PMS, audited"
	@echo "make test-access  door codes under kills, a dying broker and bad locks, audited"
	@echo "make build     debug build          make release   release build"
	@echo "make deb       a Debian package  make install DESTDIR=...   make apt-repo KEY=... FOLDER=..."
	@echo "make test-api  the endpoint against its own specification: requests, and a generated client"
	@echo "make lint      format rules         make format    apply them"
	@echo "make fuzz      random bytes for every decoder, FUZZ_SECONDS=60 each"
	@echo "make generate  docs from the code   make bench     measurements beside their anchors"

packages-build:
	@packaging/install-packages build

packages-test:
	@packaging/install-packages build test

packages-bench:
	@packaging/install-packages build test bench

build: packages-build
	$(SWIFT) build

release: packages-build
	$(SWIFT) build -c release --product encoder-bridge

# FAMILY=pn532 shows another family of encoders; `encoder-bridge families` lists them.
# fias-facade and industry-standard-facade show a hotel system that calls the bridge as its lock server, access codes for doors.
FAMILY ?= industry-standard
demo: packages-build $(if $(filter pcsc access,$(FAMILY)),packages-test)
	@echo "Building (about 6 minutes the first time on 2 cores, seconds afterwards) ..."
	@$(SWIFT) build --product encoder-bridge
	@$(if $(filter access,$(FAMILY)),packaging/demo-access $(BIN),packaging/demo$(if $(filter %-facade,$(FAMILY)),-facade) $(BIN) $(FAMILY))

demos: packages-test
	$(SWIFT) build --product encoder-bridge
	for family in $$($(BIN) families); do echo "== $$family"; packaging/demo $(BIN) $$family || exit 1; done
	@packaging/demo-access $(BIN)
	@packaging/demo-facade $(BIN) fias-facade
	@packaging/demo-facade $(BIN) industry-standard-facade

# Many tests run programs of their own: more than a few at once only makes them wait for each other's CPU.
test: packages-test
	$(SWIFT) build --build-tests
	SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=4 $(SWIFT) test --skip-build
	Tests/VM/run
	Tests/VM/service/run

# A virtual machine with real USB plugs (Tests/VM/README.md). Says in capitals when it was left out, and why.
test-vm: packages-build
	$(SWIFT) build --product encoder-bridge
	Tests/VM/run

# Storms of faults over the daemon, and an auditor (Tests/Faults/README.md). The long form takes the arguments that its README names.
test-faults: packages-test
	$(SWIFT) build --product encoder-bridge
	Tests/Faults/run

# Door codes that follow reservations, under kills, a broker that dies and locks on bad days; audited. Two to four minutes.
test-access: packages-test
	$(SWIFT) build --product encoder-bridge
	Tests/Faults/run --access

# Daemons that are broken on purpose, a patch each: the lane must find every one of them. Takes most of an hour.
test-faults-broken: packages-test
	Tests/Faults/broken/run

# The tests and damaged bytes at every door, in a build that watches its memory or its threads. By hand: each is a full build of its own.
test-address: packages-test
	$(SWIFT) build --build-tests --sanitize=address --scratch-path .build-address
	$(SWIFT) test --skip-build --sanitize=address --scratch-path .build-address
	PROGRAM=.build-address/debug/encoder-bridge Tests/Faults/run --garbage

# Swift's own mutex is made known to the sanitizer first (Tests/Thread/mutex.c).
test-thread: packages-test
	$(SWIFT) build --build-tests --sanitize=thread --scratch-path .build-thread
	"$$(dirname "$$(realpath "$$(command -v $(SWIFT))")")/clang" -O1 -Wall -Werror -shared -fPIC -o .build-thread/mutex.so Tests/Thread/mutex.c
	LD_PRELOAD=$$PWD/.build-thread/mutex.so $(SWIFT) test --skip-build --sanitize=thread --scratch-path .build-thread
	PROGRAM=Tests/Thread/program Tests/Faults/run --garbage

# Requests made from /openapi.yaml and a client generated from it, against the running bridge (Tests/Api/README.md). Says in capitals when it was
# left out: its tools come from PyPI.
test-api: packages-test
	$(SWIFT) build --product encoder-bridge
	Tests/Api/run

# Everything that CI does, as it does it: on a bare Debian 12, so that a missing install step shows (Tests/Bare/README.md).
test-bare:
	.ci/run

# Seconds for each decoder; as many run at once as there are cores, and at least four.
FUZZ_SECONDS ?= 60
fuzz: packages-build
	$(SWIFT) build --product fuzz-decoders
	.build/debug/fuzz-decoders $(FUZZ_SECONDS)

# The package's life under systemd in a virtual machine: a package of the debug build, or DEB=FILE.
test-service: packages-build
	$(SWIFT) build --product encoder-bridge
	Tests/VM/service/run

packages-package:
	@packaging/install-packages build package

package-build: packages-package
	ENCODER_BRIDGE_VERSION=$$(packaging/version) ENCODER_BRIDGE_COMMIT=$$(packaging/version commit) $(SWIFT) build $(PACKAGE_BUILD)

# A Debian package in .build-deb; lintian's errors are ours.
deb: package-build sbom
	package=$$(packaging/deb $(PACKAGE_BIN)) && lintian --fail-on error $$package && ls -l $$package && echo "installed: $$(dpkg-deb -f $$package Installed-Size) KiB"

# For other distributions: make install DESTDIR=/tmp/stage PREFIX=/usr
install: package-build
	packaging/install $(PACKAGE_BIN)

# What is in the program, with versions and licences, as SPDX.
sbom: package-build
	mkdir -p .build-deb
	packaging/sbom Package.resolved .build-release/checkouts $(PACKAGE_BIN) >.build-deb/sbom.spdx.json

# make apt-repo KEY=you@example.org FOLDER=/srv/apt: a folder for a web server, signed with your key.
apt-repo: deb
	@[ -n "$(KEY)" ] && [ -n "$(FOLDER)" ] || { echo "say which key and where: make apt-repo KEY=you@example.org FOLDER=/srv/apt" >&2; exit 64; }
	packaging/apt-repository "$(FOLDER)" "$(KEY)" "$$(ls -t .build-deb/*.deb | head -n 1)"

# A daemon that is broken on purpose must stay so: its patch applies to the code as it is.
lint:
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests benchmarks
	for patch in Tests/Faults/broken/*.patch; do git apply --check $$patch || exit 1; done

format:
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests benchmarks

# Pages that are made from the code; a test holds the committed ones against it.
generate:
	ENCODER_BRIDGE_GENERATE=1 $(SWIFT) test --filter GeneratedFileTests

bench: packages-bench release
	benchmarks/run

clean:
	$(SWIFT) package clean
