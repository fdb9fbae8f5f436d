// SPDX-License-Identifier: Apache-2.0
//
// What is fuzzed. A target is given any bytes, does with them what the program would do with such input, and ends the process by
// fuzz_finding (or a sanitizer does) if the program did what it must never do. Nothing is left of one input when the next one comes, and
// no input can touch a file, start a process or wait for anything.
//
//   config     a sim.cfg, then (after a NUL byte) part.cfg, which it may @include     fuzz_config.c
//   set        sim.cfg with --set overrides, a NUL byte between them                  fuzz_config.c
//   scenario   a scenario's Tcl, on a board of C models                               fuzz_scenario.c
//   shell      lines of the console, on the same board                                fuzz_shell.c
//   board      choices of the random stimulus, on the board with Verilated RTL        wrappers/fuzz_board.cpp
//
// State files are no target, because there are none: checkpoints, save and restore are forks of the process.
// The program around them is wrappers/fuzz_main.cpp; fuzz.py is what a person calls.
#ifndef TWINWIRE_FUZZ_H
#define TWINWIRE_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "../run.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fuzz_target {
    const char *name;
    void (*init)(void);
    void (*one)(const uint8_t *bytes, size_t size);
};

extern const struct fuzz_target fuzz_config, fuzz_set, fuzz_scenario, fuzz_shell;

// Ends the process with this message and SIGABRT, which libFuzzer takes for a finding.
#if defined(__GNUC__)
__attribute__((noreturn, format(printf, 1, 2)))
#endif
void fuzz_finding(const char *format, ...);

// sim.cfg of the source tree with these overrides; a mistake in it ends the process.
void fuzz_load(struct config *c, const char *const *sets, unsigned count);

// ---- a run whose clock ends (fuzz_run.c) -------------------------------------------------------------------------------

// Puts the board of `c` into *run, as a console would have it: no files, no limits of its own, nothing has run. There is one at a time.
void fuzz_run_init(struct run *run, const struct config *c);
// The configuration of a board of C models alone.
void fuzz_run_models(struct config *c);
// Gives *run an engine: the clock stops for good, as if limits.wall_s were over, at clk `end`.
void fuzz_run_engine(struct run *run, struct engine engine, uint64_t end);

// ---- Tcl that can do no harm (fuzz_tcl.c) ------------------------------------------------------------------------------

// Takes away every command but those of scenarios, `also`, and what of Tcl's own computes and decides. From here on the script has a
// limited number of commands, and of seconds.
struct Tcl_Interp;
void fuzz_tcl_confine(struct Tcl_Interp *tcl, const char *const *also, unsigned count);
// The script has used up its seconds: how it ended depends on the machine.
bool fuzz_tcl_late(void);
// False: this text could keep Tcl's own arithmetic busy for hours.
bool fuzz_tcl_allows(const uint8_t *bytes, size_t size);

#ifdef __cplusplus
}
#endif
#endif
