// SPDX-License-Identifier: Apache-2.0
#include "choices.h"

static const uint64_t golden = UINT64_C(0x9e3779b97f4a7c15);

static uint64_t mix(uint64_t z) {
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

// Both are mixed before they meet, so that no change of the name does what a change of the seed does.
void prng_init(struct prng *p, uint64_t seed, const char *name) {
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (; *name; name++)
        hash = (hash ^ (uint8_t)*name) * UINT64_C(0x100000001b3); // FNV-1a
    p->state = mix(mix(seed + golden) ^ mix(~hash));
}

uint64_t prng_next(struct prng *p) { return mix(p->state += golden); }

uint32_t prng_below(struct prng *p, uint32_t n) { return (uint32_t)((prng_next(p) >> 32) * n >> 32); }

void choices_of_seed(struct choices *c, uint64_t seed, const char *name) {
    *c = (struct choices){.bytes = NULL};
    prng_init(&c->prng, seed, name);
}

void choices_of_bytes(struct choices *c, const uint8_t *bytes, size_t size) {
    static const uint8_t none;
    *c = (struct choices){.bytes = bytes ? bytes : &none, .left = size};
}

uint32_t choices_below(struct choices *c, uint32_t n) {
    if (!c->bytes)
        return prng_below(&c->prng, n);
    uint32_t value = 0;
    for (uint32_t most = n - 1; most; most >>= 8) {
        c->used_up = c->used_up || c->left == 0;
        if (c->used_up)
            return 0;
        value = value << 8 | *c->bytes++;
        c->left--;
    }
    return value % n;
}
