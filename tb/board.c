// SPDX-License-Identifier: Apache-2.0
#include "board.h"

#include <assert.h>
#include <string.h>

_Static_assert(RTL_SDA_SHIFT < 64, "the RTL's word holds every twin's outputs and the wires");
_Static_assert(C_PINS_SHIFT + 8 * RECORD_TARGETS <= 64, "C's word holds the pins of every target");

static const uint64_t never = UINT64_MAX;

static const char *find_types(struct board *b, const struct config *c) {
    for (unsigned i = 0; controller_types[i]; i++)
        if (strcmp(controller_types[i]->name, c->socket[0].type) == 0)
            b->ctl_type = controller_types[i];
    if (!b->ctl_type || b->ctl_type->state_size > SOCKET_STATE)
        return "the controller's type has no adapter in wrappers/devices.c";
    for (unsigned t = 0; t < c->targets; t++) {
        for (unsigned i = 0; target_types[i]; i++)
            if (strcmp(target_types[i]->name, c->socket[1 + t].type) == 0)
                b->tgt_type[t] = target_types[i];
        if (!b->tgt_type[t] || b->tgt_type[t]->state_size > SOCKET_STATE)
            return "a target's type has no adapter in wrappers/devices.c";
    }
    return NULL;
}

static void shape_init(struct board_shape *shape, const struct config *c) {
    shape->clock_hz = c->clock_hz;
    shape->scl_hz = c->scl_hz;
    shape->spike_ns = c->spike_ns;
    shape->targets = c->targets;
    for (unsigned s = 0; s <= c->targets; s++) {
        const struct config_socket *from = &c->socket[s];
        struct socket_shape *to = &shape->socket[s];
        memcpy(to->name, from->name, sizeof to->name);
        memcpy(to->type, from->type, sizeof to->type);
        memcpy(to->personality, from->personality, sizeof to->personality);
        to->addr = from->addr;
        to->spike_ns = from->spike_ns;
        to->drive = from->drives;
        memcpy(to->present, from->present, sizeof to->present);
    }
}

static unsigned word_shift(unsigned socket) { return socket ? RTL_TGT_SHIFT + (socket - 1) * TGT_BITS : 0; }
static unsigned word_bits(unsigned socket) { return socket ? TGT_BITS : CTL_BITS; }
static uint16_t reset_word(unsigned socket) { return socket ? TGT_RESET : CTL_RESET; }

static uint16_t rtl_out(uint64_t rtl, unsigned socket) {
    return (uint16_t)(rtl >> word_shift(socket) & ((1u << word_bits(socket)) - 1));
}

static bool drives(const struct board *b, unsigned socket, enum record_twin twin) { return b->shape.socket[socket].drive == twin; }

// C's word: everything that is not RTL, as the RTL sees it from the next sample on.
static uint64_t compose(const struct board *b, const struct stimulus_out *out) {
    bool scl = !(out->foreign & FOREIGN_SCL_LOW), sda = !(out->foreign & FOREIGN_SDA_LOW);
    uint64_t word = (uint64_t)out->rst_n << C_RST_SHIFT | (uint64_t)out->host << C_HOST_SHIFT;
    for (unsigned s = 0; s <= b->shape.targets; s++) {
        if (drives(b, s, TWIN_C)) { // SCL and SDA are bits 0 and 1 of both kinds of word
            scl = scl && (b->c_out[s] & CTL_SCL);
            sda = sda && (b->c_out[s] & CTL_SDA);
        }
    }
    for (unsigned t = 0; t < RECORD_TARGETS; t++) {
        uint8_t port = t < b->shape.targets && drives(b, 1 + t, TWIN_C) ? (uint8_t)(b->c_out[1 + t] >> TGT_PORT_SHIFT) : 0xff;
        word |= (uint64_t)(uint8_t)(port & ~out->ext_low[t]) << (C_PINS_SHIFT + 8 * t);
    }
    word |= (uint64_t)scl << C_SCL_SHIFT | (uint64_t)sda << C_SDA_SHIFT;
    word |= (uint64_t)((out->foreign & FOREIGN_SCL_HIGH) != 0) << C_SCL_HIGH_SHIFT;
    return word | (uint64_t)((out->foreign & FOREIGN_SDA_HIGH) != 0) << C_SDA_HIGH_SHIFT;
}

const char *board_init(struct board *b, const struct config *c) {
    memset(b, 0, sizeof *b);
    shape_init(&b->shape, c);
    const char *wrong = find_types(b, c);
    if (wrong)
        return wrong;
    for (unsigned s = 0; s <= c->targets; s++) {
        b->c_out[s] = reset_word(s);
        b->any_rtl = b->any_rtl || c->socket[s].present[TWIN_RTL];
    }
    b->ctl_type->init(b->state[0], &c->socket[0], c->filter_clks[0]);
    for (unsigned t = 0; t < c->targets; t++)
        b->tgt_type[t]->init(b->state[1 + t], &c->socket[1 + t], c->filter_clks[1 + t]);
    stimulus_init(&b->stimulus, 0, (uint8_t)c->filter_clks[0]);
    scoreboards_init(&b->scoreboards, &b->shape, c->checks);
    scoreboards_timing_levels(&b->scoreboards, &c->timing);
    b->rtl = never; // no word that RTL can send
    b->out = compose(b, &b->stimulus.now);
    return NULL;
}

void board_listen(struct board *b, const struct board_listener *listener) {
    assert(b->listeners < BOARD_LISTENERS);
    b->listener[b->listeners++] = *listener;
}

uint32_t board_straps(const struct board *b, unsigned s, const struct config *c) {
    uint32_t word = drives(b, s, TWIN_RTL) | c->filter_clks[s] << 1;
    return s && c->socket[s].present[TWIN_RTL] ? word | b->tgt_type[s - 1]->straps(&c->socket[s]) << 8 : word;
}

// What is on every pin just before this edge.
static void sample(struct board *b, uint64_t rtl, struct record *r) {
    const struct stimulus_out *stim = &b->stimulus.now;
    memset(r, 0, sizeof *r); // records are compared byte by byte
    r->clk = b->clk;
    r->foreign = stim->foreign;
    r->rst_n = stim->rst_n;
    r->host = stim->host;
    bool scl = !(stim->foreign & FOREIGN_SCL_LOW), sda = !(stim->foreign & FOREIGN_SDA_LOW), int_n = true;
    for (unsigned s = 0; s <= b->shape.targets; s++) {
        const struct socket_shape *shape = &b->shape.socket[s];
        r->out[s][TWIN_RTL] = shape->present[TWIN_RTL] ? rtl_out(rtl, s) : reset_word(s);
        r->out[s][TWIN_C] = shape->present[TWIN_C] ? b->c_out[s] : reset_word(s);
        uint16_t out = r->out[s][shape->drive];
        scl = scl && (out & CTL_SCL);
        sda = sda && (out & CTL_SDA);
        if (s) {
            int_n = int_n && (out & TGT_INT_N);
            r->pins[s - 1] = (uint8_t)(out >> TGT_PORT_SHIFT & ~stim->ext_low[s - 1]);
        }
    }
    r->int_n = int_n;
    // With RTL on the board its own net is the one observed, so that the wiring beside the RTL is judged too.
    r->scl = b->any_rtl ? rtl >> RTL_SCL_SHIFT & 1 : scl || (stim->foreign & FOREIGN_SCL_HIGH);
    r->sda = b->any_rtl ? rtl >> RTL_SDA_SHIFT & 1 : sda || (stim->foreign & FOREIGN_SDA_HIGH);
    memcpy(r->ext_low, stim->ext_low, sizeof r->ext_low);
    memcpy(r->ext_high, stim->ext_high, sizeof r->ext_high);
}

// Steps the C twins whose inputs moved or that are due. Returns the next edge at which one of them is due.
static uint64_t step_twins(struct board *b, const struct record *was, const struct record *r, bool *moved) {
    bool wires = was->scl != r->scl || was->sda != r->sda || was->rst_n != r->rst_n;
    uint64_t wake = never;
    for (unsigned s = 0; s <= b->shape.targets; s++) {
        if (!b->shape.socket[s].present[TWIN_C])
            continue;
        bool inputs = wires || (s ? was->pins[s - 1] != r->pins[s - 1] : was->host != r->host);
        if (inputs || b->due[s] <= r->clk) {
            uint16_t out = b->c_out[s];
            bool rst_n = r->rst_n >> s & 1;
            if (s)
                b->due[s] = b->tgt_type[s - 1]->step(
                    b->state[s], r->clk, &(struct target_pins){rst_n, r->scl, r->sda, r->pins[s - 1]}, &b->c_out[s]);
            else
                b->due[0] = b->ctl_type->step(b->state[0], r->clk, &(struct controller_pins){rst_n, r->scl, r->sda, r->host}, &b->c_out[0]);
            *moved = *moved || out != b->c_out[s];
        }
        if (b->due[s] < wake)
            wake = b->due[s];
    }
    return wake;
}

static void digest_add(uint64_t *digest, uint64_t clk, uint64_t level) {
    uint64_t mixed = (*digest ^ clk) * UINT64_C(0x100000001b3); // FNV-1a, a word at a time
    *digest = (mixed ^ level) * UINT64_C(0x100000001b3);
}

static void digest_record(struct board *b, const struct record *was, const struct record *r) {
    uint64_t port = 0, port_was = 0;
    for (unsigned s = 1; s <= b->shape.targets; s++) {
        enum record_twin twin = b->shape.socket[s].drive;
        port |= (uint64_t)(r->out[s][twin] >> TGT_PORT_SHIFT) << 8 * (s - 1);
        port_was |= (uint64_t)(was->out[s][twin] >> TGT_PORT_SHIFT) << 8 * (s - 1);
    }
    if (r->scl != was->scl)
        digest_add(&b->digest[0], r->clk, r->scl);
    if (r->sda != was->sda)
        digest_add(&b->digest[1], r->clk, r->sda);
    if (r->int_n != was->int_n)
        digest_add(&b->digest[2], r->clk, r->int_n);
    if (port != port_was)
        digest_add(&b->digest[3], r->clk, port);
}

static uint64_t earlier(uint64_t a, uint64_t b) { return a < b ? a : b; }

// Records this edge if it differs from the last one.
static void record_edge(struct board *b, uint64_t rtl, const struct record *was) {
    struct record *r = &b->record;
    bool first = b->edges_looked_at == 1;
    b->rtl = rtl;
    sample(b, rtl, r);
    if (first || memcmp(was, r, sizeof *was) != 0) {
        recorder_push(&b->recorder, r);
        for (unsigned i = 0; i < b->listeners; i++)
            if (b->listener[i].record)
                b->listener[i].record(b->listener[i].ctx, r);
        if (r->clk > 1) // the first edge resets everything: what the RTL shows before it is not defined
            digest_record(b, was, r);
    }
}

static void tell_failing(struct board *b, unsigned failing) {
    b->failing = failing;
    recorder_freeze(&b->recorder);
    for (unsigned i = 0; i < b->listeners; i++)
        if (b->listener[i].failing)
            b->listener[i].failing(b->listener[i].ctx, b->clk, failing);
}

static void tell_cut(struct board *b) {
    for (unsigned i = 0; i < b->listeners; i++)
        if (b->listener[i].cut)
            b->listener[i].cut(b->listener[i].ctx, b->clk);
}

static void judge(struct board *b) {
    b->judge_due = scoreboards_judge(&b->scoreboards, &b->record);
    for (struct symbol symbol; scoreboards_next_symbol(&b->scoreboards, &symbol);)
        for (unsigned i = 0; i < b->listeners; i++)
            if (b->listener[i].symbol)
                b->listener[i].symbol(b->listener[i].ctx, &symbol);
    unsigned failing = scoreboards_failing(&b->scoreboards);
    if (failing != b->failing)
        tell_failing(b, failing);
}

// Returns whether anything outside the sockets moves.
static bool stimulate(struct board *b) {
    const struct record *r = &b->record;
    b->stimulus_due = stimulus_step(&b->stimulus, r, r->out[0][b->shape.socket[0].drive]);
    if (b->wait_for && !firmware_busy(b->wait_for) && b->stop == BOARD_GO)
        b->stop = BOARD_STOP_DONE;
    if (memcmp(&b->stimulus.now, &b->stimulus.next, sizeof b->stimulus.now) == 0)
        return false;
    b->stimulus.now = b->stimulus.next;
    return true;
}

uint64_t board_look(struct board *b, uint64_t rtl) {
    struct record was = b->record;
    bool stands = rtl == b->rtl && b->wake != 0, moved = false; // nothing moved: whoever is due is called, nobody else
    b->edges_looked_at++;
    was.clk = b->record.clk = b->clk;
    if (!stands)
        record_edge(b, rtl, &was);
    if (b->record.rst_n == 0 && was.rst_n)
        tell_cut(b);
    if (!stands || b->judge_due <= b->clk)
        judge(b);
    uint64_t twins = step_twins(b, &was, &b->record, &moved);
    if (!stands || b->stimulus_due <= b->clk)
        moved = stimulate(b) || moved;
    b->clk++;
    if (moved)
        b->out = compose(b, &b->stimulus.now);
    b->wake = moved || b->look_at_every_edge ? 0 : earlier(b->judge_due, earlier(twins, b->stimulus_due));
    return b->out;
}
