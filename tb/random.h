// SPDX-License-Identifier: Apache-2.0
//
// The random part: seeded steps (steps.h), weighted by stimulus.random of sim.cfg.
#ifndef TWINWIRE_RANDOM_H
#define TWINWIRE_RANDOM_H

#include "steps.h"

#ifdef __cplusplus
extern "C" {
#endif

void random_run(struct run *run);

// The same as a scenario: what random_run of this configuration does, a line an act.
void random_print(FILE *out, const struct config *c);

#ifdef __cplusplus
}
#endif
#endif
