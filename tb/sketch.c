// SPDX-License-Identifier: Apache-2.0
#include "sketch.h"

#include <string.h>

// ---- The pin that failed, in records --------------------------------------------------------------------------------

enum { SCL_SHIFT = 0, SDA_SHIFT = 1, HIGH_SHIFT = 2, INT_SHIFT = 3, ACK_SHIFT = 3, IRQ_SHIFT = 4 }; // bits of CTL_... and TGT_...

// A line as everybody pulls it: the driving twins or, with `twin`, their shadows.
static unsigned all_outputs(const struct sketch_source *s, const struct board_shape *shape, const struct record *r) {
    unsigned level = 1;
    for (unsigned k = s->shift == INT_SHIFT ? 1 : 0; k <= shape->targets; k++) {
        const struct socket_shape *socket = &shape->socket[k];
        level &= r->out[k][s->twin && socket->present[!socket->drive] ? !socket->drive : socket->drive] >> s->shift;
    }
    if (s->shift == INT_SHIFT)
        return level & 1;
    return ((level & ~(unsigned)(r->foreign >> s->shift)) | r->foreign >> (s->shift + 2)) & 1; // FOREIGN_..._LOW, FOREIGN_..._HIGH
}

static uint8_t value(const struct sketch_source *s, const struct board_shape *shape, const struct record *r) {
    switch (s->from) {
    case SOURCE_SCL:
        return r->scl;
    case SOURCE_SDA:
        return r->sda;
    case SOURCE_INT:
        return r->int_n;
    case SOURCE_OUTPUT:
        return (uint8_t)(r->out[s->socket][s->twin] >> s->shift & ((1u << s->bits) - 1));
    case SOURCE_ALL_OUTPUTS:
        return (uint8_t)all_outputs(s, shape, r);
    case SOURCE_PINS:
        return r->pins[s->socket - 1];
    case SOURCE_ALL_AT_PINS:
        return (uint8_t)(r->out[s->socket][shape->socket[s->socket].drive] >> TGT_PORT_SHIFT & ~r->ext_low[s->socket - 1]);
    case SOURCE_NONE:
        break;
    }
    return 0;
}

static void find_on_wires(struct sketch_pin *pin, const struct mismatch *m) {
    bool symbol = strcmp(m->pin, "symbol") == 0;
    if (strcmp(m->pin, "scl") == 0)
        pin->seen = (struct sketch_source){.from = SOURCE_SCL, .shift = SCL_SHIFT, .bits = 1};
    else if (strcmp(m->pin, "sda") == 0 || symbol)
        pin->seen = (struct sketch_source){.from = SOURCE_SDA, .shift = SDA_SHIFT, .bits = 1};
    else if (strcmp(m->pin, "int_n") == 0)
        pin->seen = (struct sketch_source){.from = SOURCE_INT, .shift = INT_SHIFT, .bits = 1};
    if (pin->seen.bits && !symbol)
        pin->expected = (struct sketch_source){SOURCE_ALL_OUTPUTS, 0, strcmp(m->clause, "lockstep") == 0, pin->seen.shift, 1};
}

static void find_on_socket(struct sketch_pin *pin, const struct board_shape *shape, const struct mismatch *m) {
    static const struct {
        const char *name;
        bool controller, target;
        unsigned shift, bits;
    } pins[] = {{"scl", true, true, SCL_SHIFT, 1}, {"sda", true, true, SDA_SHIFT, 1}, {"drives_high", true, true, HIGH_SHIFT, 1},
                {"ack", true, false, ACK_SHIFT, 1}, {"irq", true, false, IRQ_SHIFT, 1}, {"dat", true, false, CTL_DAT_SHIFT, 8},
                {"int_n", false, true, INT_SHIFT, 1}, {"port", false, true, TGT_PORT_SHIFT, 8}};
    unsigned socket = (unsigned)m->socket;
    if (socket && strcmp(m->pin, "pins") == 0) {
        pin->seen = (struct sketch_source){.from = SOURCE_PINS, .socket = socket, .bits = 8};
        pin->expected = (struct sketch_source){.from = SOURCE_ALL_AT_PINS, .socket = socket, .bits = 8};
    }
    for (unsigned i = 0; i < sizeof pins / sizeof *pins; i++)
        if ((socket ? pins[i].target : pins[i].controller) && strcmp(m->pin, pins[i].name) == 0)
            pin->seen = (struct sketch_source){SOURCE_OUTPUT, socket, shape->socket[socket].drive, pins[i].shift, pins[i].bits};
    if (pin->seen.from == SOURCE_OUTPUT && strcmp(m->clause, "lockstep") == 0) { // the judges take the C model for what is expected
        pin->expected = pin->seen;
        pin->expected.twin = TWIN_C;
        pin->seen.twin = TWIN_RTL;
    }
}

// A pin is drawn as expected and seen only if it shows, at the mismatch, what the mismatch says.
static void find_pin(struct sketch_pin *pin, const struct board_shape *shape, const struct mismatch *m, const struct record *at) {
    if (m->socket < 0 || strcmp(m->pin, "symbol") == 0)
        find_on_wires(pin, m);
    else
        find_on_socket(pin, shape, m);
    pin->bits = (uint8_t)pin->seen.bits;
    pin->paired = m->bits && m->bits == pin->bits && value(&pin->seen, shape, at) == m->seen;
    pin->told = pin->paired && (pin->expected.from == SOURCE_NONE || value(&pin->expected, shape, at) != m->expected);
}

// ---- Changes --------------------------------------------------------------------------------------------------------

static uint64_t end_of(const struct sketch *one) { return one->clk + SKETCH_AFTER * one->period; }

// The first edge resets everything: what the RTL shows before it is not defined.
static uint64_t start_of(const struct sketch *one) {
    return one->clk > SKETCH_BEFORE * one->period + 2 ? one->clk - SKETCH_BEFORE * one->period : 2;
}

static bool same_levels(const struct sketch_change *a, const struct sketch_change *b) {
    return a->scl == b->scl && a->sda == b->sda && a->int_n == b->int_n && a->seen == b->seen && a->expected == b->expected;
}

// Of the time before the mismatch the oldest is given up, if need be, for what is nearer; of that after it, the rest.
static void add_change(struct sketch *one, const struct sketch_change *c) {
    const struct sketch_change *last = one->changes ? &one->change[one->changes - 1] : NULL;
    if (one->full || c->clk >= end_of(one) || (last && same_levels(last, c)))
        return;
    one->has_int = one->has_int || (last && last->int_n != c->int_n);
    if (one->changes == SKETCH_CHANGES) {
        if (c->clk > one->clk) {
            one->full = true;
            one->to = c->clk;
            return;
        }
        memmove(one->change, one->change + 1, sizeof one->change - sizeof *one->change);
        one->from = one->change[0].clk;
        one->changes--;
    }
    one->change[one->changes++] = *c;
}

static void add_record(const struct sketches *s, struct sketch *one, const struct record *r) {
    const struct board_shape *shape = &s->board->shape;
    struct sketch_change c = {.clk = r->clk > one->from ? r->clk : one->from, .scl = r->scl, .sda = r->sda, .int_n = r->int_n};
    if (one->pin.bits)
        c.seen = value(&one->pin.seen, shape, r);
    if (one->pin.paired && !one->pin.told)
        c.expected = value(&one->pin.expected, shape, r);
    add_change(one, &c);
}

// The number of the record that holds at sample clk; the oldest there is, if that is later.
static uint64_t number_at(const struct recorder *ring, uint64_t clk) {
    uint64_t n = ring->pushed - 1;
    while (n > recorder_first(ring) && recorder_get(ring, n)->clk > clk)
        n--;
    return n;
}

// What the ring still holds of the time from start_of to now.
static void copy_ring(const struct sketches *s, struct sketch *one) {
    const struct recorder *ring = &s->board->recorder;
    uint64_t first = number_at(ring, start_of(one)), since = first;
    uint64_t clk = recorder_get(ring, first)->clk;
    one->from = clk > start_of(one) ? clk : start_of(one);
    while (since > recorder_first(ring) && recorder_get(ring, since - 1)->scl == recorder_get(ring, first)->scl)
        since--;
    one->scl_since = recorder_get(ring, since)->clk;
    for (uint64_t n = first; n < ring->pushed; n++)
        add_record(s, one, recorder_get(ring, n));
}

void sketches_add(struct sketches *s, int board, const struct mismatch *m) {
    if (!s->board || s->started >> board & 1 || !m->valid)
        return;
    s->started |= 1u << board;
    if (s->count == SKETCHES)
        return;
    struct sketch *one = &s->sketch[s->count++];
    memset(one, 0, sizeof *one);
    one->scenario = s->scenario;
    one->board = board;
    one->clk = m->clk;
    one->from = UINT64_MAX;
    one->period = s->period;
    one->has_int = strcmp(m->pin, "int_n") == 0;
    const struct recorder *ring = &s->board->recorder;
    if (ring->pushed && !recorder_stopped(ring)) {
        find_pin(&one->pin, &s->board->shape, m, recorder_get(ring, number_at(ring, m->clk)));
        copy_ring(s, one);
    }
    uint64_t until = end_of(one) + one->period; // a symbol is heard some time after the edge that made it
    if (s->open_until < until)
        s->open_until = until;
}

// ---- The end --------------------------------------------------------------------------------------------------------

static void copy_symbols(const struct sketches *s, struct sketch *one) {
    for (uint64_t n = s->symbols > SKETCH_SYMBOLS ? s->symbols - SKETCH_SYMBOLS : 0; n < s->symbols; n++) {
        const struct symbol *symbol = &s->recent[n % SKETCH_SYMBOLS];
        if (symbol->clk >= one->from && symbol->clk < one->to)
            one->symbol[one->symbols++] = *symbol;
    }
}

// The last transfers of this scenario that began before the mismatch.
static void copy_transfers(const struct sketches *s, struct sketch *one) {
    struct transfer last;
    uint64_t end = s->transactions->count + 1;
    while (end > 0 && (!transactions_get(s->transactions, end - 1, &last) || last.start_clk > one->clk))
        end--;
    uint64_t begin = end;
    while (begin > 0 && end - begin < SKETCH_TRANSFERS && transactions_get(s->transactions, begin - 1, &last) && last.start_clk >= s->scenario_clk)
        begin--;
    for (; begin < end; begin++)
        transactions_get(s->transactions, begin, &one->transfer[one->transfers++]);
}

void sketches_close(struct sketches *s) {
    for (; s->complete < s->count; s->complete++) {
        struct sketch *one = &s->sketch[s->complete];
        if (!one->full)
            one->to = s->board->clk < end_of(one) ? s->board->clk : end_of(one);
        one->scl_stuck = one->changes > 0;
        for (unsigned i = 1; i < one->changes; i++)
            one->scl_stuck = one->scl_stuck && one->change[i].scl == one->change[0].scl;
        copy_symbols(s, one);
        copy_transfers(s, one);
    }
    s->open_until = 0;
}

void sketches_scenario(struct sketches *s, unsigned scenario) {
    s->scenario = scenario;
    s->scenario_clk = s->board->clk;
    s->started = 0;
}

const struct sketch *sketches_find(const struct sketches *s, unsigned scenario, int board) {
    for (unsigned i = 0; i < s->count; i++)
        if (s->sketch[i].scenario == scenario && s->sketch[i].board == board)
            return &s->sketch[i];
    return NULL;
}

const char *symbol_word(const struct symbol *symbol) {
    static const char *const words[] = {[SYMBOL_START] = "S", [SYMBOL_RESTART] = "Sr", [SYMBOL_STOP] = "P", [SYMBOL_BIT] = "0",
                                        [SYMBOL_ACK] = "A",   [SYMBOL_NACK] = "N"};
    return symbol->kind == SYMBOL_BIT && symbol->bit ? "1" : words[symbol->kind];
}

// ---- Listening ------------------------------------------------------------------------------------------------------

static void on_record(void *ctx, const struct record *r) {
    struct sketches *s = ctx;
    if (s->open_until == 0)
        return;
    for (unsigned i = s->complete; i < s->count; i++)
        add_record(s, &s->sketch[i], r);
    if (r->clk >= s->open_until)
        sketches_close(s);
}

static void on_symbol(void *ctx, const struct symbol *symbol) {
    struct sketches *s = ctx;
    s->recent[s->symbols++ % SKETCH_SYMBOLS] = *symbol;
}

static void on_failing(void *ctx, uint64_t clk, unsigned bits) {
    struct sketches *s = ctx;
    (void)clk;
    for (int i = 0; i < SCOREBOARDS; i++)
        if (bits & ~s->started & 1u << i)
            sketches_add(s, i, &scoreboards_verdict(&s->board->scoreboards, i)->first);
}

void sketches_listen(struct sketches *s, struct board *b, const struct transactions *t, uint64_t period) {
    memset(s, 0, sizeof *s);
    s->board = b;
    s->transactions = t;
    s->period = period;
    board_listen(b, &(struct board_listener){.ctx = s, .record = on_record, .symbol = on_symbol, .failing = on_failing});
}
