// SPDX-License-Identifier: Apache-2.0
//
// What a waveform shows of a record, under one name wherever records are shown (waves.vcd, recorder.vcd):
//
//   board.bus      scl sda int_n foreign
//   board.ctl      rst_n, host.{cyc stb we adr dat}, rtl.{scl sda high ack irq dat} and c.{the same}
//   board.u1 ...   rst_n pins ext_low ext_high, rtl.{scl sda high int_n port} and c.{the same}
//
// Both twins of a socket have the same names; a twin that is not there has none.
#ifndef TWINWIRE_WAVE_SIGNALS_H
#define TWINWIRE_WAVE_SIGNALS_H

#include "../cmodel/record.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { WAVE_SIGNALS = 4 + 6 + RECORD_SOCKETS * (4 + TWINS * 6) }; // at most

enum wave_word { WAVE_WIRES, WAVE_RESET, WAVE_HOST, WAVE_OUT, WAVE_PINS, WAVE_EXT_LOW, WAVE_EXT_HIGH };

struct wave_signal {
    char scope[32], name[16]; // "board.u1.rtl", "port"
    uint8_t bits;             // 1 .. 8
    enum wave_word word;      // which part of the record, and where in it
    uint8_t socket, twin, shift;
};

// Fills `list` (WAVE_SIGNALS of them); returns how many there are.
unsigned wave_signals_list(const struct board_shape *shape, struct wave_signal *list);

unsigned wave_signal_value(const struct wave_signal *signal, const struct record *r);

#ifdef __cplusplus
}
#endif
#endif
