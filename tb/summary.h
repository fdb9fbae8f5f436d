// SPDX-License-Identifier: Apache-2.0
//
// What a run says on the terminal besides the card of its first mismatch: a line for each scenario that does not pass, and at the end what
// passed, the table of scoreboards, speed and verdict. A run in which all is well fits a screen.
#ifndef TWINWIRE_SUMMARY_H
#define TWINWIRE_SUMMARY_H

#include <stdio.h>

#include "run.h"

#ifdef __cplusplus
extern "C" {
#endif

// Of the scenario that has just ended: its line, if it did not pass or if -v scenarios is on.
void summary_scenario(struct run *run);

// All the rest; of a quiet run only the verdict, and the scoreboards that are to blame for it without a mismatch.
void summary_print(const struct run *run, int code, FILE *out);

// Of a verdict: ", without the scoreboards ..., without the times ...", if any are off.
void summary_put_off(const struct run *run, FILE *out);

#ifdef __cplusplus
}
#endif
#endif
