// SPDX-License-Identifier: Apache-2.0
//
// -v PART: a log for people, on stdout while the run goes on. Each line begins with the simulated time of what it tells, in us:
//
//   scenarios       132.040 us  pass    power_up_levels      0.132 ms     437702 checks      a scenario has ended
//   bus             187.360 us  W 0x20 A  a5 A  5a N  P      a transfer has ended: A = ACK, N = NACK, P = STOP, Sr = repeated START
//   host            134.520 us  write CR 0x91 (STA WR IACK)  an access to the controller's registers was acknowledged
//   pins            165.820 us  u1 port 0xa5                 a target's port latch, the outside of its pins, or its interrupt output changed
//   scoreboards     165.840 us  gpio begins to fail: ...     ... and "is right again"
//   timing          at the end, a table of the times measured on SCL and SDA
//
// Registers and their bits: registers.h. An event is told when it is certain, up to a spike's width late.
#ifndef TWINWIRE_VERBOSE_H
#define TWINWIRE_VERBOSE_H

#include "progress.h"
#include "transactions.h"

#ifdef __cplusplus
extern "C" {
#endif

enum verbose_part { VERBOSE_SCENARIOS, VERBOSE_BUS, VERBOSE_HOST, VERBOSE_PINS, VERBOSE_SCOREBOARDS, VERBOSE_TIMING, VERBOSE_PARTS };

// All zero: no log.
struct verbose {
    unsigned parts; // bit a part
    FILE *out;
    const struct board *board;
    struct progress *progress; // cleared before each line
    struct record last;
    unsigned failing; // bit a scoreboard, as last told
};

// The names of all parts, in their order.
extern const char *const verbose_names[VERBOSE_PARTS];

// From now on, what happens on the board and which transfers end is told on `out`.
void verbose_listen(struct verbose *v, unsigned parts, FILE *out, struct board *b, struct transactions *t, struct progress *p);

static inline bool verbose_has(const struct verbose *v, enum verbose_part part) { return v->parts >> part & 1; }

// Begins a line of the log: "     132.040 us  ".
void verbose_stamp(const struct verbose *v, uint64_t clk);

// A scenario begins: the heading of what the other parts tell of it.
void verbose_scenario(const struct verbose *v, const char *name);

// "write CR 0x91 (STA WR IACK)"
void verbose_access(char *text, size_t size, bool write, unsigned adr, uint8_t dat);

#ifdef __cplusplus
}
#endif
#endif
