// SPDX-License-Identifier: Apache-2.0
//
// The console (`twinwire --shell`): a Tcl prompt on a live board. All commands of scenarios work, and those of shell_help.c: `help` prints them.
//
//   twinwire 0us> i2c write 0x20 0xA5
//   ack
//
// At a terminal it prompts, Ctrl-C comes back to the prompt, and it returns EXIT_PASS. Otherwise it carries out the lines of stdin without a
// prompt and returns EXIT_USER if a command was wrong, else EXIT_CHECK_FAILED if a scoreboard or an expectation failed, else EXIT_PASS; after
// `restore` too. EXIT_INTERRUPTED: ended by SIGTERM or the loss of the terminal, or not at a terminal by SIGINT.
//
// It writes no file but the waves that it is asked for. The limits of sim.cfg do not end it: limits.sim_ms only ends a command that waits for
// a transfer (or an event) which does not come.
#ifndef TWINWIRE_SHELL_H
#define TWINWIRE_SHELL_H

#include "run.h"

#ifdef __cplusplus
extern "C" {
#endif

// The board and the engine are ready, nothing has run, and run->results has room for one. Returns what the program shall return; because of
// `save` and `restore` perhaps in a copy of the process that called it.
int shell_run(struct run *run);

#ifdef __cplusplus
}
#endif
#endif
