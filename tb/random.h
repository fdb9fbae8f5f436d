// SPDX-License-Identifier: Apache-2.0
//
// The random scenario: seeded transfers with pin events and stretches, weighted by stimulus.random of sim.cfg.
#ifndef TWINWIRE_RANDOM_H
#define TWINWIRE_RANDOM_H

#include "run.h"

// Own generator (splitmix64), so that a seed means the same stimulus everywhere and for good.
struct prng {
    uint64_t state;
};

void prng_init(struct prng *p, uint64_t seed, const char *name); // each name has a stream of its own
uint64_t prng_next(struct prng *p);
uint32_t prng_below(struct prng *p, uint32_t n); // 0 .. n-1, n >= 1

void random_run(struct run *run);

#endif
