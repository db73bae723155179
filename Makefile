# SPDX-License-Identifier: Apache-2.0
# Everything a person needs: make demo, make test. Both install the system packages they miss and say which.

SWIFT ?= swift
BIN = .build/debug/encoder-bridge
RELEASE_BIN = .build/release/encoder-bridge

.PHONY: fuzz help demo demos test test-vm test-faults test-bare build release lint format generate bench clean packages-build packages-test packages-bench

help:
	@echo "make demo      a key ordered in the PMS, cut on an encoder, reported back; and one that fails"
	@echo "make test      every test          make test-vm   those on a real kernel alone"
	@echo "make test-bare all of it on a bare Debian 12, as CI does"
	@echo "make test-faults  orders under kills, bad lines and a bad PMS, audited"
	@echo "make build     debug build          make release   release build"
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

# FAMILY=pn532 shows another family of encoders: industry-standard, generic-stx-etx, msr, pn532, aabb, pcsc.
FAMILY ?= industry-standard
demo: packages-build $(if $(filter pcsc,$(FAMILY)),packages-test)
	@echo "Building (about 6 minutes the first time on 2 cores, seconds afterwards) ..."
	@$(SWIFT) build --product encoder-bridge
	@$(if $(filter access,$(FAMILY)),packaging/demo-access $(BIN),packaging/demo $(BIN) $(FAMILY))

FAMILIES = industry-standard generic-stx-etx msr pn532 aabb pcsc
demos: packages-test
	$(SWIFT) build --product encoder-bridge
	for family in $(FAMILIES); do echo "== $$family"; packaging/demo $(BIN) $$family || exit 1; done
	@packaging/demo-access $(BIN)

# Many tests run programs of their own: more than a few at once only makes them wait for each other's CPU.
test: packages-test
	$(SWIFT) build --build-tests
	SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=4 $(SWIFT) test --skip-build
	Tests/VM/run

# A virtual machine with real USB plugs (Tests/VM/README.md). Says in capitals when it was left out, and why.
test-vm: packages-build
	$(SWIFT) build --product encoder-bridge
	Tests/VM/run

# Storms of faults over the daemon, and an auditor (Tests/Faults/README.md). The long form takes the arguments that its README names.
test-faults: packages-test
	$(SWIFT) build --product encoder-bridge
	Tests/Faults/run

# Everything that CI does, as it does it: on a bare Debian 12, so that a missing install step shows (Tests/Bare/README.md).
test-bare:
	.ci/run

# Seconds for each decoder; as many run at once as there are cores, and at least four.
FUZZ_SECONDS ?= 60
fuzz: packages-build
	$(SWIFT) build --product fuzz-decoders
	.build/debug/fuzz-decoders $(FUZZ_SECONDS)

lint:
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests benchmarks

format:
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests benchmarks

# Pages that are made from the code; a test holds the committed ones against it.
generate:
	ENCODER_BRIDGE_GENERATE=1 $(SWIFT) test --filter GeneratedFileTests

bench: packages-bench release
	benchmarks/run

clean:
	$(SWIFT) package clean
