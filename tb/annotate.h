// SPDX-License-Identifier: Apache-2.0
//
// What the bus is doing, in words, for the text lanes of a waveform:
//
//   SCL      ‾‾‾\__/‾\__/‾\_ ... _/‾\__/‾\__/‾\_ ... _/‾\__/‾\___/‾‾‾
//   symbol   START | W 0x20          | ACK  | 0xA5        | ACK | STOP |
//   transfer W 0x20                         | W 0x20 A5          |     |
//   command  STA WR 0x40                    | WR 0xA5     | STO        |       the controller's command, as its host wrote it
//
// A byte's name is known only when its last bit is over, and belongs to where its first bit began: so a text comes with the clk
// from which on it holds, which may be long ago.
#ifndef TWINWIRE_ANNOTATE_H
#define TWINWIRE_ANNOTATE_H

#include "../scoreboards/scoreboards.h"

#ifdef __cplusplus
extern "C" {
#endif

enum annotate_lane { ANNOTATE_SYMBOL, ANNOTATE_TRANSFER, ANNOTATE_COMMAND, ANNOTATE_SCL_BY, ANNOTATE_SDA_BY, ANNOTATE_LANES };

enum { ANNOTATE_TEXT = 48 }; // bytes of the longest text, with its end

struct annotate {
    // Told of every change: from `clk` on the lane reads `text` ("": nothing), whatever was said of later clks before.
    void (*text)(void *ctx, enum annotate_lane lane, uint64_t clk, const char *text);
    void *ctx;
    const struct board_shape *shape;
    uint64_t half_bit;   // clks for which STOP is shown
    bool scl;
    uint64_t fell;       // SCL's last fall
    enum { ITEM_NONE, ITEM_START, ITEM_BYTE, ITEM_ACK, ITEM_ENDING } item;
    uint64_t from;       // the item under way began here
    uint64_t start;      // the last START
    bool address;        // the byte under way is an address byte
    uint8_t bits, byte, txr;
    char transfer[ANNOTATE_TEXT];
    unsigned pulls[2];   // who pulled SCL and SDA low when last looked at
    uint16_t host;       // the last host bus word
};

void annotate_init(struct annotate *a, const struct board_shape *shape, uint64_t half_bit);

// The record comes first, then the symbols decoded from it.
void annotate_record(struct annotate *a, const struct record *r);
void annotate_symbol(struct annotate *a, const struct symbol *symbol);
void annotate_cut(struct annotate *a, uint64_t clk);

// No text to come holds from before this clk (UINT64_MAX: none is on its way).
uint64_t annotate_undecided(const struct annotate *a);
// Texts on their way will hold from `clk` on at the earliest: whoever keeps what was before cannot keep it any longer.
void annotate_hurry(struct annotate *a, uint64_t clk);

#ifdef __cplusplus
}
#endif
#endif
