// SPDX-License-Identifier: Apache-2.0
//
// Steps: what the random part does, one after the other. A step is a few acts that belong together (an odd start, a transfer, whatever
// disturbs it, the recovery that a driver would do, a pause) and leaves the bus free for the next one. Which step comes depends on the
// choices and the configuration alone, never on what the board does; so a step can be printed without having been done.
#ifndef TWINWIRE_STEPS_H
#define TWINWIRE_STEPS_H

#include "acts.h"
#include "choices.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { STEP_ACTS = 64 };

struct step {
    enum step_kind kind;
    unsigned acts;
    struct act act[STEP_ACTS];
};

// Picks one, by the weights of stimulus.random. Returns false if the choices are used up before it is whole; it is not to be done then.
bool step_pick(struct step *step, struct choices *choices, const struct config *c);

// Carries it out. Returns false if the scenario must end now (see run_over).
bool step_do(struct run *run, const struct step *step);

// Prints lines of Tcl that do exactly the same, an act a line. Without any of them the others still run.
void step_print(FILE *out, const struct config *c, const struct step *step);

const char *step_name(enum step_kind kind); // as in stimulus.random.weights

#ifdef __cplusplus
}
#endif
#endif
