// SPDX-License-Identifier: Apache-2.0
//
// What the console follows on the board: transfers, register accesses, mismatches; and breaks are told from here.
#include <inttypes.h>
#include <string.h>

#include "registers.h"
#include "report_parts.h"
#include "shell_parts.h"

enum { TOLD_MAX = 8 }; // lines for one command

// ---- Transfers ------------------------------------------------------------------------------------------------------

void shell_transfers(const struct shell *s, unsigned count, FILE *out) {
    const struct transactions *t = &s->run->transactions;
    uint64_t end = t->count + t->open;
    for (uint64_t n = end > count ? end - count : 0; n < end; n++) {
        struct transfer one;
        char text[128], time[SHELL_TIME];
        if (!transactions_get(t, n, &one))
            continue; // too long ago
        transfer_text(&one, text, sizeof text);
        fprintf(out, "  %11s  %s\n", shell_time(s->run, one.start_clk, time), text);
    }
    if (end == 0)
        fputs("no transfers yet\n", out);
}

static void on_symbol(void *shell, const struct symbol *symbol) { shell_break_on_symbol(shell, symbol); }

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

void shell_mismatch_text(const struct run *run, enum scoreboard which, const struct mismatch *m, char *text, size_t size) {
    char time[SHELL_TIME], expected[16], seen[16], values[64] = "";
    if (m->bits) {
        report_value(m, m->expected, expected, sizeof expected);
        report_value(m, m->seen, seen, sizeof seen);
        snprintf(values, sizeof values, " expected %s, seen %s", expected, seen);
    }
    snprintf(text, size, "%s at %s (clk %" PRIu64 "): %s.%s%s (%s)", scoreboard_name(which), shell_time(run, m->clk, time), m->clk,
             report_socket_name(run, m->socket), m->pin, values, m->what);
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
    struct run *run = s->run;
    transactions_init(&run->transactions, NULL, run->config.clock_hz);
    transactions_listen(&run->transactions, &run->board);
    s->watch.last = run->board.record;
    board_listen(&run->board, &(struct board_listener){.ctx = s, .record = on_record, .symbol = on_symbol, .failing = on_failing});
}
