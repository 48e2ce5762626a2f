# Thin: every target is a line or two that also work by hand. CMakePresets.json holds the build settings.
#
#   make demo       set up and build all but training (minutes), generate showers, compare them with Geant4's
#   make test       set up, build all, run the tests      make test-long   run those that take minutes
#   make asan       the same with AddressSanitizer and UBSan (the modules without libtorch)
#   make tsan       those that use threads, with ThreadSanitizer
#   make check      formatting and include directions     make format      repair the formatting
#   make build      set up, build all: with training      make install PREFIX=...

SHELL := bash
JOBS ?= $(shell nproc)
PREFIX ?= $(HOME)/.local

.DEFAULT_GOAL := build
# The steps follow each other also under make -j; JOBS says how many files compile at once.
.NOTPARALLEL:
.PHONY: build core demo test test-long asan tsan check format install setup setup-test

setup:
	@scripts/setup

setup-test:
	@scripts/setup --test

build: setup
	cmake --preset release
	cmake --build --preset release --parallel $(JOBS)

# Without libtorch and tests; what make build makes as well, made again in another folder.
core:
	@scripts/setup --core
	cmake --preset core
	cmake --build --preset core --parallel $(JOBS)

demo: core
	build/core/app/caloforge demo

test: setup-test build
	ctest --preset release --parallel $(JOBS) --label-exclude '^long$$'

test-long: setup-test build
	ctest --preset release --parallel $(JOBS) --label-regex '^long$$'

asan: setup-test
	cmake --preset asan
	cmake --build --preset asan --parallel $(JOBS)
	ctest --preset asan --parallel $(JOBS) --label-exclude '^long$$'

# Those that use threads. Without random addresses, which ThreadSanitizer of GCC 12 does not know on newer kernels.
tsan: setup-test
	cmake --preset tsan
	cmake --build --preset tsan --parallel $(JOBS) --target test_core test_data test_infer test_capi test_comm
	setarch -R ctest --preset tsan --parallel $(JOBS) --tests-regex '^(core|comm|data|infer|capi)\.'

check:
	scripts/check_format
	python3 scripts/check_includes_test.py
	python3 scripts/check_includes.py

format:
	scripts/check_format --fix

install: build
	cmake --install build/release --prefix "$(PREFIX)"
