// SPDX-License-Identifier: Apache-2.0
//
// One line on the terminal that says how far a long run is, drawn again and again:
//
//     34 %  12 s left  0 failures  343.7 ms simulated  2838 transfers  9.0 Mclk/s  random
//
// Nothing appears in the first half second. Whoever prints anything else calls progress_clear first. The wall time of the drawing comes
// from outside, and nothing goes back into the run.
#ifndef TWINWIRE_PROGRESS_H
#define TWINWIRE_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct run;

// All zero: there is no such line.
struct progress {
    bool on;
    int fd;                // a terminal
    volatile bool shown;
    double start_s, due_s; // wall time: of the first call, of the next drawing
};

struct progress_facts {
    double done;           // 0 .. 1: the part of the run that is done; negative: not known
    double wall_s;
    uint64_t failures, transfers, clks, clock_hz;
    const char *scenario;
};

// Switched on if `fd` is a terminal that can clear a line.
void progress_init(struct progress *p, int fd);

// To be called often: draws when it is time to. `now_s` is the wall time, counted from anywhere.
void progress_show(struct progress *p, const struct run *run, double now_s);

// Leaves the terminal as if nothing had been drawn. May be called by a signal handler.
void progress_clear(struct progress *p);

// What is drawn: as much of it as fits without reaching the last column, where some terminals wrap.
void progress_text(const struct progress_facts *facts, unsigned columns, char *text, size_t size);

// The part of the run that is done: scenarios and random transfers that have ended, of all, and of the scenario under way the part of its limit.
double progress_done(const struct run *run);

#ifdef __cplusplus
}
#endif
#endif
