// SPDX-License-Identifier: Apache-2.0
//
// Private to steps_*.c: what picking a step is made of.
#ifndef TWINWIRE_STEPS_PICK_H
#define TWINWIRE_STEPS_PICK_H

#include "../cmodel/i2c_controller.h"
#include "steps.h"

struct picker {
    struct step *step;
    struct choices *choices;
    const struct config *c;
    uint64_t p;          // prescale + 1: clks, a fifth of an SCL period
    unsigned filter;     // of all chips the deepest, clks
    bool slots;          // an event waits for a slot that may never come
};

static inline uint32_t pick_below(struct picker *k, uint64_t n) { return choices_below(k->choices, n ? (uint32_t)n : 1); }
static inline uint32_t pick_between(struct picker *k, uint32_t low, uint32_t high) { return choices_between(k->choices, low, high); }
static inline bool pick_percent(struct picker *k, unsigned percent) { return choices_percent(k->choices, percent); }

struct act *pick_act(struct picker *k, enum act_kind kind); // the next act of the step, all else 0, no expectation
void pick_run(struct picker *k, uint64_t clks);             // no act if 0
void pick_host(struct picker *k, uint8_t reg, uint8_t dat);
void pick_recovery(struct picker *k); // what a driver does that knows nothing: EN off, set-up, bus clear

// Addresses
uint8_t pick_target(struct picker *k);   // of somebody on the board, if there is anybody
uint8_t pick_absent(struct picker *k);   // nobody's, and not reserved
uint8_t pick_reserved(struct picker *k); // UM10204 table 4

// Transfers
void pick_write(struct picker *k, struct request *t, uint8_t addr, unsigned count);
void pick_read(struct picker *k, struct request *t, uint8_t addr, unsigned count);
unsigned pick_count(struct picker *k); // 1 .. bytes_max
void pick_any_transfer(struct picker *k, struct request *t); // a write, a read or both, to a target
uint64_t request_clks(const struct picker *k, const struct request *t); // if nobody stretches it
unsigned request_slots(const struct request *t); // SCL falls of its longest part, the one before its repeated START or STOP too
int request_status(const struct picker *k, const struct request *t); // what it ends in if nothing disturbs it
void pick_i2c(struct picker *k, const struct request *t, bool undisturbed); // carried out; expects that status if undisturbed

// Disturbances, before the transfer that they are meant for
void pick_disturbances(struct picker *k, const struct request *t); // pins, stretches, glitches by their percentages
void pick_pins(struct picker *k, unsigned slots, uint64_t clks);    // 0 slots: somewhere in the clks to come
void pick_glitch(struct picker *k, unsigned slots, uint64_t clks);
// Somebody pulls a line or forces it high: begins within so many clks, for as short as a filter or as long as a few bits.
void pick_foreign(struct picker *k, uint64_t clks);
void pick_stretch(struct picker *k, unsigned slots);
// A phase, in clks after SCL's fall, at which somebody may let go of the lines without making a pulse that some of the chips see and
// others do not: not right after the fall, nor right after the rise, nor right before the next fall.
uint64_t pick_phase(struct picker *k);
void pick_settle(struct picker *k); // forgets what has not happened

#endif
