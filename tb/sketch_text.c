// SPDX-License-Identifier: Apache-2.0
//
// A sketch in plain ASCII. A column is a slice of time, a fifth of an SCL period.
#include "sketch.h"

#include <string.h>

enum { PERIOD_COLUMNS = 5, COLUMNS = (SKETCH_BEFORE + SKETCH_AFTER) * PERIOD_COLUMNS, MISMATCH_COLUMN = SKETCH_BEFORE * PERIOD_COLUMNS, LABEL = 10 };

// One row: of which line, and what is known of it when.
struct row {
    const struct sketch *s;
    enum { ROW_SCL, ROW_SDA, ROW_INT, ROW_EXPECTED, ROW_SEEN } line;
    uint64_t from, to; // known
    bool told;         // `level` all the time
    uint8_t level;
};

static uint8_t level_of(const struct row *row, const struct sketch_change *c) {
    const uint8_t levels[] = {c->scl, c->sda, c->int_n, c->expected, c->seen};
    return row->told ? row->level : levels[row->line];
}

// Where column c begins: the mismatch begins its own. Before clk 0 there is nothing.
static int64_t column_clk(const struct sketch *s, int c) {
    return (int64_t)s->clk + (c - MISMATCH_COLUMN) * (int64_t)s->period / PERIOD_COLUMNS;
}

static int column_of(const struct sketch *s, uint64_t clk) {
    int c = 0;
    while (c < COLUMNS && column_clk(s, c + 1) <= (int64_t)clk)
        c++;
    return c;
}

// What happens in a column: the level at its begin, and how often it changes.
struct slice {
    bool known;
    uint8_t before, after;
    unsigned changes;
};

static struct slice slice_at(const struct row *row, int c) {
    const struct sketch *s = row->s;
    int64_t begin = column_clk(s, c), end = column_clk(s, c + 1);
    struct slice slice = {.known = end > (int64_t)row->from && begin < (int64_t)row->to};
    bool first = true;
    for (unsigned i = 0; i < s->changes; i++) {
        const struct sketch_change *one = &s->change[i];
        uint8_t level = level_of(row, one);
        if ((int64_t)one->clk >= end || one->clk >= row->to)
            break;
        if (first || (int64_t)one->clk < begin || one->clk <= row->from)
            slice.before = level;
        else
            slice.changes += level != slice.after;
        slice.after = level;
        first = false;
    }
    return slice;
}

static void draw_level(const struct row *row, char *text) {
    for (int c = 0; c < COLUMNS; c++) {
        struct slice slice = slice_at(row, c);
        if (slice.known)
            text[c] = slice.changes > 1 ? '|' : slice.changes == 0 ? (slice.after ? '-' : '_') : slice.after ? '/' : '\\';
    }
}

static void draw_byte(const struct row *row, char *text) {
    static const char hex[] = "0123456789abcdef";
    int digits = 0; // still to be written of what began last
    uint8_t byte = 0;
    bool began = false;
    for (int c = 0; c < COLUMNS; c++) {
        struct slice slice = slice_at(row, c);
        if (!slice.known)
            continue;
        if (slice.changes || !began) {
            text[c] = slice.changes ? 'X' : '=';
            byte = slice.after;
            digits = 2;
            began = true;
        } else {
            text[c] = digits == 0 ? '=' : hex[digits == 2 ? byte >> 4 : byte & 15];
            digits -= digits > 0;
        }
    }
}

static void put_row(const char *label, const struct row *row, unsigned bits, const char *paint, const char *off, FILE *out) {
    char text[COLUMNS + 1];
    memset(text, ' ', COLUMNS);
    if (bits > 1)
        draw_byte(row, text);
    else
        draw_level(row, text);
    int length = COLUMNS;
    while (length > 0 && text[length - 1] == ' ')
        length--;
    fprintf(out, "    %s%-*s%.*s%s\n", paint, LABEL, label, length, text, off);
}

static void put_over(char *text, int column, const char *word) {
    size_t length = strlen(word);
    if (column >= 0 && column + (int)length <= COLUMNS)
        memcpy(text + column, word, length);
}

// S, Sr, P at their edges, bits and A, N at SCL's rise, with the byte that is answered before it.
static void put_symbols(const struct sketch *s, const struct paint *paint, FILE *out) {
    char text[COLUMNS + 1];
    memset(text, ' ', sizeof text);
    for (unsigned i = 0; i < s->symbols; i++) {
        const struct symbol *symbol = &s->symbol[i];
        int column = column_of(s, symbol->clk);
        put_over(text, column, symbol_word(symbol));
        if ((symbol->kind == SYMBOL_ACK || symbol->kind == SYMBOL_NACK) && column >= 4 && memcmp(text + column - 4, "    ", 4) == 0) {
            char byte[3];
            snprintf(byte, sizeof byte, "%02x", symbol->byte);
            put_over(text, column - 3, byte);
        }
    }
    int length = COLUMNS;
    while (length > 0 && text[length - 1] == ' ')
        length--;
    if (length)
        fprintf(out, "    %s%-*s%.*s%s\n", paint->dim, LABEL, "symbols", length, text, paint->off);
}

static double us_of(uint64_t clk, uint64_t clock_hz) { return 1e-6 * (double)record_time_ps(clk, clock_hz); }

static void put_pin(const struct sketch *s, const struct mismatch *m, const struct paint *paint, FILE *out) {
    struct row row = {.s = s, .line = ROW_SEEN, .from = s->from, .to = s->to};
    if (s->pin.paired) {
        struct row expected = {.s = s, .line = ROW_EXPECTED, .from = s->from, .to = s->to, .told = s->pin.told, .level = (uint8_t)m->expected};
        if (s->pin.told) { // one fact: drawn for one period
            expected.from = s->clk;
            expected.to = s->clk + s->period < s->to ? s->clk + s->period : s->to;
        }
        put_row("expected", &expected, s->pin.bits, paint->good, paint->off, out);
    }
    put_row(s->pin.paired ? "seen" : m->pin, &row, s->pin.bits, s->pin.paired ? paint->bad : "", s->pin.paired ? paint->off : "", out);
}

void sketch_print(const struct sketch *s, const struct mismatch *m, uint64_t clock_hz, const struct paint *paint, FILE *out) {
    static const char *const labels[] = {"SCL", "SDA", "INT"};
    bool line_itself = m->socket < 0 && !s->pin.paired; // a pin that is one of the wires needs no row of its own
    put_symbols(s, paint, out);
    for (int line = ROW_SCL; line <= (s->has_int ? ROW_INT : ROW_SDA); line++)
        put_row(labels[line], &(struct row){.s = s, .line = line, .from = s->from, .to = s->to}, 1, "", "", out);
    if (s->pin.bits && !line_itself)
        put_pin(s, m, paint, out);
    fprintf(out, "    %*s%s^ %.3f us%s\n", LABEL + MISMATCH_COLUMN, "", paint->bad, us_of(s->clk, clock_hz), paint->off);
    if (s->scl_stuck)
        fprintf(out, "    SCL has been %s since %.3f us\n", s->change[0].scl ? "high" : "low", us_of(s->scl_since, clock_hz));
    if (s->full)
        fprintf(out, "    too many changes to draw them all\n");
}
