// SPDX-License-Identifier: Apache-2.0
//
// SDA and SCL: drive bits twin against twin, the never-drive-high bit, and the wires against everybody who pulls.
#include "scoreboards_state.h"

enum { LINE_SCL = CTL_SCL, LINE_SDA = CTL_SDA, LINES = LINE_SCL | LINE_SDA, LINE_HIGH = CTL_HIGH };

// The controller's and the target's line bits are the same bits, and foreign's are those of low, then those of high.
_Static_assert((int)CTL_SCL == (int)TGT_SCL && (int)CTL_SDA == (int)TGT_SDA && (int)CTL_HIGH == (int)TGT_HIGH, "drive bits");
_Static_assert((int)FOREIGN_SCL_LOW == (int)CTL_SCL && (int)FOREIGN_SDA_LOW == (int)CTL_SDA, "pull low");
_Static_assert((int)FOREIGN_SCL_HIGH == (int)CTL_SCL << 2 && (int)FOREIGN_SDA_HIGH == (int)CTL_SDA << 2, "force high");

static unsigned wire_and(unsigned drive, unsigned foreign)
{
    return (drive & ~foreign & LINES) | (foreign >> 2 & LINES); // UM10204 3.1.1: wired-AND
}

static void note_bit(struct scoreboards *s, uint64_t clk, int socket, unsigned bit, unsigned expected, unsigned seen,
                     const char *what, const char *clause)
{
    scoreboards_note(s, SB_LINES, clk,
                     &(struct finding){socket, bit == LINE_SCL ? "scl" : bit == LINE_SDA ? "sda" : "drives_high",
                                       (expected & bit) != 0, (seen & bit) != 0, 1, what, clause});
}

static void note_word(struct scoreboards *s, uint64_t clk, int socket, unsigned expected, unsigned seen, const char *what,
                      const char *clause)
{
    const unsigned bits = (expected ^ seen) & LINES;
    if (bits & LINE_SCL)
        note_bit(s, clk, socket, LINE_SCL, expected, seen, what, clause);
    if (bits & LINE_SDA)
        note_bit(s, clk, socket, LINE_SDA, expected, seen, what, clause);
}

static unsigned blame(struct scoreboards *s, const struct record *r, unsigned wires, unsigned driven)
{
    unsigned bad = 0;
    for (unsigned k = 0; k <= s->shape.targets; k++) {
        if (in_reset(s, k))
            continue;
        const unsigned a = r->out[k][s->drive[k]], b = r->out[k][s->other[k]];
        if (s->drive[k] != s->other[k] && ((a ^ b) & LINES)) {
            note_word(s, r->clk, (int)k, r->out[k][TWIN_C], r->out[k][TWIN_RTL], "drive bit: RTL differs from the C model",
                      "lockstep");
            bad += bits_set((a ^ b) & LINES);
        }
        if ((a | b) & LINE_HIGH) {
            note_bit(s, r->clk, (int)k, LINE_HIGH, 0, LINE_HIGH, "an open-drain pin is driven high", "UM10204 3.1.1");
            bad++;
        }
    }
    note_word(s, r->clk, -1, driven, wires, "the wire is not the AND of the drivers", "UM10204 3.1.1");
    return bad + bits_set(driven ^ wires);
}

void lines_tally(struct scoreboards *s, const struct record *r)
{
    unsigned driven = LINES, wrong = 0, levels = 2;
    for (unsigned k = 0; k <= s->shape.targets; k++) {
        const unsigned a = r->out[k][s->drive[k]], b = r->out[k][s->other[k]];
        driven &= a;
        wrong |= ((a ^ b) & LINES) | ((a | b) & s->run[k] & LINE_HIGH);
        levels += s->run[k] == 0 ? 0 : s->drive[k] != s->other[k] ? 3 : 1;
    }
    driven = wire_and(driven, r->foreign);
    const unsigned wires = (r->scl ? LINE_SCL : 0) | (r->sda ? LINE_SDA : 0);
    wrong |= driven ^ wires;

    s->tally[SB_LINES].levels = levels;
    s->tally[SB_LINES].bad = wrong ? blame(s, r, wires, driven) : 0;
}
