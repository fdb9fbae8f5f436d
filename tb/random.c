// SPDX-License-Identifier: Apache-2.0
#include "random.h"

#include <inttypes.h>

static const char stream[] = "random"; // of the seed; changing it changes every random run

void random_run(struct run *run) {
    struct choices choices;
    struct step step;
    choices_of_seed(&choices, run->config.seed, stream);
    for (unsigned i = 0; i < run->config.random.transfers; i++) {
        run_limit(run);
        step_pick(&step, &choices, &run->config);
        if (!step_do(run, &step))
            break;
        run->random_done++;
    }
}

void random_print(FILE *out, const struct config *c) {
    struct choices choices;
    struct step step;
    choices_of_seed(&choices, c->seed, stream);
    fprintf(out, "# The random part, %u steps of seed %" PRIu64 ", as a scenario.\nviolates any\n", c->random.transfers, c->seed);
    for (unsigned i = 0; i < c->random.transfers; i++) {
        step_pick(&step, &choices, c);
        fprintf(out, "# step %u: %s\n", i + 1, step_name(step.kind));
        step_print(out, c, &step);
    }
}
