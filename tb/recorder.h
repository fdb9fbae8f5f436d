// SPDX-License-Identifier: Apache-2.0
//
// The flight recorder: the last records before (and some after) the first failure, always on. It keeps changes, not clocks.
// The ring itself may roll on after that, for pictures of later failures (sketch.h).
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
    struct record *kept; // NULL, or as many again: what was frozen, while the ring rolls on
    uint64_t size;       // power of two
    uint64_t pushed;     // records ever pushed
    uint64_t freeze_at;  // when `pushed` gets there, what is in the ring is what the dump shows (UINT64_MAX: never)
};

void recorder_init(struct recorder *r, struct record *ring, uint64_t size);
// `kept` (size records): the ring does not stop when it is frozen, it is copied there.
void recorder_roll_on(struct recorder *r, struct record *kept);

bool recorder_keep(struct recorder *r); // the ring froze: returns whether it may roll on

static inline void recorder_push(struct recorder *r, const struct record *record) {
    if (r->pushed != r->freeze_at || recorder_keep(r))
        r->ring[r->pushed++ & (r->size - 1)] = *record;
}

// Something failed: half a ring more is taken, then what is in the ring stays for the dump.
void recorder_freeze(struct recorder *r);

// The ring has no room for what comes now: it is frozen and does not roll on.
static inline bool recorder_stopped(const struct recorder *r) { return r->pushed == r->freeze_at && !r->kept; }

// The oldest record in the ring is number recorder_first; the newest is number pushed - 1.
uint64_t recorder_first(const struct recorder *r);
const struct record *recorder_get(const struct recorder *r, uint64_t number);

// Writes what was frozen (if nothing was: what is in the ring) as a VCD that any wave viewer opens. Time unit ps. Returns false on a write error.
bool recorder_dump(const struct recorder *r, const struct board_shape *shape, FILE *out);

#ifdef __cplusplus
}
#endif
#endif
