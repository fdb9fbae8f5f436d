// SPDX-License-Identifier: Apache-2.0
//
// What the console follows on the board: transfers, register accesses, mismatches; and breaks are told from here.
#include <inttypes.h>
#include <string.h>

#include "registers.h"
#include "shell_parts.h"

enum { TOLD_MAX = 8 }; // lines for one command

// ---- Transfers ------------------------------------------------------------------------------------------------------

static struct shell_transfer *latest(struct shell_watch *w) {
    return w->transfers ? &w->transfer[(w->transfers - 1) % SHELL_TRANSFERS] : NULL;
}

static void end_transfer(struct shell_watch *w, enum shell_transfer_end end, uint64_t clk) {
    struct shell_transfer *t = latest(w);
    if (t && t->end == END_NONE) {
        t->end = end;
        t->end_clk = clk;
    }
}

static void follow_transfer(struct shell_watch *w, const struct symbol *symbol) {
    struct shell_transfer *t = latest(w);
    switch (symbol->kind) {
    case SYMBOL_START:
    case SYMBOL_RESTART:
        end_transfer(w, END_RESTART, symbol->clk);
        w->transfer[w->transfers++ % SHELL_TRANSFERS] =
            (struct shell_transfer){.start_clk = symbol->clk, .repeated = symbol->kind == SYMBOL_RESTART};
        break;
    case SYMBOL_STOP:
        end_transfer(w, END_STOP, symbol->clk);
        break;
    case SYMBOL_BIT:
        break;
    case SYMBOL_ACK:
    case SYMBOL_NACK:
        if (!t || t->end != END_NONE)
            break; // clocks without a START
        if (t->bytes < SHELL_BYTES) {
            t->byte[t->bytes] = symbol->byte;
            t->ack[t->bytes] = symbol->kind == SYMBOL_ACK;
        }
        t->bytes++;
        break;
    }
}

static void print_transfer(const struct run *run, const struct shell_transfer *t, FILE *out) {
    static const char *const ends[] = {"...", "P", "Sr", "cut"};
    char time[SHELL_TIME];
    fprintf(out, "  %11s  %-2s", shell_time(run, t->start_clk, time), t->repeated ? "Sr" : "S");
    if (t->bytes)
        fprintf(out, "  0x%02x %s%s ", t->byte[0] >> 1, t->byte[0] & 1 ? "read " : "write", t->ack[0] ? " " : "!");
    for (unsigned i = 1; i < t->bytes && i < SHELL_BYTES; i++)
        fprintf(out, " %02x%s", t->byte[i], t->ack[i] ? "" : "!");
    if (t->bytes > SHELL_BYTES)
        fprintf(out, " and %u more", t->bytes - SHELL_BYTES);
    fprintf(out, "  %s\n", ends[t->end]);
}

void shell_transfers(const struct shell *s, unsigned count, FILE *out) {
    const struct shell_watch *w = &s->watch;
    uint64_t kept = w->transfers < SHELL_TRANSFERS ? w->transfers : SHELL_TRANSFERS;
    for (uint64_t i = w->transfers - (count < kept ? count : kept); i < w->transfers; i++)
        print_transfer(s->run, &w->transfer[i % SHELL_TRANSFERS], out);
    if (w->transfers == 0)
        fputs("no transfers yet\n", out);
}

static void on_symbol(void *shell, const struct symbol *symbol) {
    struct shell *s = shell;
    follow_transfer(&s->watch, symbol);
    shell_break_on_symbol(s, symbol);
}

static void on_cut(void *shell, uint64_t clk) { end_transfer(&((struct shell *)shell)->watch, END_CUT, clk); }

// ---- Registers ------------------------------------------------------------------------------------------------------

static void follow_host(struct shell *s, const struct record *r) {
    struct shell_watch *w = &s->watch;
    uint16_t out = r->out[0][s->run->config.socket[0].drives];
    unsigned adr = r->host >> HOST_ADR_SHIFT & 7;
    if (!(r->rst_n & 1)) {
        memset(w->written_known, 0, sizeof w->written_known);
        memset(w->read_known, 0, sizeof w->read_known);
    } else if (!register_accessed(&s->run->board.shape, r)) {
        return;
    } else if (r->host & HOST_WE) {
        w->written[adr] = (uint8_t)(r->host >> HOST_DAT_SHIFT);
        w->written_known[adr] = true;
    } else {
        w->read[adr] = (uint8_t)(out >> CTL_DAT_SHIFT);
        w->read_known[adr] = true;
    }
}

static void on_record(void *shell, const struct record *r) {
    struct shell *s = shell;
    follow_host(s, r);
    if (r->clk > 1) // before its first edge the RTL is not defined
        shell_break_on_record(s, &s->watch.last, r);
    s->watch.last = *r;
}

// ---- Mismatches -----------------------------------------------------------------------------------------------------

static void put_value(char text[16], const struct mismatch *m, uint32_t value) {
    if (m->bits == 1)
        snprintf(text, 16, "%s", value ? "high" : "low");
    else
        snprintf(text, 16, "0x%0*x", (m->bits + 3) / 4, value);
}

void shell_mismatch_text(const struct run *run, enum scoreboard which, const struct mismatch *m, char *text, size_t size) {
    char time[SHELL_TIME], expected[16], seen[16], values[64] = "";
    bool known = m->socket >= 0 && m->socket <= (int)run->config.targets;
    if (m->bits) {
        put_value(expected, m, m->expected);
        put_value(seen, m, m->seen);
        snprintf(values, sizeof values, " expected %s, seen %s", expected, seen);
    }
    snprintf(text, size, "%s at %s (clk %" PRIu64 "): %s.%s%s (%s)", scoreboard_name(which), shell_time(run, m->clk, time), m->clk,
             known ? run->config.socket[m->socket].name : "bus", m->pin, values, m->what);
}

static void tell(struct shell *s, enum scoreboard which) {
    const struct mismatch *m = &scoreboards_verdict(&s->run->board.scoreboards, which)->first;
    char text[400];
    if (!s->watch.first[which].valid)
        s->watch.first[which] = *m;
    if (++s->watch.told <= TOLD_MAX) {
        shell_mismatch_text(s->run, which, m, text, sizeof text);
        printf("MISMATCH  %s\n", text);
    } else if (s->watch.told == TOLD_MAX + 1) {
        puts("MISMATCH  and more: see show scoreboards");
    }
}

// One line for each scoreboard that begins to fail, until there are too many.
static void on_failing(void *shell, uint64_t clk, unsigned bits) {
    struct shell *s = shell;
    unsigned begun = bits & ~s->watch.failing;
    s->watch.failing = bits;
    for (int i = 0; i < SCOREBOARDS; i++)
        if (begun >> i & 1)
            tell(s, i);
    if (begun) {
        s->session->failed = true;
        shell_break_on_mismatch(s, clk);
    }
    scoreboards_clear_first(&s->run->board.scoreboards); // so that it holds what comes next
}

void shell_listen(struct shell *s) {
    s->watch.last = s->run->board.record;
    board_listen(&s->run->board, &(struct board_listener){.ctx = s, .record = on_record, .symbol = on_symbol, .cut = on_cut, .failing = on_failing});
}
