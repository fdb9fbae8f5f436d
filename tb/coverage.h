// SPDX-License-Identifier: Apache-2.0
//
// Functional coverage: what happened on the board in a run, counted in bins that are named before anything happens.
//
// A group is a cross of up to four axes, each a list of words; a bin is one word of each. Bins are called "group.word.word": int.pin_falls.read_data.ti.
// Coverage only listens: it looks at records, at symbols and at where the scoreboards' decoder stands, and has no way to change anything.
#ifndef TWINWIRE_COVERAGE_H
#define TWINWIRE_COVERAGE_H

#include <stdio.h>

#include "board.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { COVERAGE_AXES = 4, COVERAGE_BINS = 2048, COVERAGE_NAME = 96 };

struct coverage_group {
    const char *name, *what;
    const char *const *axis[COVERAGE_AXES]; // words, ended by NULL; an axis that is not there is NULL
};

extern const struct coverage_group coverage_groups[]; // ended by a NULL name

struct coverage_host { // the controller as the host knows it
    uint8_t ctr, cr;         // cr: the command under way, 0: none that we know of
    uint64_t cr_clk;         // when it was given
    uint16_t prer;
    bool al, al_unknown;     // as read last; a command was taken since that does not clear it
    bool irq;
    bool start_seen, byte_seen, interrupted; // since that command
    bool let_go;             // since then the controller released both lines ...
    uint8_t where;           // ... here
    uint8_t by;              // and this is what had just happened
};

struct coverage_bus {
    uint64_t scl_edge, sda_edge; // clk of the wires' last changes
    uint8_t edge_slot;       // where the decoder stood at SCL's last change
    bool own_low;            // the controller pulled SCL in the low phase under way
    bool stretched;
    uint64_t stretch_clk;
    uint8_t stretch_slot;
    uint8_t last_symbol;     // SYMBOL_..., or none
    uint64_t symbol_clk, stop_clk;
    bool stopped;
    // The transfer under way
    bool open, read, addressed;
    unsigned bytes, bits, nack; // nack: 0 none, else 1 + index of the first byte that was not acknowledged
};

struct coverage_target {
    bool fell_known;
    uint8_t fell_by;         // why its INT is low
    uint64_t pin_clk;        // its pins' last change ...
    bool pin_rose;           // ... was a rise
    uint64_t reset_clk;      // end of the last reset
};

struct coverage {
    const struct board *board;
    uint64_t filter_clks;    // longest way from a wire to a chip's reaction
    uint64_t count[COVERAGE_BINS];
    unsigned first[64];      // number of each group's first bin
    unsigned bins;
    struct record last;
    struct coverage_host host;
    struct coverage_bus bus;
    struct coverage_target target[RECORD_TARGETS];
};

// Everything is zero, and what happens on the board is counted from now on.
void coverage_listen(struct coverage *c, struct board *b, const struct config *config);

// The name of bin number `bin`, 0 .. c->bins - 1: "group.word.word".
void coverage_name(const struct coverage *c, unsigned bin, char *text, size_t size);

// coverage.json: {"groups": [{"name", "what", "bins": {"word.word": count, ...}}, ...], "holes": ["group.word.word", ...]}
bool coverage_write(const struct coverage *c, FILE *out);

#ifdef __cplusplus
}
#endif
#endif
