# SPDX-License-Identifier: Apache-2.0
#
# A thin front of CMake: `make help` lists what there is. CMakeLists.txt holds the build itself.
#
# A failing recipe makes `make` print "Error N", where N is the exit code of the program it ran, and return 2, as it
# does for any failure. A script that wants N itself calls build/twinwire.

BUILD ?= build
JOBS  ?= $(shell nproc)
ARGS  ?=
OUT   ?= out/sim
SEEDS ?= 20
DEPS  ?= on
ENGINE ?= verilator

ASAN := build-asan
FUZZ := build-fuzz
CMAKE := cmake -S . -G Ninja
PROGRAM_verilator := twinwire
PROGRAM_systemc := twinwire-systemc
PROGRAM := $(PROGRAM_$(ENGINE))
MUTANTS := $(BUILD)$(if $(DRAW),/draw-$(DRAW))
ifeq ($(PROGRAM),)
  $(error ENGINE is verilator or systemc, not "$(ENGINE)")
endif
CTEST := ctest --output-on-failure --no-tests=error -j $(JOBS)
export DEPS

.NOTPARALLEL:
.DEFAULT_GOAL := help
.PHONY: help sim regress atlas shell systemc-example test bench wave decode build deps clean sanitize lint check-layers fuzz fuzz-fault shrink formal coverage mutate blind

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' Makefile
	@echo 'Variables:'
	@awk -F ' *## ' '/^## / { print "  " $$2 }' Makefile

## BUILD=folder     where to build (build)
## CC=.. CXX=..     compilers, fixed when BUILD is first made: make test BUILD=build-clang CC=clang CXX=clang++
## DEPS=off         never install anything, only say what is missing
## ARGS="..."       options for the simulator: make sim ARGS="--set path=value"
## ENGINE=systemc   make sim under SystemC's sc_clock: slower, the same bits
## OUT=folder       the run that wave and decode look at (out/sim)
## WAVES=file       what to decode, if not the waves in OUT; make decode ARGS="--scenario NAME" decodes one scenario
## JOBS=n           parallel jobs (number of cores)
## TIME=s           seconds that make fuzz takes, make fuzz TIME=60 ARGS="--target board"; without it until Ctrl-C
## TCL=file         failing scenario of make shrink; make shrink ARGS="--seed 7 --random 500" shrinks the random part of a seed
## DRAW=n           other mutants for make mutate: 1, 2 and so on, each none of those before
## SEEDS=n          random tests of make regress and make coverage (20); make regress ARGS="--filter 'random/*' --fail-fast"

sim: build ## build, then run sim.cfg; "Error N" is the simulator's exit code
	@$(if $(filter systemc,$(ENGINE)),cmake --build $(BUILD) -j $(JOBS) --target $(PROGRAM))
	@$(BUILD)/$(PROGRAM) $(ARGS) sim.cfg

regress: build ## build, then each scenario by itself and SEEDS random tests, JOBS at a time
	@python3 tb/regress.py --program $(BUILD)/twinwire --seeds $(SEEDS) --jobs $(JOBS) sim.cfg $(ARGS)

atlas: build ## build, then hostile faults at every bit slot of three transfers, JOBS at a time: heat maps in out/atlas/report.html
	@$(BUILD)/twinwire --atlas all --jobs $(JOBS) $(ARGS) sim.cfg

shrink: build ## build, then cut a failing scenario, TCL=file, down to the few lines that still fail
	@python3 tb/shrink.py --program $(BUILD)/twinwire $(if $(TCL),"$(TCL)") sim.cfg $(ARGS)

systemc-example: deps $(BUILD)/build.ninja ## build, then run the example of a virtual platform: the board as an SC_MODULE
	@cmake --build $(BUILD) -j $(JOBS) --target systemc-example
	@$(BUILD)/systemc-example sim.cfg $(ARGS)

coverage: deps $(BUILD)/build.ninja ## what scenarios and SEEDS random tests reach: bins, lines and branches of rtl/, the testplan
	@cmake --build $(BUILD) -j $(JOBS) --target twinwire-coverage
	@python3 tb/coverage.py --program $(BUILD)/twinwire-coverage --seeds $(SEEDS) --jobs $(JOBS) sim.cfg $(ARGS)

shell: build ## a Tcl prompt on a live board: run, step, show, break, save ... (there: help)
	@sh tb/shell.sh $(BUILD)/twinwire $(ARGS) sim.cfg

test: build ## build, then run every test
	@$(CTEST) --test-dir $(BUILD)

bench: build ## measure speed: bare RTL, lockstep, lockstep with waves, C models alone
	@cmake --build $(BUILD) --target bench

wave: ## look at a run's waves in GTKWave: after a failure at the mismatch
	@for f in mismatch.vcd waves.vcd waves.fst; do \
	    if [ -e $(OUT)/$$f ]; then exec gtkwave $(OUT)/$$f $(OUT)/$${f%.*}.gtkw; fi; \
	done; echo "$(OUT) has no waveform: make sim ARGS=\"--waves all\"" >&2; exit 2

decode: ## print what was written and read in a run, decoded by sigrok from its waves
	@python3 tb/decode.py --bus $(or $(dir $(WAVES)),$(OUT)/)bus.vcd $(ARGS) $(or $(WAVES),$(OUT))

build: deps $(BUILD)/build.ninja ## build everything
	@cmake --build $(BUILD) -j $(JOBS)

deps: ## check what the system lacks, and install it where that is allowed (Debian 12)
	@sh tb/deps.sh

sanitize: deps $(ASAN)/build.ninja ## run units and scenarios under ASan and UBSan
	@cmake --build $(ASAN) -j $(JOBS)
	@$(CTEST) --test-dir $(ASAN) -L '^san$$'

fuzz: deps $(FUZZ)/build.ninja ## libFuzzer on sim.cfg, --set, scenarios, the console and the board, until Ctrl-C
	@cmake --build $(FUZZ) -j $(JOBS) --target twinwire-fuzz
	@python3 tb/fuzz/fuzz.py $(if $(TIME),--time $(TIME)) $(ARGS)

fuzz-fault: deps $(FUZZ)/build.ninja ## see the fuzzer find a seeded fault, and write the scenario that shows it
	@cmake --build $(FUZZ) -j $(JOBS) --target twinwire-fuzz-faulty twinwire-faulty
	@python3 tb/fuzz/fuzz_fault_test.py $(FUZZ) .

lint: deps ## Verilator's lint of every module in rtl/
	@for f in $(wildcard rtl/*.sv); do verilator --lint-only -Wall -y rtl $$f || exit 1; done

formal: deps ## prove the properties of tb/formal/ for rtl/, and see each fail: docs/formal.md; ARGS="--only target" takes one proof
	@python3 tb/formal/formal.py --jobs $(JOBS) $(ARGS) .

blind: build ## bugs put into the RTL by somebody who had not seen the tests: the random part finds each, and it is shrunk
	@python3 tb/blind/blind.py --jobs $(JOBS) $(ARGS) $(BUILD)/twinwire

mutate: build ## the kill rate: mutants of the RTL, the models and the scoreboards (docs/mutation.md); goes on where it was interrupted
	@$(if $(DRAW),$(CMAKE) -B $(MUTANTS) -DCMAKE_BUILD_TYPE=Release -DMUTANTS_DRAW=$(DRAW))
	@cmake --build $(MUTANTS) -j $(JOBS) --target twinwire-mutants twinwire-mutants-c twinwire-faulty
	@python3 tb/mutate/mutate.py --jobs $(JOBS) $(if $(DRAW),--draw $(DRAW) --out out/mutate-$(DRAW)) $(ARGS) $(MUTANTS)

check-layers: ## who may include whom, and other rules of the source tree
	@python3 tb/layers_test.py $(wildcard $(BUILD)/libtwinwire_cmodel.a)

clean: ## remove what was built and what runs left
	@for d in $(BUILD) $(ASAN) $(FUZZ); do if [ -e $$d/CMakeCache.txt ]; then rm -rf $$d; fi; done
	@rm -rf out

# Ninja runs CMake again by itself when CMakeLists.txt changes.
$(BUILD)/build.ninja: | deps
	@$(CMAKE) -B $(BUILD) -DCMAKE_BUILD_TYPE=Release

$(FUZZ)/build.ninja: | deps
	@command -v clang++ >/dev/null || { echo "make fuzz wants clang with libFuzzer: apt-get install clang libclang-rt-14-dev" >&2; exit 3; }
	@$(CMAKE) -B $(FUZZ) -DTWINWIRE_FUZZ=ON -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++

$(ASAN)/build.ninja: | deps
	@$(CMAKE) -B $(ASAN) -DTWINWIRE_SANITIZE=ON -DCMAKE_BUILD_TYPE=Debug \
	    -DCMAKE_C_FLAGS_DEBUG='-O1 -g' -DCMAKE_CXX_FLAGS_DEBUG='-O1 -g'
