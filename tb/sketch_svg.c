// SPDX-License-Identifier: Apache-2.0
//
// A sketch as SVG: the same rows as in sketch_text.c, to scale. Colours come from the classes, see report_css.h.
#include "sketch.h"

#include <inttypes.h>
#include <string.h>

enum {
    LEFT = 84,
    PERIOD = 60,
    PLOT = (SKETCH_BEFORE + SKETCH_AFTER) * PERIOD,
    WIDTH = LEFT + PLOT + 12,
    SYMBOLS_Y = 34, // base line of the decoded symbols
    BYTES_Y = 42,   // top of the boxes of whole bytes
    ROWS_Y = 68,
    ROW = 34,
    HIGH = 18       // between low and high
};

enum line { LINE_SCL, LINE_SDA, LINE_INT, LINE_EXPECTED, LINE_SEEN };

struct row {
    const struct sketch *s;
    enum line line;
    unsigned y;        // of the low level
    uint64_t from, to; // known
    int told;          // >= 0: the level all the time
    const char *class;
    FILE *out;
};

static double x_of(const struct sketch *s, uint64_t clk) {
    return LEFT + (SKETCH_BEFORE + ((double)clk - (double)s->clk) / (double)s->period) * PERIOD;
}

static uint8_t level_of(const struct row *row, unsigned i) {
    const struct sketch_change *c = &row->s->change[i];
    const uint8_t levels[] = {c->scl, c->sda, c->int_n, c->expected, c->seen};
    return row->told >= 0 ? (uint8_t)row->told : levels[row->line];
}

// Stretches of one level, from change i on. Returns the change at which the next one begins.
static unsigned stretch(const struct row *row, unsigned i, uint64_t *from, uint64_t *to) {
    unsigned next = i + 1;
    while (next < row->s->changes && level_of(row, next) == level_of(row, i))
        next++;
    *from = row->s->change[i].clk > row->from ? row->s->change[i].clk : row->from;
    *to = next < row->s->changes && row->s->change[next].clk < row->to ? row->s->change[next].clk : row->to;
    return next;
}

static void draw_level(const struct row *row) {
    uint64_t from, to;
    bool begun = false;
    fprintf(row->out, "<path class=\"%s\" d=\"", row->class);
    for (unsigned i = 0, next; i < row->s->changes; i = next) {
        next = stretch(row, i, &from, &to);
        if (from >= to)
            continue;
        double y = level_of(row, i) ? (double)row->y - HIGH : row->y;
        fprintf(row->out, begun ? "V%.0f" : "M%.1f %.0f", begun ? y : x_of(row->s, from), y);
        fprintf(row->out, "H%.1f", x_of(row->s, to));
        begun = true;
    }
    fprintf(row->out, "\"/>\n");
}

static void draw_byte(const struct row *row) {
    uint64_t from, to;
    for (unsigned i = 0, next; i < row->s->changes; i = next) {
        next = stretch(row, i, &from, &to);
        if (from >= to)
            continue;
        double a = x_of(row->s, from), b = x_of(row->s, to), slope = b - a < 6 ? (b - a) / 2 : 3;
        fprintf(row->out, "<path class=\"%s box\" d=\"M%.1f %.1fL%.1f %uH%.1fL%.1f %.1fL%.1f %uH%.1fZ\"/>", row->class, a, row->y - HIGH / 2.0,
                a + slope, row->y - HIGH, b - slope, b, row->y - HIGH / 2.0, b - slope, row->y, a + slope);
        if (b - a >= 24)
            fprintf(row->out, "<text class=\"in\" x=\"%.1f\" y=\"%u\">%02x</text>", (a + b) / 2, row->y - 4, level_of(row, i));
        fputc('\n', row->out);
    }
}

static void draw_row(const struct row *row, const char *label, unsigned bits) {
    fprintf(row->out, "<text class=\"label %s\" x=\"%d\" y=\"%u\">%s</text>", row->class, LEFT - 10, row->y - 4, label);
    if (bits > 1) {
        draw_byte(row);
    } else {
        fprintf(row->out, "<path class=\"low\" d=\"M%d %uh%d\"/>", LEFT, row->y, PLOT);
        draw_level(row);
    }
}

// A byte's box: from the rise of its first bit to the fall of its last, as far as it is in the picture.
static void draw_byte_box(const struct sketch *s, unsigned ack, FILE *out) {
    uint64_t first = s->symbol[ack].clk;
    unsigned bits = 0;
    for (unsigned i = ack; i-- > 0 && bits < 8 && s->symbol[i].kind == SYMBOL_BIT; bits++)
        first = s->symbol[i].clk;
    double a = bits == 8 ? x_of(s, first) - 4 : LEFT, b = x_of(s, s->symbol[ack].clk) - PERIOD / 2.0;
    if (b - a < 20)
        return;
    fprintf(out, "<rect class=\"byte\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"16\" rx=\"4\"/>", a, BYTES_Y, b - a);
    fprintf(out, "<text class=\"in\" x=\"%.1f\" y=\"%d\">%02x</text>\n", (a + b) / 2, BYTES_Y + 12, s->symbol[ack].byte);
}

static void draw_symbols(const struct sketch *s, FILE *out) {
    for (unsigned i = 0; i < s->symbols; i++) {
        const struct symbol *symbol = &s->symbol[i];
        bool edge = symbol->kind == SYMBOL_START || symbol->kind == SYMBOL_RESTART || symbol->kind == SYMBOL_STOP;
        double x = x_of(s, symbol->clk) + (edge ? 0 : PERIOD / 5.0); // within SCL's high
        fprintf(out, "<text class=\"%s\" x=\"%.1f\" y=\"%d\">%s</text>\n", symbol->kind == SYMBOL_BIT ? "bit" : "symbol", x, SYMBOLS_Y,
                symbol_word(symbol));
        if (symbol->kind == SYMBOL_ACK || symbol->kind == SYMBOL_NACK)
            draw_byte_box(s, i, out);
    }
}

// Ticks at round times.
static void draw_axis(const struct sketch *s, uint64_t clock_hz, unsigned y, FILE *out) {
    double us_a_clk = 1e6 / (double)clock_hz, begin = ((double)s->clk - (double)(SKETCH_BEFORE * s->period)) * us_a_clk;
    double span = (double)((SKETCH_BEFORE + SKETCH_AFTER) * s->period) * us_a_clk, step = 0.001;
    static const double factors[] = {2, 2.5, 2};
    for (unsigned i = 0; span / step > 7; i++)
        step *= factors[i % 3];
    int decimals = step < 0.01 ? 3 : step < 0.1 ? 2 : step < 1 ? 1 : 0;
    fprintf(out, "<path class=\"axis\" d=\"M%d %uH%d\"/>", LEFT, y, LEFT + PLOT);
    for (double n = begin < 0 ? 0 : (double)(uint64_t)(begin / step + 1); n * step < begin + span; n++) {
        double x = LEFT + (n * step - begin) / span * PLOT;
        fprintf(out, "<path class=\"axis\" d=\"M%.1f %uv5\"/>", x, y);
        if (x < LEFT + PLOT - 24)
            fprintf(out, "<text class=\"time\" x=\"%.1f\" y=\"%u\">%.*f</text>", x, y + 18, decimals, n * step);
    }
    fprintf(out, "<text class=\"time unit\" x=\"%d\" y=\"%u\">us</text>\n", LEFT + PLOT, y + 18);
}

static void draw_mismatch(const struct sketch *s, unsigned bottom, FILE *out) {
    double x = LEFT + SKETCH_BEFORE * PERIOD;
    fprintf(out, "<rect class=\"zone\" x=\"%.1f\" y=\"18\" width=\"%.1f\" height=\"%u\"/><path class=\"mark\" d=\"M%.1f 18V%u\"/>", x,
            s->period ? PERIOD / 5.0 : 0.0, bottom - 18, x, bottom);
    fprintf(out, "<path class=\"flag\" d=\"M%.1f 18l-6 -9h12z\"/><text class=\"flagtext\" x=\"%.1f\" y=\"15\">mismatch</text>\n", x, x + 10);
}

static unsigned draw_rows(const struct sketch *s, const struct mismatch *m, FILE *out) {
    struct row row = {.s = s, .y = ROWS_Y + HIGH, .from = s->from, .to = s->to, .told = -1, .class = "wire", .out = out};
    draw_row(&row, "SCL", 1);
    row.line = LINE_SDA;
    row.y += ROW;
    draw_row(&row, "SDA", 1);
    if (s->has_int) {
        row.line = LINE_INT;
        row.y += ROW;
        draw_row(&row, "INT", 1);
    }
    if (s->pin.paired) {
        struct row expected = row;
        expected.line = LINE_EXPECTED;
        expected.y = row.y += ROW;
        expected.class = "expected";
        if (s->pin.told) { // one fact: drawn for one period
            expected.from = s->clk;
            expected.to = s->clk + s->period < s->to ? s->clk + s->period : s->to;
            expected.told = (int)m->expected;
        }
        draw_row(&expected, "expected", s->pin.bits);
        row.class = "seen";
    }
    if (s->pin.bits && (s->pin.paired || m->socket >= 0)) { // a pin that is one of the wires needs no row of its own
        row.line = LINE_SEEN;
        row.y += ROW;
        draw_row(&row, s->pin.paired ? "seen" : m->pin, s->pin.bits);
    }
    return row.y;
}

static unsigned height_of(const struct sketch *s, const struct mismatch *m) {
    unsigned rows = 2u + s->has_int + 2u * s->pin.paired + (s->pin.bits && !s->pin.paired && m->socket >= 0);
    return ROWS_Y + rows * ROW + 28;
}

void sketch_svg(const struct sketch *s, const struct mismatch *m, uint64_t clock_hz, unsigned id, FILE *out) {
    unsigned height = height_of(s, m), axis = height - 26;
    fprintf(out, "<svg class=\"sketch\" viewBox=\"0 0 %d %u\" width=\"%d\" height=\"%u\" role=\"img\" aria-labelledby=\"sketch%u\">\n",
            WIDTH, height, WIDTH, height, id);
    fprintf(out, "<title id=\"sketch%u\">SCL, SDA%s%s from %d SCL periods before the mismatch at %.3f us to %d after it</title>\n", id,
            s->has_int ? ", INT" : "", s->pin.paired ? ", and the pin as expected and as seen," : "", SKETCH_BEFORE,
            1e-6 * (double)record_time_ps(s->clk, clock_hz), SKETCH_AFTER);
    draw_mismatch(s, axis, out);
    draw_symbols(s, out);
    draw_rows(s, m, out);
    draw_axis(s, clock_hz, axis, out);
    fprintf(out, "</svg>\n");
}
