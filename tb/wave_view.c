// SPDX-License-Identifier: Apache-2.0
#include "wave_view.h"

#include <inttypes.h>
#include <math.h>

#include "waves.h"

// GTKWave's trace flags, and its colours.
enum { HEX = 0x22, BIT = 0x28, TEXT = 0x820, BLANK = 0x200, GROUP = 0x800200, GROUP_CLOSED = 0x801200, GROUP_END = 0x1000200, GROUP_CLOSED_END = 0x1001200 };
enum { PLAIN, RED, ORANGE, YELLOW, GREEN, BLUE, INDIGO, VIOLET };

// One signal; `bits` 0 is a text. `whose` stands before its name, where the name alone would not say it.
static void put_of(FILE *out, int colour, unsigned bits, const char *scope, const char *name, const char *whose) {
    if (colour)
        fprintf(out, "[color] %d\n", colour);
    fprintf(out, "@%x\n+{%s%s} board.%s.%s", bits == 0 ? TEXT : bits == 1 ? BIT : HEX, whose, name, scope, name);
    if (bits != 1)
        fprintf(out, "[%u:0]", (bits ? bits : 8 * (WAVES_TEXT - 1)) - 1);
    fputc('\n', out);
}

static void put(FILE *out, int colour, unsigned bits, const char *scope, const char *name) { put_of(out, colour, bits, scope, name, ""); }

static void group(FILE *out, bool open, const char *name) { fprintf(out, "@%x\n-%s\n", open ? GROUP : GROUP_CLOSED, name); }
static void group_end(FILE *out, bool open, const char *name) { fprintf(out, "@%x\n-%s\n", open ? GROUP_END : GROUP_CLOSED_END, name); }

// The same signal of both twins, one below the other; the one that drives first.
static void put_twins(FILE *out, const struct socket_shape *socket, int colour, unsigned bits, const char *name) {
    for (int n = 0; n < TWINS; n++) {
        enum record_twin twin = n == 0 ? socket->drive : 1 - socket->drive;
        char scope[48];
        snprintf(scope, sizeof scope, "%s.%s", socket->name, twin == TWIN_RTL ? "rtl" : "c");
        if (socket->present[twin])
            put_of(out, colour, bits, scope, name, twin == TWIN_RTL ? "rtl " : "c ");
    }
}

static void put_bus(FILE *out) {
    group(out, true, "Bus");
    put(out, GREEN, 1, "bus", "scl");
    put(out, GREEN, 1, "bus", "sda");
    put(out, YELLOW, 0, "decode", "symbol");
    put(out, YELLOW, 0, "decode", "transfer");
    put(out, ORANGE, 0, "decode", "command");
    put(out, BLUE, 0, "bus", "scl_by");
    put(out, BLUE, 0, "bus", "sda_by");
    put(out, GREEN, 1, "bus", "int_n");
    group_end(out, true, "Bus");
}

static void put_mismatches(FILE *out, bool open) {
    group(out, open, "Mismatch");
    put(out, RED, 0, "mismatch", "what");
    for (int i = 0; i < SCOREBOARDS; i++)
        put(out, RED, 1, "mismatch", scoreboard_name(i));
    put(out, RED, 1, "mismatch", "scenario");
    group_end(out, open, "Mismatch");
}

static void put_target(FILE *out, const struct socket_shape *socket) {
    char title[48];
    snprintf(title, sizeof title, "%s (%s 0x%02x)", socket->name, socket->type, socket->addr);
    group(out, true, title);
    put(out, VIOLET, 8, socket->name, "pins");
    put_twins(out, socket, PLAIN, 8, "port");
    put_twins(out, socket, PLAIN, 1, "int_n");
    put_twins(out, socket, PLAIN, 1, "sda");
    group_end(out, true, title);
}

static void put_controller(FILE *out, const struct socket_shape *socket, bool open) {
    char title[48], host[32];
    snprintf(title, sizeof title, "%s (%s)", socket->name, socket->type);
    snprintf(host, sizeof host, "%s.host", socket->name);
    group(out, open, title);
    put_twins(out, socket, PLAIN, 1, "scl");
    put_twins(out, socket, PLAIN, 1, "sda");
    put_twins(out, socket, PLAIN, 1, "irq");
    put(out, VIOLET, 1, host, "cyc");
    put(out, VIOLET, 1, host, "we");
    put(out, VIOLET, 3, host, "adr");
    put(out, VIOLET, 8, host, "dat");
    put_twins(out, socket, PLAIN, 1, "ack");
    put_twins(out, socket, PLAIN, 8, "dat");
    group_end(out, open, title);
}

// What is in the window: times in ps, and GTKWave's zoom, which is minus the logarithm of the time that 200 pixels show.
static void put_window(FILE *out, const struct wave_view *v) {
    enum { PIXELS = 940, PER_FRAME = 200, BITS_SHOWN = 14, BITS_BEFORE = 9 };
    uint64_t hz = v->shape->clock_hz, start = record_time_ps(v->start_clk, hz), length = record_time_ps(v->end_clk, hz) - start, marker = 0;
    if (v->mismatch) {
        uint64_t bit = record_time_ps(v->bit_clks, hz);
        marker = record_time_ps(v->mismatch->clk ? v->mismatch->clk : 1, hz); // a waveform begins with clk 1
        start = marker > start + BITS_BEFORE * bit ? marker - BITS_BEFORE * bit : start;
        length = BITS_SHOWN * bit;
    }
    fprintf(out, "[timestart] %" PRIu64 "\n[size] 1500 900\n[pos] -1 -1\n", start);
    fprintf(out, "*%.6f ", -log2((double)(length ? length : 1) * PER_FRAME / PIXELS));
    if (v->mismatch)
        fprintf(out, "%" PRIu64, marker);
    else
        fprintf(out, "-1");
    for (char name = 'A'; name <= 'Z'; name++)
        fprintf(out, " -1");
    fprintf(out, "\n");
}

bool wave_view_write(const struct wave_view *v, FILE *out) {
    const struct board_shape *shape = v->shape;
    fprintf(out, "[*] Twinwire\n");
    put_window(out, v);
    fprintf(out, "[treeopen] board.\n[sst_width] 200\n[signals_width] 260\n[sst_expanded] 1\n[sst_vpaned_height] 300\n");
    if (v->mismatch)
        put_mismatches(out, true);
    put_bus(out);
    bool ctl_failed = v->mismatch && v->mismatch->socket == 0;
    if (ctl_failed)
        put_controller(out, &shape->socket[0], true);
    for (unsigned t = 1; t <= shape->targets; t++)
        put_target(out, &shape->socket[t]);
    if (!ctl_failed)
        put_controller(out, &shape->socket[0], true);
    if (!v->mismatch)
        put_mismatches(out, false);
    fprintf(out, "[pattern_trace] 1\n[pattern_trace] 0\n");
    return !ferror(out);
}
