// SPDX-License-Identifier: Apache-2.0
//
// Coverage of the bus: symbols, transfers, clock, and what is done to it from outside.
#include "coverage_parts.h"

enum { SYMBOL_NONE = SYMBOL_NACK + 1 };

// The words of groups symbol and transition.
static unsigned symbol_word_number(const struct symbol *s) {
    static const unsigned number[] = {[SYMBOL_START] = 0, [SYMBOL_RESTART] = 1, [SYMBOL_STOP] = 2, [SYMBOL_BIT] = 3, [SYMBOL_ACK] = 5, [SYMBOL_NACK] = 6};
    return number[s->kind] + (s->kind == SYMBOL_BIT && s->bit);
}
enum { NO_WORD = 7 };

unsigned coverage_slot(const struct decoder *d) {
    if (!d->busy)
        return SLOT_IDLE;
    if (d->index > 0)
        return d->read ? d->bits < 8 ? SLOT_READ : SLOT_READ_ACK : d->bits < 8 ? SLOT_WRITE : SLOT_WRITE_ACK;
    if (d->bits == 0 && d->scl.level && !d->clocked)
        return SLOT_START;
    return d->bits < 7 ? SLOT_ADDRESS : d->bits == 7 ? SLOT_RW : SLOT_ADDRESS_ACK;
}

// ---- Transfers ------------------------------------------------------------------------------------------------------

enum end { END_STOP, END_RESTART, END_BROKEN, END_CUT };

static void transfer_end(struct coverage *c, enum end end) {
    struct coverage_bus *b = &c->bus;
    unsigned data = b->bytes - 1;
    if (!b->open)
        return;
    b->open = false;
    if (!b->addressed)
        return;
    COVER(c, COVER_TRANSFER, b->read, data < 3 ? data : data < 9 ? 3 : 4, end);
    if (end == END_STOP || end == END_RESTART)
        COVER(c, COVER_NACK, b->read, b->nack > 3 ? 3 : b->nack, end);
}

static void transfer_begin(struct coverage *c) {
    struct coverage_bus *b = &c->bus;
    b->open = true;
    b->addressed = false;
    b->bytes = b->bits = b->nack = 0;
}

static unsigned address_class(const struct coverage *c, unsigned addr, bool ack) {
    enum { TARGET, OFF, ABSENT, GENERAL_CALL, CBUS, OTHER_FORMAT, FUTURE, HS, TEN_BIT, DEVICE_ID };
    for (unsigned t = 0; t < c->board->shape.targets; t++)
        if (c->board->shape.socket[1 + t].addr == addr)
            return ack ? TARGET : OFF;
    if (addr < 4) // UM10204 table 4
        return GENERAL_CALL + addr;
    return addr < 8 ? HS : addr < 0x78 ? ABSENT : addr < 0x7c ? TEN_BIT : DEVICE_ID;
}

static void transfer_symbol(struct coverage *c, const struct symbol *s) {
    struct coverage_bus *b = &c->bus;
    switch (s->kind) {
    case SYMBOL_START:
    case SYMBOL_RESTART:
    case SYMBOL_STOP:
        transfer_end(c, b->bits ? END_BROKEN : s->kind == SYMBOL_STOP ? END_STOP : END_RESTART);
        if (s->kind != SYMBOL_STOP)
            transfer_begin(c);
        break;
    case SYMBOL_BIT:
        b->bits++;
        break;
    case SYMBOL_ACK:
    case SYMBOL_NACK:
        b->bits = 0;
        if (!b->open)
            break;
        if (b->bytes == 0) {
            b->addressed = true;
            b->read = s->byte & 1;
            COVER(c, COVER_ADDRESS, address_class(c, s->byte >> 1, s->kind == SYMBOL_ACK), b->read);
        }
        b->bytes++;
        if (s->kind == SYMBOL_NACK && !b->nack)
            b->nack = b->bytes;
    }
}

static void cover_position(struct coverage *c, const struct symbol *s) {
    const struct coverage_bus *b = &c->bus;
    unsigned at = coverage_decoder(c)->ended_ninth ? 8 : b->bits;
    unsigned byte = !b->addressed || (at == 8 && b->bytes == 1) ? 0 : b->read ? 2 : 1;
    if (b->open)
        COVER(c, COVER_POSITION, s->kind == SYMBOL_STOP, byte, at);
}

void coverage_bus_symbol(struct coverage *c, const struct symbol *s) {
    struct coverage_bus *b = &c->bus;
    unsigned word = symbol_word_number(s);
    COVER(c, COVER_SYMBOL, word);
    if (b->last_symbol != NO_WORD)
        COVER(c, COVER_TRANSITION, b->last_symbol, word);
    b->last_symbol = (uint8_t)word;
    b->symbol_clk = s->clk;
    if (s->kind == SYMBOL_RESTART || s->kind == SYMBOL_STOP)
        cover_position(c, s);
    transfer_symbol(c, s);
    if (s->kind == SYMBOL_STOP) {
        b->stopped = true;
        b->stop_clk = s->clk;
    } else if (s->kind == SYMBOL_START && b->stopped) {
        uint64_t gap = s->clk - b->stop_clk, p = coverage_p(c);
        COVER(c, COVER_GAP, gap <= 4 * p ? 0 : gap <= 10 * p ? 1 : gap <= 50 * p ? 2 : 3);
        b->stopped = false;
    }
}

void coverage_bus_cut(struct coverage *c) {
    transfer_end(c, END_CUT);
    c->bus = (struct coverage_bus){.last_symbol = NO_WORD};
}

// ---- Wires ----------------------------------------------------------------------------------------------------------

static bool ctl_scl(const struct coverage *c, const struct record *r) { return r->out[0][c->board->shape.socket[0].drive] & CTL_SCL; }

static void cover_clock(struct coverage *c, const struct record *r) {
    struct coverage_bus *b = &c->bus;
    uint64_t p = coverage_p(c), length = r->clk - b->scl_edge;
    if (r->scl && b->own_low)
        COVER(c, COVER_CLOCK_LOW, length <= 3 * p ? 0 : length <= 5 * p ? 1 : 2);
    if (!r->scl && coverage_decoder(c)->busy)
        COVER(c, COVER_CLOCK_HIGH, length < 2 * p ? 0 : length == 2 * p ? 1 : length <= 5 * p ? 2 : 3);
    b->own_low = false;
}

// A pulse that the decoder takes for no level.
static void cover_spike(struct coverage *c, const struct record *r, bool scl) {
    const struct decoder *d = coverage_decoder(c);
    uint64_t edge = scl ? c->bus.scl_edge : c->bus.sda_edge;
    bool level = scl ? r->scl : r->sda;
    if (edge && r->clk - edge <= d->spike_clks && (scl ? d->scl.level : d->sda.level) == level)
        COVER(c, COVER_SPIKE, scl ? 0 : 1 + d->scl.level, !level, d->busy);
}

static void stretch_end(struct coverage *c, const struct record *r) {
    uint64_t length = r->clk - c->bus.stretch_clk, p = coverage_p(c);
    unsigned slot = c->bus.stretch_slot;
    c->bus.stretched = false;
    COVER(c, COVER_STRETCH, slot - SLOT_ADDRESS, length < p ? 0 : length < 5 * p ? 1 : 2);
}

// The controller lets go of SCL and somebody else does not.
static void cover_stretch(struct coverage *c, const struct record *r) {
    struct coverage_bus *b = &c->bus;
    unsigned slot = coverage_command_slot(c);
    if (b->stretched && !ctl_scl(c, r))
        b->stretched = false;
    if (b->stretched && r->scl)
        stretch_end(c, r);
    if (ctl_scl(c, r) && !ctl_scl(c, &c->last) && !r->scl && slot >= SLOT_ADDRESS) {
        b->stretched = true;
        b->stretch_clk = r->clk;
        b->stretch_slot = (uint8_t)slot;
    }
}

static void cover_faults(struct coverage *c, const struct record *r) {
    const struct decoder *d = coverage_decoder(c);
    unsigned slot = coverage_slot(d), begun = r->foreign & ~c->last.foreign, reset = c->last.rst_n & ~r->rst_n;
    for (unsigned i = 0; i < 4; i++)
        if (begun >> i & 1)
            COVER(c, COVER_FAULT, i, slot, d->scl.level);
    if (reset)
        COVER(c, COVER_FAULT, 4 + (r->rst_n == 0 ? 2 : reset & 1 ? 0 : 1), slot, d->scl.level);
}

void coverage_bus_record(struct coverage *c, const struct record *r) {
    struct coverage_bus *b = &c->bus;
    if (r->foreign != c->last.foreign || r->rst_n != c->last.rst_n)
        cover_faults(c, r);
    if (r->scl == c->last.scl && r->sda == c->last.sda && r->out[0][0] == c->last.out[0][0] && r->out[0][1] == c->last.out[0][1])
        return;
    cover_stretch(c, r);
    if (r->sda != c->last.sda) {
        cover_spike(c, r, false);
        b->sda_edge = r->clk;
    }
    if (r->scl != c->last.scl) {
        cover_spike(c, r, true);
        cover_clock(c, r);
        b->edge_slot = (uint8_t)coverage_slot(coverage_decoder(c));
        b->scl_edge = r->clk;
    }
    b->own_low = !r->scl && (b->own_low || !ctl_scl(c, r));
}
