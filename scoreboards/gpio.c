// SPDX-License-Identifier: Apache-2.0
//
// Port pins: twin against twin, pins against who drives them, and the predictor: what the decoded bus says was written must be
// on the port, and what was on the pins at the READ pulse must be on the bus.
//
//   SCL   ___/‾‾9‾‾\____        A data byte's ACK: the port is old before the rise, either for 4 us, then new.
//   port  ===XXXXXXX====        An ACK in a read: the pins at the rise are the next byte; a pin that moves within 4 us is unknown.
#include "scoreboards_state.h"

void gpio_reset(struct scoreboards *s, unsigned target)
{
    s->gpio[target] = (struct gpio_watch){.latch = 0xff, .due = NEVER}; // PH97 7.3: power-on sets every latch
}

void gpio_lose(struct scoreboards *s, unsigned target)
{
    s->gpio[target].lost = true;
}

static uint8_t moved_since(const uint64_t moved[8], uint64_t clk)
{
    uint8_t mask = 0;
    for (unsigned b = 0; b < 8; b++)
        if (moved[b] >= clk)
            mask |= (uint8_t)(1u << b);
    return mask;
}

static void pins_moved(struct gpio_watch *g, uint64_t clk, uint8_t bits)
{
    for (unsigned b = 0; b < 8; b++)
        if (bits >> b & 1)
            g->moved[b] = clk;
    if (clk <= g->sample_until)
        g->sample_known &= (uint8_t)~bits; // NXP PCF8574 table 10, th(D); B8 #7
}

// NXP PCF8574 8.3: the READ pulse starts at SCL's rise.
static void take_sample(struct scoreboards *s, struct gpio_watch *g, const struct record *r, unsigned target, uint64_t rise)
{
    g->sample = r->pins[target];
    g->sample_known = (uint8_t)~moved_since(g->moved, rise);
    g->sample_until = rise + s->clks_4us;
    g->crowded = false;
}

static void judge_read(struct scoreboards *s, const struct gpio_watch *g, unsigned target, const struct symbol *sym)
{
    if (g->crowded) // others on SDA in this byte: the bits are not the target's alone
        return;
    struct verdict *const v = &s->verdict[SB_GPIO];
    const unsigned wrong = (g->sample ^ sym->byte) & g->sample_known;
    v->checks += bits_set(g->sample_known);
    v->failures += bits_set(wrong);
    s->failing |= (unsigned)(wrong != 0) << SB_GPIO;
    if (wrong)
        scoreboards_note(s, SB_GPIO, sym->clk,
                         &(struct finding){1 + (int)target, "port", g->sample, sym->byte, 8,
                                           "byte read is not the pins at the READ pulse", "NXP PCF8574 8.3"});
}

static void judge_symbol(struct scoreboards *s, const struct record *r, const struct symbol *sym)
{
    if ((sym->kind != SYMBOL_ACK && sym->kind != SYMBOL_NACK) || s->selected < 0)
        return;
    const unsigned i = (unsigned)s->selected;
    struct gpio_watch *const g = &s->gpio[i];
    const bool acked = sym->kind == SYMBOL_ACK;
    if (s->decoder.read) {
        if (sym->index > 0)
            judge_read(s, g, i, sym);
        if (acked) // PH97 Fig 11: at the address byte and at every byte that the controller ACKs; none at its NACK
            take_sample(s, g, r, i, sym->clk);
        return;
    }
    if (sym->index == 0) // PH97 Fig 10: no WRITE pulse at the address byte
        return;
    if (acked) { // TI SCPS068 7.3.1: only complete, acknowledged bytes; NXP PCF8574 8.2: each of them
        g->open = g->lost ? 0xff : (uint8_t)(g->open | (g->latch ^ sym->byte));
        g->latch = sym->byte;
        g->lost = false;
        g->due = sym->clk + s->clks_4us; // NXP PCF8574 table 10, tv(Q)
    } else if (overpowered(s, sym)) {
        g->lost = true;
    }
}

static void watch_crowd(const struct scoreboards *s, const struct record *r, struct gpio_watch *g)
{
    const struct decoder *const d = &s->decoder;
    if (d->bits == 8 || d->ninth)
        return;
    if (r->foreign & (FOREIGN_SDA_LOW | FOREIGN_SDA_HIGH | FOREIGN_SCL_HIGH) || (r->scl && !(drive_out(s, r, 0) & CTL_SDA)))
        g->crowded = true;
}

void gpio_step(struct scoreboards *s, const struct record *r, const struct symbol *symbol)
{
    for (unsigned i = 0; i < s->shape.targets; i++) {
        struct gpio_watch *const g = &s->gpio[i];
        if (r->pins[i] != s->last.pins[i])
            pins_moved(g, r->clk, r->pins[i] ^ s->last.pins[i]);
        if (r->clk >= g->due) {
            g->open = 0;
            g->due = NEVER;
        }
        if (s->selected == (int)i && s->decoder.read)
            watch_crowd(s, r, g);
    }
    if (symbol)
        judge_symbol(s, r, symbol);
}

static unsigned blame(struct scoreboards *s, const struct record *r, unsigned i, unsigned open)
{
    const unsigned k = 1 + i, drive = drive_out(s, r, k), port = drive >> TGT_PORT_SHIFT & 0xff;
    const unsigned c = r->out[k][TWIN_C] >> TGT_PORT_SHIFT & 0xff, rtl = r->out[k][TWIN_RTL] >> TGT_PORT_SHIFT & 0xff;
    unsigned bad = 0;
    if (s->drive[k] != s->other[k] && c != rtl) {
        scoreboards_note(s, SB_GPIO, r->clk,
                         &(struct finding){(int)k, "port", c, rtl, 8, "port: RTL differs from the C model", "lockstep"});
        bad += bits_set(c ^ rtl);
    }
    const unsigned pins = port & ~(unsigned)r->ext_low[i] & 0xff;
    if (pins != r->pins[i]) {
        scoreboards_note(s, SB_GPIO, r->clk,
                         &(struct finding){(int)k, "pins", pins, r->pins[i], 8, "a pin is not the AND of latch and outside",
                                           "NXP PCF8574 8.1"});
        bad += bits_set(pins ^ r->pins[i]);
    }
    const unsigned wrong = (port ^ s->gpio[i].latch) & ~open & 0xff;
    if (wrong) {
        scoreboards_note(s, SB_GPIO, r->clk,
                         &(struct finding){(int)k, "port", s->gpio[i].latch, port, 8,
                                           "port is not the last byte written and acknowledged", "NXP PCF8574 8.2, tv(Q)"});
        bad += bits_set(wrong);
    }
    return bad;
}

void gpio_tally(struct scoreboards *s, const struct record *r)
{
    struct tally *const t = &s->tally[SB_GPIO];
    t->levels = 0;
    t->bad = 0;
    // From the wire's rise on, before the filter believes it, the port may already follow.
    const bool early = s->selected >= 0 && decoder_ninth_pending(&s->decoder) && !s->decoder.read && s->decoder.index > 0;
    for (unsigned i = 0; i < s->shape.targets; i++) {
        const unsigned k = 1 + i;
        if (in_reset(s, k))
            continue;
        const struct gpio_watch *const g = &s->gpio[i];
        unsigned open = g->lost ? 0xff : g->open;
        if (early && s->selected == (int)i)
            open |= g->latch ^ s->decoder.byte;
        const unsigned a = r->out[k][s->drive[k]], b = r->out[k][s->other[k]], port = a >> TGT_PORT_SHIFT & 0xff;
        t->levels += 16 - (open ? bits_set(open) : 0) + (s->drive[k] != s->other[k] ? 8 : 0);
        if (((a ^ b) & TGT_PORT) | ((port & ~(unsigned)r->ext_low[i]) ^ r->pins[i]) | ((port ^ g->latch) & ~open))
            t->bad += blame(s, r, i, open);
    }
}
