// SPDX-License-Identifier: Apache-2.0
//
// The waveform of a run, one tree of scopes for RTL, C models, wires and what they mean:
//
//   board            clk (where there is RTL)
//   board.bus        scl sda int_n foreign; scl_by, sda_by: who pulls the line low (text)
//   board.decode     symbol transfer command (text, see annotate.h)
//   board.mismatch   one bit a scoreboard, high while it finds something wrong, and one for the scenario's own expectations; what: what was
//                    found first (text)
//   board.ctl, .u1   see wave_signals.h; rtl.socket is the RTL's adapter with all the RTL's own signals below
//
// Two sources are merged by time: the text that Verilator writes of the RTL, and what this board's listeners hear, which is known a clk
// later (a level) or a byte later (its name). So text is held back while anything older may still come: a byte, or MEBIBYTES of it.
// A text is a vector of ASCII, its first character highest, 0 before it; no text is Z. Viewers show it as text when told to (wave_view.h does).
//
// The file is written in whole lines, so that what a killed program leaves can be opened (at worst the kernel cuts the last write short). A file whose name ends in
// ".fst" is written by vcd2fst (it comes with GTKWave) at the other end of a pipe, which finishes the file also if this program dies.
#ifndef TWINWIRE_WAVES_H
#define TWINWIRE_WAVES_H

#include "annotate.h"
#include "board.h"
#include "wave_signals.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { WAVES_LANES = WAVE_SIGNALS + ANNOTATE_LANES + SCOREBOARDS + 2, WAVES_TEXT = 64 };

struct waves; // lives as long as its board

// Listens to the board from now on. NULL: no memory. The board's shape must be final.
struct waves *waves_new(struct board *b, uint64_t bit_clks);
void waves_delete(struct waves *w);

// Opens `file`. Returns 0 or an errno: nothing is written then (ENOENT for ".fst": no vcd2fst).
int waves_open(struct waves *w, const char *file);
bool waves_are_open(const struct waves *w);
// The first clk shown; valid after waves_open.
uint64_t waves_start(const struct waves *w);

// For engines: Verilator's own VCD text. First its head, once after each waves_open; then for each time what changed, beginning with "#TIME\n".
void waves_head(struct waves *w, const char *text, size_t length);
void waves_changes(struct waves *w, uint64_t time_ps, const char *text, size_t length);

// Writes what is held back and ends the file. Returns 0, or the errno of the first write that failed (the file then ends with a whole line).
int waves_close(struct waves *w);

// A scenario's expectation failed, now: shown for half a bit.
void waves_expectation(struct waves *w, const char *what);

#ifdef __cplusplus
}
#endif
#endif
