// SPDX-License-Identifier: Apache-2.0
//
// waves.gtkw: how GTKWave shows a waveform of waves.h: the bus and its meaning on top, then each socket with its twins side by side, text as
// text, mismatches in red; the whole run, or, if something failed in it, the surroundings of the first mismatch with a marker on it.
#ifndef TWINWIRE_WAVE_VIEW_H
#define TWINWIRE_WAVE_VIEW_H

#include <stdio.h>

#include "../scoreboards/scoreboards.h"

#ifdef __cplusplus
extern "C" {
#endif

struct wave_view {
    const struct board_shape *shape;
    uint64_t start_clk, end_clk;      // what the waveform shows
    uint64_t bit_clks;                // clks of an SCL period
    const struct mismatch *mismatch;  // NULL: none, or not within the waveform
};

// Returns false on a write error.
bool wave_view_write(const struct wave_view *v, FILE *out);

#ifdef __cplusplus
}
#endif
#endif
