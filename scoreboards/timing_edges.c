// SPDX-License-Identifier: Apache-2.0
//
// The edges of SCL and SDA for the timing scoreboard: who made each, and which are none, for they are the two ends of a spike.
//
//   SCL ‾‾‾‾‾‾‾‾\_/‾‾‾‾‾‾\________      both edges made by the stimulus, at most spike_clks samples apart: a spike (UM10204 table 10, tSP);
//                spike    edge         the first one waits in the queue so long, and what comes after it behind it
#include <string.h>

#include "scoreboards_state.h"

enum { CTR_EN = 0x80 };

static int who_moved(const struct scoreboards *s, const struct record *r, unsigned drive_bit, bool level)
{
    for (unsigned k = 0; k <= s->shape.targets; k++)
        if ((drive_out(s, r, k) ^ drive_out(s, &s->last, k)) & drive_bit)
            return (int)k;
    const unsigned line = drive_bit == CTL_SCL ? 0 : 1;
    const unsigned moved = (unsigned)(s->last.foreign ^ r->foreign), gone = moved & s->last.foreign & (level ? FOREIGN_SCL_LOW : FOREIGN_SCL_HIGH) << line;
    if (gone)
        return r->clk - s->timing.foreign_from[line + (level ? 0 : 2)] <= s->decoder.spike_clks ? BY_SPIKE : BY_STIMULUS;
    return moved & (unsigned)(FOREIGN_SCL_LOW | FOREIGN_SCL_HIGH) << line ? BY_STIMULUS : BY_NOBODY;
}

// Whether who moved SDA does not hold SCL, nor did until then.
static bool lets_scl_go(const struct scoreboards *s, const struct record *r, int by)
{
    if (by < 0)
        return !((r->foreign | s->last.foreign) & FOREIGN_SCL_LOW);
    return (drive_out(s, r, (unsigned)by) & drive_out(s, &s->last, (unsigned)by) & CTL_SCL) != 0;
}

// The later edge of a pulse that the stimulus made: true, and the first edge is gone, if it was a spike.
static bool ends_spike(struct scoreboards *s, uint64_t clk, bool sda)
{
    struct timing_watch *const t = &s->timing;
    for (unsigned k = t->queued; k-- > 0;) {
        struct timing_edges *const e = &t->queue[k];
        if (!(sda ? e->sda : e->scl))
            continue;
        if ((sda ? e->sda_by : e->scl_by) != BY_STIMULUS)
            return false;
        *(sda ? &e->sda : &e->scl) = false;
        if (clk - e->clk > s->decoder.sharp_clks) // a level to a sharper filter, whose chip reacts to it
            t->excuse_until = clk + s->decoder.sure_clks + REACTION_CLKS;
        if (t->mode != TIMING_CHIP)
            timing_count_in(&t->count[t->mode][TIMING_SP], TIMING_SP, clk, (int64_t)(clk - e->clk));
        return true;
    }
    return false;
}

// The first edges of the queue that are certain, or have to make room.
static void take_queue(struct scoreboards *s, const struct record *r, unsigned most)
{
    struct timing_watch *const t = &s->timing;
    unsigned n = 0;
    while (n < t->queued && (t->queue[n].clk + s->decoder.spike_clks <= r->clk || t->queued - n > most)) {
        struct timing_edges *const e = &t->queue[n++];
        if (e->pulls & ~(unsigned)r->foreign) { // came and went, and the edge stayed: a spike into the edge of somebody else
            e->scl_by = e->scl_by == BY_STIMULUS ? BY_SPIKE : e->scl_by;
            e->sda_by = e->sda_by == BY_STIMULUS ? BY_SPIKE : e->sda_by;
        }
        timing_take(s, r, e);
    }
    t->queued -= n;
    memmove(t->queue, t->queue + n, t->queued * sizeof *t->queue);
    t->due = t->queued ? t->queue[0].clk + s->decoder.spike_clks : NEVER;
}

void timing_foreign(struct scoreboards *s, const struct record *r)
{
    const unsigned came = (unsigned)(r->foreign & ~s->last.foreign);
    for (unsigned k = 0; k < 4; k++)
        if (came >> k & 1)
            s->timing.foreign_from[k] = r->clk;
}

void timing_step(struct scoreboards *s, const struct record *r)
{
    struct timing_watch *const t = &s->timing;
    struct timing_edges e = {.clk = r->clk, .scl = r->scl != s->last.scl, .sda = r->sda != s->last.sda, .scl_by = BY_NOBODY, .sda_by = BY_NOBODY};
    t->mode = timing_mode_now(s);
    if (!(s->host.ctr & CTR_EN)) // nobody is told to keep time
        t->excuse_until = r->clk;
    if ((r->foreign | s->last.foreign) & (FOREIGN_SCL_HIGH | FOREIGN_SDA_HIGH)) // a short: what a socket does meanwhile is not on the wire
        t->stimulus_until = r->clk + s->decoder.spike_clks + REACTION_CLKS;
    if (e.scl)
        e.scl_by = (int8_t)who_moved(s, r, CTL_SCL, r->scl);
    if (e.sda) {
        e.sda_by = (int8_t)who_moved(s, r, CTL_SDA, r->sda);
        e.free = lets_scl_go(s, r, e.sda_by);
    }
    if (e.scl_by == BY_STIMULUS || e.sda_by == BY_STIMULUS)
        e.pulls = (uint8_t)(r->foreign & ~s->last.foreign);
    if (t->queued) {
        if (e.scl_by < BY_NOBODY && ends_spike(s, r->clk, false))
            e.scl = false;
        if (e.sda_by < BY_NOBODY && ends_spike(s, r->clk, true))
            e.sda = false;
        take_queue(s, r, sizeof t->queue / sizeof *t->queue - 1);
    }
    if (!e.scl && !e.sda)
        return;
    if (!t->queued && e.scl_by != BY_STIMULUS && e.sda_by != BY_STIMULUS) {
        timing_take(s, r, &e);
        return;
    }
    t->queue[t->queued++] = e;
    t->due = t->queue[0].clk + s->decoder.spike_clks;
    if (t->due <= r->clk) // a spike of nothing
        take_queue(s, r, 0);
}
