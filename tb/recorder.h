// SPDX-License-Identifier: Apache-2.0
//
// The flight recorder: the last records before (and some after) the first failure, always on. It keeps changes, not clocks.
#ifndef TWINWIRE_RECORDER_H
#define TWINWIRE_RECORDER_H

#include <stdio.h>

#include "../cmodel/record.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { RECORDER_MAX = 65536 };

struct recorder {
    struct record *ring; // owned by the caller, `size` records
    uint64_t size;       // power of two
    uint64_t pushed;     // records ever pushed
    uint64_t freeze_at;  // stops taking records when `pushed` gets there (UINT64_MAX: never)
};

void recorder_init(struct recorder *r, struct record *ring, uint64_t size);

static inline void recorder_push(struct recorder *r, const struct record *record) {
    if (r->pushed < r->freeze_at)
        r->ring[r->pushed++ & (r->size - 1)] = *record;
}

// Something failed: half a ring more is taken, then the ring is left as it is.
void recorder_freeze(struct recorder *r);

// The oldest record kept is number recorder_first; the newest is number pushed - 1.
uint64_t recorder_first(const struct recorder *r);
const struct record *recorder_get(const struct recorder *r, uint64_t number);

// Writes what is kept as a VCD that any wave viewer opens. Time unit ps. Returns false on a write error.
bool recorder_dump(const struct recorder *r, const struct board_shape *shape, FILE *out);

#ifdef __cplusplus
}
#endif
#endif
