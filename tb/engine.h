// SPDX-License-Identifier: Apache-2.0
//
// What turns the clock. An engine calls board_edge once a clock edge, and returns when board.clk reaches `until` or board.stop is set.
// The Verilator engine is in wrappers/verilator_engine.cpp; model_engine below needs no RTL and leaps over clocks at which nothing is due.
#ifndef TWINWIRE_ENGINE_H
#define TWINWIRE_ENGINE_H

#include "board.h"
#include "waves.h"

#ifdef __cplusplus
extern "C" {
#endif

struct engine {
    void *ctx;
    void (*run)(void *ctx, struct board *b, uint64_t until);
    // From now on `waves`, just opened, is given the engine's own text (see waves_head); NULL: no more.
    void (*trace)(void *ctx, struct waves *waves);
};

extern const struct engine model_engine; // for boards without RTL twins

#ifdef __cplusplus
}
#endif
#endif
