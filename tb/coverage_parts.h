// SPDX-License-Identifier: Apache-2.0
//
// Private to coverage*.c: the groups by number, the words that code must know, and who fills which.
#ifndef TWINWIRE_COVERAGE_PARTS_H
#define TWINWIRE_COVERAGE_PARTS_H

#include "coverage.h"

// In the order of coverage_groups.
enum {
    COVER_SYMBOL, COVER_TRANSITION, COVER_POSITION, COVER_TRANSFER, COVER_NACK, COVER_ADDRESS, COVER_STRETCH, COVER_CLOCK_LOW, COVER_CLOCK_HIGH,
    COVER_GAP, COVER_SPIKE, COVER_FAULT,
    COVER_ACCESS, COVER_CR, COVER_CR_ACK, COVER_IACK, COVER_END, COVER_SR, COVER_CTR, COVER_DISABLE, COVER_PRESCALE, COVER_LOST, COVER_LOST_BY,
    COVER_INT, COVER_INT_LINE, COVER_PIN, COVER_LATCH, COVER_PORT, COVER_PIN_WHEN, COVER_BOARD,
    COVER_GROUPS
};

// Where on the bus the decoder stands.
enum { SLOT_IDLE, SLOT_START, SLOT_ADDRESS, SLOT_RW, SLOT_ADDRESS_ACK, SLOT_WRITE, SLOT_WRITE_ACK, SLOT_READ, SLOT_READ_ACK, SLOTS };
// Where in a command the controller stands when that is no bit slot.
enum { SLOT_RESTART = SLOTS, SLOT_STOP, SLOT_REFUSED };

// Counts one in the bin of these words, by number.
static inline void coverage_hit(struct coverage *c, unsigned group, const unsigned *at) {
    unsigned bin = 0;
    for (unsigned i = 0; i < COVERAGE_AXES && coverage_groups[group].axis[i]; i++) {
        unsigned words = 0;
        while (coverage_groups[group].axis[i][words])
            words++;
        bin = bin * words + at[i];
    }
    c->count[c->first[group] + bin]++;
}
#define COVER(c, group, ...) coverage_hit(c, group, (const unsigned[COVERAGE_AXES]){__VA_ARGS__})

static inline const struct decoder *coverage_decoder(const struct coverage *c) { return &c->board->scoreboards.decoder; }
unsigned coverage_slot(const struct decoder *d);
unsigned coverage_command_slot(const struct coverage *c); // SLOT_RESTART and SLOT_STOP too
static inline uint64_t coverage_p(const struct coverage *c) { return (uint64_t)c->host.prer + 1; }

void coverage_bus_record(struct coverage *c, const struct record *r);
void coverage_bus_symbol(struct coverage *c, const struct symbol *symbol);
void coverage_bus_cut(struct coverage *c);
void coverage_host_record(struct coverage *c, const struct record *r);
void coverage_host_symbol(struct coverage *c, const struct symbol *symbol);
void coverage_target_record(struct coverage *c, const struct record *r, unsigned t);
void coverage_board(struct coverage *c, const struct config *config);

#endif
