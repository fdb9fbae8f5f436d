// SPDX-License-Identifier: Apache-2.0
#include "verbose.h"

#include <inttypes.h>
#include <string.h>

#include "registers.h"

const char *const verbose_names[VERBOSE_PARTS] = {"scenarios", "bus", "host", "pins", "scoreboards", "timing"};

void verbose_stamp(const struct verbose *v, uint64_t clk) {
    uint64_t ns = record_time_ps(clk, v->board->shape.clock_hz) / 1000;
    progress_clear(v->progress);
    fprintf(v->out, "%8" PRIu64 ".%03u us  ", ns / 1000, (unsigned)(ns % 1000));
}

void verbose_scenario(const struct verbose *v, const char *name) {
    if (!(v->parts & ~(1u << VERBOSE_SCENARIOS)))
        return;
    verbose_stamp(v, v->board->clk);
    fprintf(v->out, "---- %s\n", name);
}

// ---- bus ------------------------------------------------------------------------------------------------------------

static void on_transfer(void *ctx, const struct transactions *t, const char *end, uint64_t clk) {
    const struct verbose *v = ctx;
    const char *last = strcmp(end, "stop") == 0 ? "P" : strcmp(end, "restart") == 0 ? "Sr" : strcmp(end, "more") == 0 ? "..." : end;
    unsigned first = t->more || t->bytes == 0 ? 0 : 1; // as transactions.jsonl has it: byte 0 is the address byte
    verbose_stamp(v, clk);
    if (t->more)
        fprintf(v->out, "...  ");
    else if (first)
        fprintf(v->out, "%c 0x%02x %c  ", t->byte[0] & 1 ? 'R' : 'W', t->byte[0] >> 1, t->ack[0] ? 'A' : 'N');
    for (unsigned i = first; i < t->bytes; i++)
        fprintf(v->out, "%02x %c  ", t->byte[i], t->ack[i] ? 'A' : 'N');
    if (t->bits)
        fprintf(v->out, "%u bit%s  ", t->bits, t->bits == 1 ? "" : "s");
    fprintf(v->out, "%s\n", last);
}

// ---- host -----------------------------------------------------------------------------------------------------------

void verbose_access(char *text, size_t size, bool write, unsigned adr, uint8_t dat) {
    char bits[48];
    register_bits(write, adr, dat, bits, sizeof bits);
    snprintf(text, size, "%s %s 0x%02x%s%s%s", write ? "write" : "read", register_name(write, adr), dat, *bits ? " (" : "", bits, *bits ? ")" : "");
}

static void tell_access(const struct verbose *v, const struct record *r) {
    char text[64];
    bool write = r->host & HOST_WE;
    unsigned out = r->out[0][v->board->shape.socket[0].drive];
    if (register_accessed(&v->board->shape, &v->last) || !register_accessed(&v->board->shape, r))
        return;
    verbose_access(text, sizeof text, write, r->host >> HOST_ADR_SHIFT & 7, (uint8_t)(write ? r->host >> HOST_DAT_SHIFT : out >> CTL_DAT_SHIFT));
    verbose_stamp(v, r->clk);
    fprintf(v->out, "%s\n", text);
}

// ---- pins -----------------------------------------------------------------------------------------------------------

static void tell_pins(const struct verbose *v, const struct record *r, unsigned t) {
    const struct socket_shape *shape = &v->board->shape.socket[1 + t];
    unsigned out = r->out[1 + t][shape->drive], was = v->last.out[1 + t][shape->drive];
    if ((out ^ was) & TGT_PORT) {
        verbose_stamp(v, r->clk);
        fprintf(v->out, "%s port 0x%02x\n", shape->name, out >> TGT_PORT_SHIFT & 0xff);
    }
    if (r->ext_low[t] != v->last.ext_low[t] || r->ext_high[t] != v->last.ext_high[t]) {
        char pattern[9] = "zzzzzzzz"; // as the command `pins` of scenarios has it, P7 first
        for (unsigned i = 0; i < 8; i++)
            pattern[7 - i] = r->ext_low[t] >> i & 1 ? '0' : r->ext_high[t] >> i & 1 ? '1' : 'z';
        verbose_stamp(v, r->clk);
        fprintf(v->out, "%s outside 0b%s\n", shape->name, pattern);
    }
    if ((out ^ was) & TGT_INT_N) {
        verbose_stamp(v, r->clk);
        fprintf(v->out, "%s int %s\n", shape->name, out & TGT_INT_N ? "high" : "low");
    }
}

static void on_record(void *ctx, const struct record *r) {
    struct verbose *v = ctx;
    if (r->clk <= 1) // the first edge resets everything: what the RTL shows before it is not defined
        return;
    if (verbose_has(v, VERBOSE_HOST))
        tell_access(v, r);
    for (unsigned t = 0; t < v->board->shape.targets && verbose_has(v, VERBOSE_PINS); t++)
        tell_pins(v, r, t);
    v->last = *r;
}

// ---- scoreboards ----------------------------------------------------------------------------------------------------

static void tell_mismatch(const struct verbose *v, const struct mismatch *m) {
    const char *socket = m->socket >= 0 ? v->board->shape.socket[m->socket].name : "bus";
    fprintf(v->out, ": %s.%s", socket, m->pin);
    if (m->bits == 1)
        fprintf(v->out, " is %s, expected %s", m->seen ? "high" : "low", m->expected ? "high" : "low");
    else if (m->bits)
        fprintf(v->out, " is 0x%0*x, expected 0x%0*x", (m->bits + 3) / 4, m->seen, (m->bits + 3) / 4, m->expected);
    fprintf(v->out, ": %s [%s]", m->what, m->clause);
}

static void on_failing(void *ctx, uint64_t clk, unsigned bits) {
    struct verbose *v = ctx;
    for (int i = 0; i < SCOREBOARDS; i++) {
        bool now = bits >> i & 1;
        const struct mismatch *first = &scoreboards_verdict(&v->board->scoreboards, i)->first;
        if (now == (v->failing >> i & 1))
            continue;
        verbose_stamp(v, clk);
        fprintf(v->out, "%s %s", scoreboard_name(i), now ? "begins to fail" : "is right again");
        if (now && first->valid && first->clk == clk)
            tell_mismatch(v, first);
        fputc('\n', v->out);
    }
    v->failing = bits;
}

void verbose_listen(struct verbose *v, unsigned parts, FILE *out, struct board *b, struct transactions *t, struct progress *p) {
    *v = (struct verbose){.parts = parts, .out = out, .board = b, .progress = p};
    struct board_listener listener = {.ctx = v};
    for (unsigned i = 0; i < RECORD_TARGETS; i++)
        v->last.out[1 + i][TWIN_RTL] = v->last.out[1 + i][TWIN_C] = TGT_RESET;
    if (verbose_has(v, VERBOSE_HOST) || verbose_has(v, VERBOSE_PINS))
        listener.record = on_record;
    if (verbose_has(v, VERBOSE_SCOREBOARDS))
        listener.failing = on_failing;
    if (listener.record || listener.failing)
        board_listen(b, &listener);
    if (verbose_has(v, VERBOSE_BUS)) {
        t->ended = on_transfer;
        t->ended_ctx = v;
    }
}
