// SPDX-License-Identifier: Apache-2.0
#include "scoreboards_state.h"

#include <string.h>

int scoreboards_target_at(const struct scoreboards *s, uint8_t addr)
{
    for (unsigned i = 0; i < s->shape.targets; i++)
        if (s->shape.socket[1 + i].addr == addr)
            return (int)i;
    return -1;
}

static void begin_decoder(struct scoreboards *s)
{
    unsigned sharpest_ns = 0, dullest_ns = 0;
    for (unsigned k = 0; k <= s->shape.targets; k++) {
        const unsigned ns = s->shape.socket[k].spike_ns;
        dullest_ns = ns > dullest_ns ? ns : dullest_ns;
        sharpest_ns = ns && (!sharpest_ns || ns < sharpest_ns) ? ns : sharpest_ns;
    }
    decoder_init(&s->decoder, s->shape.clock_hz, s->shape.spike_ns, sharpest_ns, dullest_ns);
}

void scoreboards_init(struct scoreboards *s, const struct board_shape *shape, unsigned on)
{
    memset(s, 0, sizeof *s);
    s->shape = *shape;
    s->on = on;
    s->selected = -1;
    s->clks_2us = (2 * shape->clock_hz + 999999) / 1000000;
    s->clks_4us = (4 * shape->clock_hz + 999999) / 1000000;
    begin_decoder(s);
    // A target that was about to pull SDA does so with SCL high: a START, and whoever sees one lets go.
    const uint64_t twice = 2 * (s->decoder.spike_clks + REACTION_CLKS);
    s->clks_let_go = s->clks_2us > twice ? s->clks_2us : twice;
    // SR shows an edge once the filter believes it, the controller has acted on it, and the read data and ack are registered.
    const uint64_t seen = s->decoder.spike_clks + 1 + REACTION_CLKS + 2;
    s->clks_busy = s->clks_2us > seen ? s->clks_2us : seen;
    for (unsigned k = 0; k < SCOREBOARDS; k++)
        s->verdict[k].on = on >> k & 1;
    for (unsigned k = 0; k < RECORD_SOCKETS; k++)
        s->drive[k] = s->other[k] = (uint8_t)shape->socket[k].drive;
    timing_init(s); // what the others remember begins with the resets of the first record
}

static void release_or_reset(struct scoreboards *s, const struct record *r, unsigned k)
{
    const bool run = r->rst_n >> k & 1;
    const struct socket_shape *const socket = &s->shape.socket[k];
    s->run[k] = run ? 0xffff : 0;
    s->other[k] = run && socket->present[TWIN_RTL] && socket->present[TWIN_C] ? !s->drive[k] : s->drive[k];
    if (run)
        s->released[k] = r->clk;
    if (k == 0) {
        host_reset(s);
        protocol_reset(s, r);
        return;
    }
    const unsigned i = k - 1;
    if (s->decoder.busy && (s->ready | s->waking) >> i & 1) { // a power cycle in the middle of a transfer: SDA moves when it likes
        command_foul(s);
    }
    s->ready &= (uint8_t)~(1u << i);
    s->waking &= (uint8_t)~(1u << i);
    if (s->selected == (int)i)
        s->selected = -1;
    gpio_reset(s, i);
    int_reset(s, r, i);
}

static void watch_resets(struct scoreboards *s, const struct record *r)
{
    const unsigned moved = s->begun ? (unsigned)(s->last.rst_n ^ r->rst_n) : ~0u;
    s->all_in_reset = true;
    for (unsigned k = 0; k <= s->shape.targets; k++) {
        if (moved >> k & 1)
            release_or_reset(s, r, k);
        s->all_in_reset = s->all_in_reset && in_reset(s, k);
    }
    if (s->all_in_reset) { // outputs may be undefined before the first edge in reset: the wires mean nothing until one is out
        begin_decoder(s);
        s->unheard = false;
    }
    if (s->on >> SB_TIMING & 1)
        timing_reset(s, r);
}

// A foreign driver made it, a reset, or the host, who disabled the controller in mid transfer or wants it too fast. Other runts of the
// controller alone are its fault.
static bool runt_is_excused(const struct scoreboards *s, uint64_t clk)
{
    uint64_t cause = s->foreign_clk > s->host.ctr_clk ? s->foreign_clk : s->host.ctr_clk;
    for (unsigned k = 0; k <= s->shape.targets; k++) {
        const uint64_t reset = in_reset(s, k) ? clk : s->released[k];
        cause = reset > cause ? reset : cause;
    }
    return outpaces_filters(s) || clk <= cause + s->decoder.sure_clks + s->decoder.spike_clks + REACTION_CLKS;
}

// Whether a target counted the runt is nobody's rule (PH97 11, tSW; UM10204 table 10, tHIGH and tLOW), nor what it did after it.
static void lose_targets(struct scoreboards *s, const struct record *r)
{
    const unsigned concerned = s->selected >= 0 ? 1u << s->selected : (unsigned)s->ready | s->waking;
    for (unsigned i = 0; i < s->shape.targets; i++)
        if (concerned >> i & 1) {
            gpio_lose(s, i);
            int_lose(s, r, i);
        }
    s->selected = -1;
    s->ready = s->waking = 0;
    if (s->decoder.sda.edge + s->decoder.sure_clks >= r->clk) // an S or P to some, and none to others
        s->protocol.busy_known = false;
    command_foul(s);
}

// Who takes part in the transfer, before the judges see the symbol.
static void select_target(struct scoreboards *s, const struct record *r, const struct symbol *sym)
{
    if (sym->kind == SYMBOL_BIT)
        return;
    if (sym->kind != SYMBOL_ACK && sym->kind != SYMBOL_NACK) { // UM10204 3.1.10 note 4
        s->selected = -1;
        s->unheard = s->unheard && sym->clk <= s->unheard_clk;
        for (unsigned i = 0; i < s->shape.targets; i++) // a target that wakes up together with the START may have missed it
            if (!in_reset(s, 1 + i) && s->released[1 + i] <= sym->clk)
                *(s->released[1 + i] + s->decoder.sure_clks + REACTION_CLKS <= sym->clk ? &s->ready : &s->waking) |= (uint8_t)(1u << i);
        if (s->unheard) // an S or P within the runt
            lose_targets(s, r);
        return;
    }
    if (sym->index != 0)
        return;
    const int target = scoreboards_target_at(s, s->decoder.addr);
    const bool acked = sym->kind == SYMBOL_ACK, heard = acked || overpowered(s, sym);
    if (target >= 0 && acked && !(drive_out(s, r, 1 + (unsigned)target) & TGT_SDA)) // who acknowledges by its own hand has seen it
        s->ready |= s->waking & (uint8_t)(1u << target);
    s->selected = target >= 0 && s->ready >> target & 1 && heard ? target : -1;
}

static inline void count(struct scoreboards *s, uint64_t clks)
{
    for (unsigned k = 0; k < SCOREBOARDS; k++) {
        s->verdict[k].checks += s->tally[k].levels * clks;
        s->verdict[k].failures += s->tally[k].bad * clks;
    }
}

// Which judges have anything new to look at. The others' tallies stand.
enum { MOVED_LINES = 1, MOVED_HOST = 2, MOVED_TARGETS = 4, MOVED_ALL = 7 };

static unsigned what_moved(const struct scoreboards *s, const struct record *r)
{
    const struct record *const was = &s->last;
    enum { HOST_OUT = CTL_ACK | CTL_IRQ | CTL_DAT };
    const bool sockets = memcmp(r->out[1], was->out[1], RECORD_TARGETS * sizeof r->out[1]) != 0;
    const unsigned ctl = (unsigned)(r->out[0][0] ^ was->out[0][0]) | (unsigned)(r->out[0][1] ^ was->out[0][1]);

    // A standing failure is looked at again: it may be asked for its text.
    const bool lines = sockets || (ctl & ~(unsigned)HOST_OUT) || r->scl != was->scl || r->sda != was->sda || r->foreign != was->foreign
                       || s->tally[SB_LINES].bad || s->tally[SB_PROTOCOL].bad;
    const bool host = (ctl & HOST_OUT) || r->host != was->host || r->clk >= s->host.due || s->tally[SB_HOST].bad;
    const bool targets = sockets || memcmp(r->pins, was->pins, sizeof r->pins) != 0 || memcmp(r->ext_low, was->ext_low, sizeof r->ext_low) != 0
                         || r->int_n != was->int_n || r->clk >= s->targets_due || (s->selected >= 0 && s->decoder.read)
                         || s->tally[SB_GPIO].bad || s->tally[SB_INT].bad;
    return lines * MOVED_LINES | host * MOVED_HOST | targets * MOVED_TARGETS;
}

static void judge_targets(struct scoreboards *s, const struct record *r, const struct symbol *sym)
{
    if (s->on >> SB_GPIO & 1) {
        gpio_step(s, r, sym);
        gpio_tally(s, r);
    }
    if (s->on >> SB_INT & 1) {
        int_step(s, r, sym);
        int_tally(s, r);
    }
    s->targets_due = NEVER;
    for (unsigned i = 0; i < s->shape.targets; i++) {
        if (s->gpio[i].due < s->targets_due)
            s->targets_due = s->gpio[i].due;
        if (s->intr[i].open_until > r->clk && s->intr[i].open_until < s->targets_due)
            s->targets_due = s->intr[i].open_until;
    }
}

static uint64_t next_due(const struct scoreboards *s, uint64_t clk)
{
    uint64_t due = s->decoder.due;
    if (s->host.due < due)
        due = s->host.due;
    if (s->protocol.due < due)
        due = s->protocol.due;
    if (s->protocol.let_go_from < due)
        due = s->protocol.let_go_from;
    if (s->protocol.stall_at < due)
        due = s->protocol.stall_at;
    if (s->targets_due < due)
        due = s->targets_due;
    if (s->timing.due < due)
        due = s->timing.due;
    return due > clk ? due : clk + 1;
}

static unsigned begin_or_reset(struct scoreboards *s, const struct record *r)
{
    if (!s->begun)
        s->last = *r;
    watch_resets(s, r);
    s->begun = true;
    return MOVED_ALL;
}

static bool decode(struct scoreboards *s, const struct record *r, struct symbol *symbol)
{
    if (s->all_in_reset)
        return false;
    const bool decoded = decoder_step(&s->decoder, r->clk, r->scl, r->sda, symbol);
    if (decoded)
        select_target(s, r, symbol);
    if (s->decoder.runt && runt_is_excused(s, r->clk)) {
        s->unheard = true;
        s->unheard_clk = r->clk;
        lose_targets(s, r);
    }
    if (!decoded)
        return false;
    s->symbols[(s->first_symbol + s->symbol_count++) % 8] = *symbol;
    if (s->symbol_count > 8) {
        s->symbol_count = 8;
        s->first_symbol = (s->first_symbol + 1) % 8;
    }
    return true;
}

static void judge(struct scoreboards *s, const struct record *r)
{
    unsigned moved = what_moved(s, r);
    if (!s->begun || s->last.rst_n != r->rst_n)
        moved = begin_or_reset(s, r);
    count(s, r->clk - s->counted);
    if (s->last.foreign | r->foreign) {
        s->foreign_clk = r->clk;
        s->foreign_until = r->clk + s->decoder.spike_clks + REACTION_CLKS;
        if ((s->last.foreign | r->foreign) & (FOREIGN_SCL_HIGH | FOREIGN_SDA_HIGH))
            s->forced_clk = r->clk;
    }

    if (s->on >> SB_TIMING & 1 && !s->all_in_reset) {
        if (s->last.foreign != r->foreign)
            timing_foreign(s, r);
        if (s->last.scl != r->scl || s->last.sda != r->sda || r->clk >= s->timing.due)
            timing_step(s, r); // before the decoder: it says where the edge came
    }

    if (r->clk >= s->decoder.due) // a level is believed, perhaps without a symbol
        moved |= MOVED_LINES;
    const bool was_ninth = decoder_ninth_pending(&s->decoder);
    struct symbol symbol;
    const struct symbol *const sym = decode(s, r, &symbol) ? &symbol : NULL;
    if (sym || s->decoder.ended_ninth || was_ninth || decoder_ninth_pending(&s->decoder))
        moved |= MOVED_TARGETS;

    s->host.access.valid = false;
    if (moved & MOVED_HOST)
        host_step(s, r);
    if (moved & MOVED_TARGETS)
        judge_targets(s, r, sym);
    if (sym || s->decoder.ended_ninth || r->clk >= s->protocol.due || r->clk >= s->protocol.let_go_from || r->clk >= s->protocol.stall_at)
        moved |= MOVED_LINES;
    if (moved & (MOVED_LINES | MOVED_HOST) && s->on >> SB_PROTOCOL & 1) {
        protocol_step(s, r, sym);
        protocol_tally(s, r);
    }
    if (sym && sym->kind == SYMBOL_NACK && s->decoder.read) // PH97 Fig 11: the target waits for S or P
        s->selected = -1;
    if (moved & MOVED_HOST && s->on >> SB_HOST & 1)
        host_tally(s, r);
    if (moved & MOVED_LINES && s->on >> SB_LINES & 1)
        lines_tally(s, r);

    count(s, 1);
    s->counted = r->clk + 1;
    s->last = *r;
    s->due = next_due(s, r->clk);
}

// Judges the last record again at every deadline before `clk`.
static void catch_up(struct scoreboards *s, uint64_t clk)
{
    while (s->begun && s->due < clk) {
        struct record again = s->last;
        again.clk = s->due;
        judge(s, &again);
    }
}

uint64_t scoreboards_judge(struct scoreboards *s, const struct record *r)
{
    catch_up(s, r->clk);
    s->failing = 0;
    judge(s, r);
    for (unsigned k = 0; k < SCOREBOARDS; k++)
        s->failing |= (s->tally[k].bad > 0) << k;
    return s->due;
}

void scoreboards_finish(struct scoreboards *s, uint64_t clk)
{
    catch_up(s, clk);
    if (!s->begun || clk <= s->counted)
        return;
    count(s, clk - s->counted);
    s->counted = clk;
}

unsigned scoreboards_failing(const struct scoreboards *s)
{
    return s->failing;
}

bool scoreboards_next_symbol(struct scoreboards *s, struct symbol *out)
{
    if (s->symbol_count == 0)
        return false;
    *out = s->symbols[s->first_symbol];
    s->first_symbol = (s->first_symbol + 1) % 8;
    s->symbol_count--;
    return true;
}

void scoreboards_place(const struct scoreboards *s, char *text, unsigned size)
{
    decoder_place(&s->decoder, text, size);
}
