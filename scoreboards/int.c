// SPDX-License-Identifier: Apache-2.0
//
// INT: twin against twin, the shared line against its drivers, and the predictor. INT is a level: low while a pin differs from
// the input latch, which READ and WRITE pulses reload (PH97 Fig 8). 4 us after everything stands still it must have settled.
//
//   READ pulse       reloads at SCL's rise of the ACK; high 4 us later at the latest
//   WRITE pulse      reloads from SCL's rise to its fall (data bytes), which the chip may see 4 us late; high by then, both personalities
//   write's address  NXP PCF8574 8.5 lets the chip reset INT here already: what differed then is unknown until the next pulse
//
// A pin that moves within a pulse may or may not be seen by it: unknown until the next pulse. Unknown bits demand nothing.
#include "scoreboards_state.h"

enum { PIN_CLKS = 4 }; // a port bit moves its pin, which passes two flip-flops; and one to spare

static void settle(struct scoreboards *s, const struct record *r, unsigned i, uint64_t since)
{
    struct int_watch *const w = &s->intr[i];
    const uint8_t differ = (uint8_t)((r->pins[i] ^ w->latch) & ~w->unknown);
    const bool level = differ == 0; // NXP PCF8574 sec. 1: OR over the pins
    const bool open = level && w->unknown;
    const bool steady = !open && !w->open && level == w->level && (level || (differ & w->differ));
    const uint64_t settled = since + s->clks_4us; // NXP PCF8574 table 10: tv(INT), trst(INT)
    if (!steady && settled > w->open_until)
        w->open_until = settled;
    const bool writing = w->pulse == PULSE_WRITE && w->pulse_high;
    w->differ = differ;
    w->level = level;
    w->open = open;
    w->demanded = !open && !writing && r->clk >= w->open_until;
}

void int_reset(struct scoreboards *s, const struct record *r, unsigned target)
{
    // PH97 7.3: power-on sets the input latch, so a pin held low then pulls INT low (NXP PCF8574 8.5)
    s->intr[target] = (struct int_watch){.latch = 0xff};
    settle(s, r, target, r->clk);
}

static uint8_t moved_since(const uint64_t moved[8], uint64_t clk)
{
    uint8_t mask = 0;
    for (unsigned b = 0; b < 8; b++)
        if (moved[b] >= clk)
            mask |= (uint8_t)(1u << b);
    return mask;
}

static void begin_pulse(struct scoreboards *s, const struct record *r, unsigned i, enum int_pulse pulse, uint64_t rise)
{
    struct int_watch *const w = &s->intr[i];
    const uint8_t late = moved_since(w->moved, rise);
    w->pulse = pulse;
    w->pulse_high = true;
    w->pulse_from = rise;
    w->pulse_until = rise + s->clks_4us;
    if (pulse == PULSE_ADDRESS) {
        w->unknown |= late | (uint8_t)(r->pins[i] ^ w->latch); // NXP PCF8574 8.5: "may" reset
    } else {
        w->latch = r->pins[i];
        w->unknown = late; // PH97 7.2: a change during the ACK clock may be lost
    }
    settle(s, r, i, rise);
}

static void end_pulse(struct scoreboards *s, unsigned i, uint64_t fall)
{
    struct int_watch *const w = &s->intr[i];
    if (!w->pulse_high)
        return;
    w->pulse_high = false;
    // NXP PCF8574 table 10, trst(INT): from SCL's fall a WRITE pulse has 4 us to end in the chip, and it reloads until it ends.
    const uint64_t end = w->pulse == PULSE_WRITE ? fall + s->clks_4us : fall;
    if (w->pulse_until < end)
        w->pulse_until = end;
    if (w->pulse != PULSE_WRITE)
        return;
    if (fall < w->pulse_from + PIN_CLKS)
        w->unknown = 0xff; // a STOP cut it: over before the pins that it moves have moved (inferred: slow pins, PH97 Fig 8)
    w->open_until = fall + s->clks_4us; // NXP PCF8574 8.5: always reset at the falling edge of the write pulse
}

static void pins_moved(struct scoreboards *s, const struct record *r, unsigned i)
{
    struct int_watch *const w = &s->intr[i];
    const uint8_t outside = r->ext_low[i] ^ s->last.ext_low[i], pins = r->pins[i] ^ s->last.pins[i];
    for (unsigned b = 0; b < 8; b++)
        if (outside >> b & 1)
            w->moved[b] = r->clk;
    if (w->pulse != PULSE_NONE && (w->pulse_high || r->clk <= w->pulse_until)) {
        // Pins that the write itself moves are reloaded with it (PH97 Fig 8: the OR of both pulses clocks the input latch).
        w->unknown |= w->pulse == PULSE_WRITE ? outside : (uint8_t)(outside & pins);
        if (w->pulse == PULSE_WRITE)
            w->latch = r->pins[i];
    }
    settle(s, r, i, r->clk);
}

void int_lose(struct scoreboards *s, const struct record *r, unsigned target)
{
    s->intr[target].unknown = 0xff;
    settle(s, r, target, r->clk);
}

static void judge_symbol(struct scoreboards *s, const struct record *r, const struct symbol *sym)
{
    if ((sym->kind != SYMBOL_ACK && sym->kind != SYMBOL_NACK) || s->selected < 0)
        return;
    const unsigned i = (unsigned)s->selected;
    if (sym->kind == SYMBOL_ACK) {
        const enum int_pulse pulse = s->decoder.read ? PULSE_READ : sym->index == 0 ? PULSE_ADDRESS : PULSE_WRITE;
        begin_pulse(s, r, i, pulse, sym->clk);
    } else if ((!s->decoder.read || sym->index == 0) && overpowered(s, sym)) {
        int_lose(s, r, i); // pulse or none
    } // PH97 Fig 11: the controller's NACK gives no pulse
}

void int_step(struct scoreboards *s, const struct record *r, const struct symbol *symbol)
{
    for (unsigned i = 0; i < s->shape.targets; i++) {
        struct int_watch *const w = &s->intr[i];
        if (r->pins[i] != s->last.pins[i] || r->ext_low[i] != s->last.ext_low[i])
            pins_moved(s, r, i);
        if (s->decoder.ended_ninth)
            end_pulse(s, i, s->decoder.fell);
        if (!w->demanded && r->clk >= w->open_until)
            settle(s, r, i, 0);
    }
    if (symbol) // other devices' traffic selects other devices: it never gets here (PH97 7.2)
        judge_symbol(s, r, symbol);
}

static unsigned blame(struct scoreboards *s, const struct record *r, unsigned i, bool demanded)
{
    const unsigned k = 1 + i;
    const struct int_watch *const w = &s->intr[i];
    const bool c = r->out[k][TWIN_C] & TGT_INT_N, rtl = r->out[k][TWIN_RTL] & TGT_INT_N;
    const bool seen = drive_out(s, r, k) & TGT_INT_N;
    unsigned bad = 0;
    if (s->drive[k] != s->other[k] && c != rtl) {
        scoreboards_note(s, SB_INT, r->clk,
                         &(struct finding){(int)k, "int_n", c, rtl, 1, "INT: RTL differs from the C model", "lockstep"});
        bad++;
    }
    if (demanded && seen != w->level) {
        scoreboards_note(s, SB_INT, r->clk,
                         &(struct finding){(int)k, "int_n", w->level, seen, 1,
                                           w->level ? "INT low although no pin differs from the input latch"
                                                    : "INT high although a pin differs from the input latch",
                                           w->level ? "NXP PCF8574 8.5, trst(INT)" : "NXP PCF8574 8.5, tv(INT)"});
        bad++;
    }
    return bad;
}

void int_tally(struct scoreboards *s, const struct record *r)
{
    struct tally *const t = &s->tally[SB_INT];
    t->levels = 0;
    t->bad = 0;
    // A target between its address bits and a pulse that the filter has not believed yet: INT may already move.
    int early = -1;
    if (decoder_ninth_pending(&s->decoder))
        early = s->decoder.index == 0 && s->decoder.busy ? scoreboards_target_at(s, s->decoder.addr) : s->selected;
    unsigned line = TGT_INT_N;
    for (unsigned i = 0; i < s->shape.targets; i++) {
        const unsigned k = 1 + i, a = r->out[k][s->drive[k]];
        line &= a;
        if (in_reset(s, k))
            continue;
        const struct int_watch *const w = &s->intr[i];
        const bool demanded = w->demanded && early != (int)i;
        const bool n = a & TGT_INT_N;
        t->levels += demanded + (s->drive[k] != s->other[k]);
        if (((a ^ r->out[k][s->other[k]]) & TGT_INT_N) || (demanded && n != w->level))
            t->bad += blame(s, r, i, demanded);
    }
    t->levels++;
    if (r->int_n != (line != 0)) {
        scoreboards_note(s, SB_INT, r->clk,
                         &(struct finding){-1, "int_n", line != 0, r->int_n, 1, "the shared INT line is not the AND of its drivers",
                                           "PH97 7.2"});
        t->bad++;
    }
}
