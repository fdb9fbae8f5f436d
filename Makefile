# SPDX-License-Identifier: Apache-2.0
#
# A thin front of CMake: `make help` lists what there is. CMakeLists.txt holds the build itself.
#
# A failing recipe makes `make` print "Error N", where N is the exit code of the program it ran, and return 2, as it
# does for any failure. A script that wants N itself calls build/twinwire.

BUILD ?= build
JOBS  ?= $(shell nproc)
ARGS  ?=
DEPS  ?= on

ASAN := build-asan
CMAKE := cmake -S . -G Ninja
CTEST := ctest --output-on-failure --no-tests=error -j $(JOBS)
export DEPS

.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help sim shell test bench wave build deps clean sanitize lint check-layers

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile
	@echo 'Variables:'
	@awk -F ' *## ' '/^## / { print "  " $$2 }' Makefile

## BUILD=folder     where to build (build)
## CC=.. CXX=..     compilers, fixed when BUILD is first made: make test BUILD=build-clang CC=clang CXX=clang++
## DEPS=off         never install anything, only say what is missing
## ARGS="..."       options for the simulator: make sim ARGS="--set path=value"
## JOBS=n           parallel jobs (number of cores)

sim: build ## build, then run sim.cfg; "Error N" is the simulator's exit code
	@$(BUILD)/twinwire $(ARGS) sim.cfg

shell: build ## a Tcl prompt on a live board: run, step, show, break, save ... (there: help)
	@sh tb/shell.sh $(BUILD)/twinwire $(ARGS) sim.cfg

test: build ## build, then run every test
	@$(CTEST) --test-dir $(BUILD)

bench: build ## measure speed: bare RTL, lockstep, lockstep with waves, C models alone
	@cmake --build $(BUILD) --target bench

wave: ## look at the waves of the last `make sim`
	@gtkwave out/sim/waves.vcd $(wildcard out/sim/waves.gtkw)

build: deps $(BUILD)/build.ninja ## build everything
	@cmake --build $(BUILD) -j $(JOBS)

deps: ## check what the system lacks, and install it where that is allowed (Debian 12)
	@sh tb/deps.sh

sanitize: deps $(ASAN)/build.ninja ## run units and scenarios under ASan and UBSan
	@cmake --build $(ASAN) -j $(JOBS)
	@$(CTEST) --test-dir $(ASAN) -L '^san$$'

lint: deps ## Verilator's lint of every module in rtl/
	@for f in $(wildcard rtl/*.sv); do verilator --lint-only -Wall -y rtl $$f || exit 1; done

check-layers: ## who may include whom, and other rules of the source tree
	@python3 tb/layers_test.py $(wildcard $(BUILD)/libtwinwire_cmodel.a)

clean: ## remove what was built and what runs left
	@for d in $(BUILD) $(ASAN); do if [ -e $$d/CMakeCache.txt ]; then rm -rf $$d; fi; done
	@rm -rf out

# Ninja runs CMake again by itself when CMakeLists.txt changes.
$(BUILD)/build.ninja: | deps
	@$(CMAKE) -B $(BUILD) -DCMAKE_BUILD_TYPE=Release

$(ASAN)/build.ninja: | deps
	@$(CMAKE) -B $(ASAN) -DTWINWIRE_SANITIZE=ON -DCMAKE_BUILD_TYPE=Debug \
	    -DCMAKE_C_FLAGS_DEBUG='-O1 -g' -DCMAKE_CXX_FLAGS_DEBUG='-O1 -g'
