// SPDX-License-Identifier: Apache-2.0
//
// Coverage of the targets: ports, their pins, INT; and of which board it is.
#include <string.h>

#include "coverage_parts.h"

enum { BY_FALL, BY_RISE, BY_POWER_UP };
enum { CLEARED_READ_ADDRESS, CLEARED_READ_DATA, CLEARED_WRITE, CLEARED_PIN, CLEARED_RESET };
enum { WHEN_IDLE, WHEN_ADDRESS, WHEN_OTHER, WHEN_WRITE, WHEN_WRITE_PULSE, WHEN_READ, WHEN_READ_PULSE };

static unsigned drive_word(const struct coverage *c, const struct record *r, unsigned t) { return r->out[1 + t][c->board->shape.socket[1 + t].drive]; }
static bool called(const struct coverage *c, const struct decoder *d, unsigned t) {
    return d->busy && (d->index > 0 || d->bits == 8) && d->addr == c->board->shape.socket[1 + t].addr;
}

static void cover_pins(struct coverage *c, const struct record *r, unsigned t) {
    const struct decoder *d = coverage_decoder(c);
    uint8_t fell = c->last.pins[t] & ~r->pins[t], rose = r->pins[t] & ~c->last.pins[t];
    bool pulse = d->ninth && (d->read || d->index > 0);
    unsigned when = !d->busy ? WHEN_IDLE : d->index == 0 && d->bits < 8 ? WHEN_ADDRESS : !called(c, d, t) ? WHEN_OTHER : (d->read ? WHEN_READ : WHEN_WRITE) + pulse;
    for (unsigned i = 0; i < 8; i++)
        if ((fell | rose) >> i & 1)
            COVER(c, COVER_PIN, i, rose >> i & 1);
    if (fell)
        COVER(c, COVER_PIN_WHEN, when, 0);
    if (rose)
        COVER(c, COVER_PIN_WHEN, when, 1);
    if (fell | rose) {
        c->target[t].pin_clk = r->clk;
        c->target[t].pin_rose = !fell;
    }
}

static void cover_latch(struct coverage *c, const struct record *r, unsigned t) {
    uint8_t port = (uint8_t)(drive_word(c, r, t) >> TGT_PORT_SHIFT);
    for (unsigned i = 0; i < 8; i++)
        COVER(c, COVER_LATCH, i, port >> i & 1, r->ext_low[t] >> i & 1 ? 0 : r->ext_high[t] >> i & 1 ? 2 : 1);
}

static unsigned cleared_by(const struct coverage *c, const struct record *r, unsigned t) {
    const struct decoder *d = coverage_decoder(c);
    bool own = called(c, d, t);
    if (!(r->rst_n >> (1 + t) & 1))
        return CLEARED_RESET;
    if (own && d->read && d->ninth)
        return d->index == 0 ? CLEARED_READ_ADDRESS : CLEARED_READ_DATA;
    if (own && !d->read && ((d->ninth && d->index > 0) || (d->index > 1 && r->clk - d->fell <= c->filter_clks + 2)))
        return CLEARED_WRITE;
    return CLEARED_PIN;
}

static void cover_int(struct coverage *c, const struct record *r, unsigned t) {
    const struct board_shape *shape = &c->board->shape;
    struct coverage_target *target = &c->target[t];
    bool now = drive_word(c, r, t) & TGT_INT_N, held = false;
    for (unsigned other = 0; other < shape->targets; other++)
        held = held || (other != t && !(drive_word(c, r, other) & TGT_INT_N));
    COVER(c, COVER_INT_LINE, now, held);
    if (!now) {
        target->fell_known = true;
        target->fell_by = r->clk - target->reset_clk <= 8 ? BY_POWER_UP : target->pin_rose ? BY_RISE : BY_FALL;
    } else if (target->fell_known) {
        COVER(c, COVER_INT, target->fell_by, cleared_by(c, r, t), strcmp(shape->socket[1 + t].personality, "ti") == 0);
    }
}

void coverage_target_record(struct coverage *c, const struct record *r, unsigned t) {
    unsigned now = drive_word(c, r, t), was = drive_word(c, &c->last, t), moved = now ^ was;
    if (!(c->last.rst_n >> (1 + t) & 1) && r->rst_n >> (1 + t) & 1)
        c->target[t].reset_clk = r->clk;
    if (r->pins[t] != c->last.pins[t])
        cover_pins(c, r, t);
    if (moved & TGT_PORT || r->ext_low[t] != c->last.ext_low[t] || r->ext_high[t] != c->last.ext_high[t])
        cover_latch(c, r, t);
    for (unsigned i = 0; moved & TGT_PORT && i < 8; i++)
        if (moved >> (TGT_PORT_SHIFT + i) & 1)
            COVER(c, COVER_PORT, i, now >> (TGT_PORT_SHIFT + i) & 1);
    if (moved & TGT_INT_N)
        cover_int(c, r, t);
}

void coverage_board(struct coverage *c, const struct config *config) {
    enum { CTL = 0, PCF8574 = 2, PCF8574A = 4, SPEED = 6 };
    for (unsigned s = 0; s <= config->targets; s++)
        COVER(c, COVER_BOARD, (s == 0 ? CTL : strcmp(config->socket[s].type, "pcf8574a") == 0 ? PCF8574A : PCF8574) + config->socket[s].drives);
    COVER(c, COVER_BOARD, SPEED + (config->scl_hz > 100000) + (config->scl_hz > 400000));
}
