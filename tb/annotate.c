// SPDX-License-Identifier: Apache-2.0
#include "annotate.h"

#include <stdio.h>
#include <string.h>

#include "registers.h"

void annotate_init(struct annotate *a, const struct board_shape *shape, uint64_t half_bit) {
    memset(a, 0, sizeof *a);
    a->shape = shape;
    a->half_bit = half_bit;
    a->scl = true;
}

static void say(struct annotate *a, enum annotate_lane lane, uint64_t clk, const char *text) {
    snprintf(a->shown[lane], ANNOTATE_TEXT, "%s", text);
    a->text(a->ctx, lane, clk, text);
}

// ---- Who pulls, and what the host wants: known at once -------------------------------------------------------------

enum { BY_FOREIGN = 1 << RECORD_SOCKETS, BY_FORCE = 2 << RECORD_SOCKETS };

static unsigned pulls(const struct annotate *a, const struct record *r, unsigned line) {
    unsigned by = r->foreign >> line & 1 ? BY_FOREIGN : 0;
    by |= r->foreign >> (2 + line) & 1 ? BY_FORCE : 0;
    for (unsigned s = 0; s <= a->shape->targets; s++)
        by |= (r->out[s][a->shape->socket[s].drive] >> line & 1 ? 0u : 1u) << s; // SCL and SDA are bits 0 and 1 of every output word
    return by;
}

static void say_pulls(struct annotate *a, uint64_t clk, unsigned line) {
    char text[ANNOTATE_TEXT] = "";
    size_t at = 0;
    for (unsigned s = 0; s <= RECORD_SOCKETS + 1u; s++) {
        if (!(a->pulls[line] >> s & 1) || at >= sizeof text)
            continue;
        const char *name = s < RECORD_SOCKETS ? a->shape->socket[s].name : s == RECORD_SOCKETS ? "foreign" : "FORCED HIGH";
        at += (size_t)snprintf(text + at, sizeof text - at, "%s%s", at ? " + " : "", name);
    }
    say(a, ANNOTATE_SCL_BY + line, clk, text);
}

static void look_at_host(struct annotate *a, const struct record *r) {
    enum { TXR = 3, CR = 4, WR_BIT = 4, LAST_BIT = 3 }; // IACK, bit 0, is no command
    unsigned adr = r->host >> HOST_ADR_SHIFT & 7;
    uint8_t dat = (uint8_t)(r->host >> HOST_DAT_SHIFT);
    if (!register_accessed(a->shape, r) || !(r->host & HOST_WE))
        return;
    if (adr == TXR)
        a->txr = dat;
    if (adr != CR)
        return;
    char text[ANNOTATE_TEXT] = "";
    size_t at = 0;
    for (unsigned bit = 7; bit >= LAST_BIT; bit--) {
        if (dat >> bit & 1)
            at += (size_t)snprintf(text + at, sizeof text - at, "%s%s", at ? " " : "", register_bit(true, CR, bit));
        if (dat >> bit & 1 && bit == WR_BIT)
            at += (size_t)snprintf(text + at, sizeof text - at, " 0x%02X", a->txr);
    }
    say(a, ANNOTATE_COMMAND, r->clk, text); // IACK alone: what was shown is over
}

// ---- Symbols: known late -------------------------------------------------------------------------------------------

void annotate_record(struct annotate *a, const struct record *r) {
    for (unsigned line = 0; line < 2; line++) {
        unsigned by = pulls(a, r, line);
        if (by != a->pulls[line]) {
            a->pulls[line] = by;
            say_pulls(a, r->clk, line);
        }
    }
    look_at_host(a, r);
    bool fall = a->scl && !r->scl;
    a->scl = r->scl;
    if (!fall)
        return;
    a->fell = r->clk;
    if (a->item == ITEM_START || a->item == ITEM_ENDING) { // the first bit of a byte begins
        a->item = ITEM_BYTE;
        a->from = r->clk;
        a->bits = a->byte = 0;
    }
}

// Adds `text` to the line of the transfer, which holds from `clk` on. When it gets too long its middle goes.
static void tell_transfer(struct annotate *a, uint64_t clk, const char *text) {
    enum { HEAD = 6 }; // "W 0x20"
    size_t length = strlen(a->transfer), more = strlen(text);
    if (length + more >= sizeof a->transfer) {
        size_t keep = sizeof a->transfer - 1 - more - HEAD - 3;
        memmove(a->transfer + HEAD + 3, a->transfer + length - keep, keep + 1);
        memcpy(a->transfer + HEAD, " ..", 3);
        length = strlen(a->transfer);
    }
    memcpy(a->transfer + length, text, more + 1);
    say(a, ANNOTATE_TRANSFER, clk, a->transfer);
}

static void begin(struct annotate *a, uint64_t clk, bool repeated) {
    say(a, ANNOTATE_SYMBOL, clk, repeated ? "RESTART" : "START");
    say(a, ANNOTATE_TRANSFER, clk, "");
    a->transfer[0] = '\0';
    a->item = ITEM_START;
    a->start = a->from = clk;
    a->address = true;
}

// The eighth bit is over: SCL fell at `fell`.
static void name_byte(struct annotate *a) {
    char text[16], data[8];
    if (a->address)
        snprintf(text, sizeof text, "%c 0x%02X", a->byte & 1 ? 'R' : 'W', a->byte >> 1);
    else
        snprintf(text, sizeof text, "0x%02X", a->byte);
    say(a, ANNOTATE_SYMBOL, a->from, text);
    snprintf(data, sizeof data, " %02X", a->byte);
    tell_transfer(a, a->address ? a->start : a->from, a->address ? text : data);
    a->address = false;
    a->item = ITEM_ACK;
    a->from = a->fell;
}

static void end_item(struct annotate *a) {
    char text[16] = "";
    if (a->item == ITEM_BYTE && a->bits)
        snprintf(text, sizeof text, "%u bits", a->bits);
    if (a->item == ITEM_BYTE || a->item == ITEM_ACK)
        say(a, ANNOTATE_SYMBOL, a->from, text);
    a->item = ITEM_NONE;
}

// STOP is shown for a while, and the transfer with it.
static void end_stop(struct annotate *a) {
    say(a, ANNOTATE_SYMBOL, a->stop_until, "");
    say(a, ANNOTATE_TRANSFER, a->stop_until, "");
}

void annotate_symbol(struct annotate *a, const struct symbol *s) {
    switch (s->kind) {
    case SYMBOL_START:
    case SYMBOL_RESTART:
        end_item(a);
        begin(a, s->clk, s->kind == SYMBOL_RESTART);
        break;
    case SYMBOL_STOP:
        end_item(a);
        say(a, ANNOTATE_SYMBOL, s->clk, "STOP");
        a->stop_until = s->clk + a->half_bit;
        end_stop(a);
        break;
    case SYMBOL_BIT:
        if (a->item != ITEM_BYTE) // clocks without a START
            break;
        a->byte = (uint8_t)(a->byte << 1 | s->bit);
        if (++a->bits == 8)
            name_byte(a);
        break;
    case SYMBOL_ACK:
    case SYMBOL_NACK:
        if (a->item != ITEM_ACK)
            break;
        say(a, ANNOTATE_SYMBOL, a->from, s->kind == SYMBOL_ACK ? "ACK" : "NACK");
        if (s->kind == SYMBOL_NACK)
            tell_transfer(a, a->from, " NACK");
        a->item = ITEM_ENDING;
        break;
    }
}

void annotate_cut(struct annotate *a, uint64_t clk) {
    end_item(a);
    say(a, ANNOTATE_SYMBOL, clk, "");
    say(a, ANNOTATE_TRANSFER, clk, "");
}

void annotate_show(struct annotate *a, uint64_t clk) {
    for (int lane = 0; lane < ANNOTATE_LANES; lane++)
        a->text(a->ctx, lane, clk, a->shown[lane]);
    if (clk >= a->stop_until || a->item != ITEM_NONE)
        return;
    say(a, ANNOTATE_SYMBOL, clk, "STOP");
    say(a, ANNOTATE_TRANSFER, clk, a->transfer);
    end_stop(a);
}

uint64_t annotate_undecided(const struct annotate *a) {
    if (a->item == ITEM_BYTE || a->item == ITEM_ACK)
        return a->item == ITEM_BYTE && a->address ? a->start : a->from;
    return a->item == ITEM_START ? a->start : UINT64_MAX;
}

void annotate_hurry(struct annotate *a, uint64_t clk) {
    if (a->item == ITEM_NONE || a->item == ITEM_ENDING)
        return;
    if (a->from < clk) {
        if (a->item != ITEM_START)
            say(a, ANNOTATE_SYMBOL, a->from, ""); // what was before has ended there
        a->from = clk;
    }
    if (a->start < clk)
        a->start = clk;
}
