// SPDX-License-Identifier: Apache-2.0
//
// Sketches: what the wires did around each first mismatch, some SCL periods before and after, kept for the card and report.html.
//
// A mismatch opens a sketch: what the recorder's ring holds of the time before is copied at once, what comes after is added until the time is
// over or the scenario ends. There is one sketch a scenario and scoreboard, from a fixed pool: nothing is allocated while the clock turns.
#ifndef TWINWIRE_SKETCH_H
#define TWINWIRE_SKETCH_H

#include "board.h"
#include "transactions.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    SKETCHES = 64,
    SKETCH_BEFORE = 8, // SCL periods of the configured speed before the mismatch
    SKETCH_AFTER = 4,
    SKETCH_CHANGES = 192,
    SKETCH_SYMBOLS = 64,
    SKETCH_TRANSFERS = 4
};

// Levels from sample clk up to the next change.
struct sketch_change {
    uint64_t clk;
    bool scl, sda, int_n;
    uint8_t expected, seen; // of the pin that failed
};

// Where in a record a pin's level or byte stands.
struct sketch_source {
    enum { SOURCE_NONE, SOURCE_SCL, SOURCE_SDA, SOURCE_INT, SOURCE_OUTPUT, SOURCE_ALL_OUTPUTS, SOURCE_PINS, SOURCE_ALL_AT_PINS } from;
    unsigned socket, twin, shift, bits;
};

// The pin that failed.
struct sketch_pin {
    struct sketch_source seen, expected;
    uint8_t bits; // 1: a level, 8: a byte, 0: no pin of the board (what a scenario computed, ...)
    bool paired;  // `seen` is what the mismatch saw, and `expected` is valid; if not, `seen` is only what is on the pin
    bool told;    // `expected` is one fact, told at the mismatch; if not, it is another signal, known at every clock
};

struct sketch {
    unsigned scenario;      // which scenario of the run, and which scoreboard of it
    int board;
    struct sketch_pin pin;
    uint64_t clk;           // the mismatch
    uint64_t from, to;      // first sample known, first not known; from > clk: the ring has lost the mismatch
    uint64_t period;        // clks of an SCL period
    bool has_int;           // INT moved, or is what failed
    bool full;              // more changes than there is room for: `to` is early
    uint64_t scl_since;     // SCL has not moved since this sample ...
    bool scl_stuck;         // ... which is before all that is drawn
    unsigned changes, symbols, transfers;
    struct sketch_change change[SKETCH_CHANGES];
    struct symbol symbol[SKETCH_SYMBOLS];
    struct transfer transfer[SKETCH_TRANSFERS]; // oldest first; the last one began before the mismatch
};

struct sketches {
    const struct board *board;
    const struct transactions *transactions;
    uint64_t period;
    unsigned scenario;
    uint64_t scenario_clk;                 // its start
    unsigned started;                      // bit a scoreboard: has its sketch in this scenario
    unsigned count, complete;              // sketches; how many of them are complete
    uint64_t open_until;                   // 0: all are complete
    uint64_t symbols;                      // heard so far
    struct symbol recent[SKETCH_SYMBOLS];  // number n is in n % SKETCH_SYMBOLS
    struct sketch sketch[SKETCHES];
};

// From now on, first mismatches on the board are sketched. `period`: clks of an SCL period. The board's recorder rolls on (recorder_roll_on),
// or mismatches after the first window of half a ring stay without a picture.
void sketches_listen(struct sketches *s, struct board *b, const struct transactions *t, uint64_t period);

// Scenario number `scenario` starts here; its first mismatches are to come.
void sketches_scenario(struct sketches *s, unsigned scenario);

// Opens the sketch of a scoreboard's first mismatch (SCOREBOARDS: the scenario's own expectation) unless there is one, or no room.
void sketches_add(struct sketches *s, int board, const struct mismatch *m);

// The scenario ends: what is open is complete as it is.
void sketches_close(struct sketches *s);

// NULL: there was no room for one.
const struct sketch *sketches_find(const struct sketches *s, unsigned scenario, int board);

// "S", "Sr", "P", "0", "1", "A", "N".
const char *symbol_word(const struct symbol *symbol);

// Escape sequences of the terminal, or empty texts.
struct paint {
    const char *bad, *good, *strong, *dim, *off;
};

// Draws in plain ASCII, at most 78 columns wide: five columns are an SCL period, the mismatch is where the 41st begins.
//   ___/   a rise     ---\   a fall     |   more than one change     =a5==X=5a   bytes     (blank)   not known
void sketch_print(const struct sketch *s, const struct mismatch *m, uint64_t clock_hz, const struct paint *paint, FILE *out);

// The same as an SVG element, with classes for the style of report.html. `id`: unique in the document.
void sketch_svg(const struct sketch *s, const struct mismatch *m, uint64_t clock_hz, unsigned id, FILE *out);

#ifdef __cplusplus
}
#endif
#endif
