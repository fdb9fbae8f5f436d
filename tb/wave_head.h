// SPDX-License-Identifier: Apache-2.0
//
// The head of waves.vcd: the lanes of waves.c, and what Verilator declares of tb_top, in one tree. Verilator names scopes as tb_top.sv
// does; here they get the names of the sockets:
//
//   TOP.clk_i                              board.clk
//   TOP.tb_top.u_ctl....                   board.ctl.rtl.socket....
//   TOP.tb_top.g_tgt[0].g_rtl.u_tgt....    board.u1.rtl.socket....
//   anything else of tb_top                board.tb_top....
#ifndef TWINWIRE_WAVE_HEAD_H
#define TWINWIRE_WAVE_HEAD_H

#include <stddef.h>

#include "../cmodel/record.h"

#ifdef __cplusplus
extern "C" {
#endif

struct wave_lane_entry {
    const char *scope, *name; // "board.bus", "scl"
    unsigned bits;
    char *id;                 // 8 bytes to be filled: an identifier that the engine's text does not use
};

// `text` is Verilator's head, up to $enddefinitions; without RTL "" will do. Returns the whole head, to be freed, or NULL: no memory.
char *wave_head_new(const char *text, size_t length, const struct board_shape *shape, const struct wave_lane_entry *lanes, unsigned count);

#ifdef __cplusplus
}
#endif
#endif
