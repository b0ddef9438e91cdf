# The front door. `make` alone lists the commands.
#
# Variables: SWIFT and SWIFTC (the package manager's driver and the compiler), PREFIX (where `make install` puts the
# tool), YES=1 (install Debian packages without asking), JOBS (checks that `make test` runs at a time), DEMO_FLAGS and
# BENCH_FLAGS (passed on), VENV (Python environment of `make bench-peers`), MACHINE (a name for its logs).

SHELL := /bin/bash -o pipefail
.DEFAULT_GOAL := help
# One target at a time, except among the checks of `make test`, which has seen to the packages: a check that waited for
# them would start after the others.
ifndef SIDE_BY_SIDE
.NOTPARALLEL:
needs := packages
endif

SWIFT ?= swift
SWIFTC ?= $(SWIFT)c
# The C compiler that comes with Swift.
CLANG ?= $(dir $(realpath $(shell command -v $(SWIFTC))))clang
PREFIX ?= /usr/local
JOBS ?= 2
VENV ?= $(HOME)/.cache/fermetric-peers
DEMO_FLAGS ?=
BENCH_FLAGS ?=

# One scratch folder for each set of traits and flags, so that no build undoes another.
tool := -c release --traits default,Tool --scratch-path .build-tool
strict := -Xswiftc -warnings-as-errors
# SwiftPM 6.3 stops at -Werror for C when a package is fetched; the builds that fetch none cover the C sources.
strict_c := $(strict) -Xcc -Werror -Xcxx -Werror
testing := -c release -Xswiftc -enable-testing $(strict)
test_all := $(testing) --traits default,Tool --scratch-path .build-test
test_none := $(testing) --disable-default-traits --scratch-path .build-none
test_blas := -c release $(strict) --traits OpenBLAS,Tool --scratch-path .build-blas
debug := $(strict_c) --scratch-path .build-debug
examples := -c release $(strict) --package-path Examples --scratch-path .build-examples
bench := -c release --package-path Benchmarks --scratch-path .build-bench

swift_sources := Package.swift Sources Tests Examples Benchmarks Scripts
# The longest first. A release build keeps little more than one core busy; each has its own scratch folder.
checks := test-all examples test-none test-blas client test-debug
# What a check prints stays together, where make can do that.
together := $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)
say = @printf '\n==> %s\n' $(1)

.PHONY: help
help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# --- Use it

.PHONY: demo
demo: packages ## Build the tool, train small networks on drawn faces with seven losses, print the table
	$(call say,'Building the tool')
	$(SWIFT) build $(tool) --product fer
	$(call say,'Running the demo')
	.build-tool/release/fer demo $(DEMO_FLAGS)

.PHONY: tool
tool: packages ## Build the tool: .build-tool/release/fer
	$(SWIFT) build $(tool) --product fer

.PHONY: install
install: bin := $(DESTDIR)$(patsubst ~/%,$(HOME)/%,$(PREFIX))/bin# quotes keep the shell from resolving ~
install: tool ## Install the tool as PREFIX/bin/fer
	install -d '$(bin)'
	install -m 755 .build-tool/release/fer '$(bin)/fer'

.PHONY: packages
packages: ## Show the missing Debian packages and install them
	@YES='$(YES)' SWIFT='$(SWIFT)' Scripts/packages.sh

# --- Check it

.PHONY: test
test: packages lint docs-check ## Run every check below
	$(call say,'Builds and tests: $(JOBS) at a time; each prints when it has ended')
	@+$(MAKE) --no-print-directory --jobs=$(JOBS) $(together) SIDE_BY_SIDE=1 $(checks)
	$(call say,'All checks passed')

.PHONY: lint
lint: ## Check the format of all Swift sources
	$(call say,'Format')
	$(SWIFT) format lint --strict --parallel --recursive $(swift_sources)

.PHONY: test-debug
test-debug: $(needs) ## Build the libraries in debug, and check the loops of processors that have no choice among them
	$(call say,'Debug build of the libraries')
	$(SWIFT) build $(debug)
	$(CLANG) -DFER_CHOOSES=0 -Wall -Wextra -Werror -fsyntax-only Sources/CFERKernels/*.c

.PHONY: test-all
test-all: $(needs) ## Run all tests with every backend, in release
	$(call say,'All tests with every backend')
	$(SWIFT) build --build-tests $(test_all)
	$(SWIFT) test --skip-build $(test_all)

.PHONY: test-none
test-none: ## Run the tests without any system library
	$(call say,'Tests without any system library')
	$(SWIFT) build --build-tests $(test_none)
	Scripts/links-none.sh .build-none/release/FERMetricPackageTests.xctest
	$(SWIFT) test --skip-build $(test_none)

.PHONY: test-blas
test-blas: $(needs) ## Train a ResNet-50 for a few steps with OpenBLAS alone
	$(call say,'ResNet-50 with OpenBLAS alone')
	$(SWIFT) build $(test_blas) --product fer
	Scripts/train-briefly.sh .build-blas/release/fer

.PHONY: examples
examples: $(needs) ## Build and run the example programs
	$(call say,'Examples')
	$(SWIFT) build $(examples)
	Scripts/links-none.sh .build-examples/release/losses
	.build-examples/release/losses
	.build-examples/release/own-trainer
	.build-examples/release/occluded-student
	.build-examples/release/embed

.PHONY: client
client: ## Build a client of the losses, by path and by version; it must fetch and link nothing else
	$(call say,'A client of the losses')
	SWIFT='$(SWIFT)' Scripts/check-client.sh

# --- Write it

.PHONY: format
format: ## Format all Swift sources
	$(SWIFT) format --in-place --parallel --recursive $(swift_sources)

.build-docs/documents: Scripts/Documents/*.swift
	@mkdir -p $(@D)
	@$(SWIFTC) -O -swift-version 6 -warnings-as-errors -o $@ $^

.PHONY: docs
docs: .build-docs/documents ## Rewrite tables and snippets in the documents, and build the reference
	.build-docs/documents write *.md Docs
	@$(MAKE) --no-print-directory reference

.PHONY: reference
reference: packages ## Build the reference from documentation comments: .build-docs/FERMetric.doccarchive
	$(call say,'Reference')
	SWIFT='$(SWIFT)' Scripts/reference.sh .build-docs

.PHONY: docs-check
docs-check: .build-docs/documents ## Fail when documents and their sources differ
	$(call say,'Documents')
	.build-docs/documents check *.md Docs

# --- Measure it

.PHONY: bench
bench: packages ## Run the speed benchmarks, and compare the kernels with the machine's peaks
	$(call say,'Suites')
	$(SWIFT) package $(bench) --disable-sandbox benchmark $(BENCH_FLAGS)
	@$(if $(BENCH_FLAGS),,$(MAKE) --no-print-directory roofline)

.PHONY: roofline
roofline: packages ## Compare the kernels with the machine's peaks
	$(call say,'Fractions of the peaks')
	$(SWIFT) build $(bench) --product roofline
	.build-bench/release/roofline

.PHONY: bench-peers
bench-peers: tool .build-docs/documents ## Measure next to PyTorch and others (installed into VENV) and write the run logs
	$(SWIFT) build $(bench) --product peer-probe
	VENV='$(VENV)' Benchmarks/Peers/run.sh .build-bench/release/peer-probe .build-tool/release/fer $(BENCH_FLAGS)

.PHONY: clean
clean: ## Remove everything that was built
	rm -rf .build .build-*
