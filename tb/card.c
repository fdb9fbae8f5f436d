// SPDX-License-Identifier: Apache-2.0
#include "card.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report_parts.h"
#include "terminal.h"

enum { WIDTH = 80, TEXT_COLUMN = 12 };

bool card_colour(FILE *out) {
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
    return !(no && *no) && !(term && strcmp(term, "dumb") == 0) && isatty(fileno(out));
}

const char *card_no_drawing(const struct sketch *sketch) {
    static char full[64];
    snprintf(full, sizeof full, "only the first %d mismatches of a run are drawn", SKETCHES);
    return !sketch ? full : sketch->from > sketch->clk || sketch->changes == 0 ? "the recorder no longer has them (record.ring is short)" : NULL;
}

// `text` behind its word.
static void put_line(FILE *out, const char *word, const char *text) {
    fprintf(out, "  %-*s", TEXT_COLUMN - 2, word);
    terminal_wrap(out, TEXT_COLUMN, WIDTH, text);
}

static void put_wires(const struct run *run, const struct sketch *sketch, const struct mismatch *m, const struct paint *paint, FILE *out) {
    const char *none = card_no_drawing(sketch);
    if (none) {
        fprintf(out, "  wires     not drawn: %s\n", none);
        return;
    }
    fprintf(out, "  wires     five columns are one SCL period, %.3f us\n", report_us(run, sketch->period));
    sketch_print(sketch, m, run->config.clock_hz, paint, out);
}

static void put_transfers(const struct run *run, const struct sketch *sketch, FILE *out) {
    if (!sketch || sketch->transfers == 0)
        return;
    fprintf(out, "  transfers\n");
    for (unsigned i = 0; i < sketch->transfers; i++) {
        char text[64];
        transfer_text(&sketch->transfer[i], text, sizeof text);
        fprintf(out, "    %12.3f us  %s\n", report_us(run, sketch->transfer[i].start_clk), text);
    }
}

void card_print(const struct run *run, const struct scenario_result *r, int board, bool colour, FILE *out) {
    static const struct paint plain = {"", "", "", "", ""}, colours = {"\033[1;31m", "\033[32m", "\033[1m", "\033[2m", "\033[0m"};
    const struct paint *paint = colour ? &colours : &plain;
    const struct mismatch *m = &r->board[board].first;
    const struct sketch *sketch = sketches_find(&run->sketches, (unsigned)(r - run->results), board);
    char text[4400];
    fprintf(out, "%sMISMATCH%s  scoreboard %s, scenario %s\n", paint->bad, paint->off, report_board_name(board), r->name);
    fprintf(out, "  when      clk %" PRIu64 ", %.3f us\n", m->clk, report_us(run, m->clk));
    put_line(out, "place", m->place[0] ? m->place : "-");
    fprintf(out, "  pin       %s.%s\n", report_socket_name(run, m->socket), m->pin);
    if (m->bits) {
        report_value(m, m->expected, text, sizeof text);
        fprintf(out, "  expected  %s%s%s\n", paint->good, text, paint->off);
        report_value(m, m->seen, text, sizeof text);
        fprintf(out, "  seen      %s%s%s\n", paint->bad, text, paint->off);
    }
    put_line(out, "rule", m->what);
    put_line(out, "clause", m->clause);
    put_wires(run, sketch, m, paint, out);
    put_transfers(run, sketch, out);
    report_rerun_command(run, r, text, sizeof text);
    fprintf(out, "  again     %s%s%s\n", paint->strong, text, paint->off);
    report_look_command(run, m, text, sizeof text);
    if (*text)
        fprintf(out, "  look      %s%s%s\n", paint->strong, text, paint->off);
}
