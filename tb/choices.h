// SPDX-License-Identifier: Apache-2.0
//
// A source of choices: where random stimulus takes its numbers from. Either a generator of our own, so that a seed means the same
// stimulus everywhere and for good, or a buffer of bytes, each choice taking as many of them as it needs, so that a fuzzer that changes
// one byte changes one choice. When the bytes are used up, the source says so and every further choice is 0.
#ifndef TWINWIRE_CHOICES_H
#define TWINWIRE_CHOICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct prng { // splitmix64
    uint64_t state;
};

// The stream depends on seed and name alone. Of one name, each seed has another stream.
void prng_init(struct prng *p, uint64_t seed, const char *name);
uint64_t prng_next(struct prng *p);
uint32_t prng_below(struct prng *p, uint32_t n); // 0 .. n-1, n >= 1

struct choices {
    struct prng prng;
    const uint8_t *bytes; // NULL: the generator
    size_t left;
    bool used_up;         // a choice wanted more bytes than there were
};

void choices_of_seed(struct choices *c, uint64_t seed, const char *name);
void choices_of_bytes(struct choices *c, const uint8_t *bytes, size_t size); // they must live as long as the source

uint32_t choices_below(struct choices *c, uint32_t n); // 0 .. n-1, n >= 1
// low .. high
static inline uint32_t choices_between(struct choices *c, uint32_t low, uint32_t high) { return low + choices_below(c, high - low + 1); }
static inline bool choices_percent(struct choices *c, unsigned percent) { return choices_below(c, 100) < percent; }

#ifdef __cplusplus
}
#endif
#endif
