// SPDX-License-Identifier: Apache-2.0
//
// Directed scenarios: Tcl files, run on the live board. `twinwire --help-scenario` prints the commands; they are listed in scenario.c.
#ifndef TWINWIRE_SCENARIO_H
#define TWINWIRE_SCENARIO_H

#include "run.h"

#ifdef __cplusplus
extern "C" {
#endif

// Path of the file for a scenario name (or a path ending in .tcl). Returns false if there is no such file; `nearest` is then the name of
// the scenario most like it, or empty.
bool scenario_find(const struct run *run, const char *name, char *path, unsigned size, char *nearest, unsigned nearest_size);

// Prints the names of all scenarios, sorted, then those that sim.cfg names by a path, each with the first comment line of its file, wrapped to
// `columns` (0: one line each). If a sim.cfg was read, those that it does not run say so.
void scenario_list(const struct run *run, FILE *out, unsigned columns);

// Runs one into run->now: result and message. The board is powered up and the controller set up.
void scenario_run(struct run *run, const char *name);

// What the stimulus may break of UM10204 table 10: nothing when a scenario starts, then what it declares (`violates`), and what the random part
// does is faults on purpose: any.
enum { TIMING_ANY = (1 << TIMING_RULES) - 1 };
void scenario_timing_start(struct run *run);
void scenario_timing_allow(struct run *run, unsigned rules);
void scenario_timing_end(struct run *run); // what was declared must have happened

void scenario_help(FILE *out);

// To be called from a signal handler: ends a script that does not turn the clock.
void scenario_interrupt(void);

#ifdef __cplusplus
}
#endif
#endif
