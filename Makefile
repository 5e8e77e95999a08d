SHELL := /bin/sh
.DEFAULT_GOAL := help

checked := --explicit-target-dependency-import-check error
release := -c release --static-swift-stdlib -Xlinker --gc-sections -Xlinker -s
debug_binary := .build/debug/gatehouse
release_binary := .build/release/gatehouse

.PHONY: help
help: ## Tells what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: setup
setup: ## Installs what is missing to build and run (apt)
	@scripts/setup build

.PHONY: build
build: setup ## Builds the program for use
	@swift build $(release) $(checked) --product gatehouse

.PHONY: debug
debug: setup ## Builds the program for development, with its tests
	@swift build --build-tests $(checked)

.PHONY: run
run: build ## Starts a demo on 127.0.0.1:8080: a Friday at ten in New York
	@scripts/setup run
	@exec scripts/demo $(release_binary)

.PHONY: test
test: ## Installs what is missing and runs every test
	@scripts/setup build test
	@scripts/test

.PHONY: soak
soak: ## Runs the long forms of the fault tests
	@scripts/setup build test bench
	@$(MAKE) --no-print-directory build
	@scripts/soak $(release_binary)

.PHONY: bench
bench: ## Measures against nginx and a bare libmicrohttpd program
	@scripts/setup build test bench
	@$(MAKE) --no-print-directory build
	@scripts/bench $(release_binary)

.PHONY: sanitize
sanitize: setup ## Runs the tests under ThreadSanitizer and AddressSanitizer
	@scripts/setup build test
	@scripts/sanitize

.PHONY: lint
lint: ## Checks how the code is written
	@swift format lint --strict --parallel --recursive Package.swift Sources Tests

.PHONY: format
format: ## Writes the code as it should be written
	@swift format --in-place --parallel --recursive Package.swift Sources Tests

.PHONY: schema
schema: debug ## Writes migrations/schema.sql, the sum of the migrations
	@scripts/schema > migrations/schema.sql.new && mv migrations/schema.sql.new migrations/schema.sql

.PHONY: clean
clean: ## Removes what was built
	@rm -rf .build .venv bench/out
