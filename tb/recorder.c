// SPDX-License-Identifier: Apache-2.0
#include "recorder.h"

#include <inttypes.h>
#include <string.h>

void recorder_init(struct recorder *r, struct record *ring, uint64_t size) {
    r->ring = ring;
    r->kept = NULL;
    r->size = size;
    r->pushed = 0;
    r->freeze_at = UINT64_MAX;
}

void recorder_freeze(struct recorder *r) {
    if (r->freeze_at == UINT64_MAX)
        r->freeze_at = r->pushed + r->size / 2;
}

void recorder_roll_on(struct recorder *r, struct record *kept) { r->kept = kept; }

bool recorder_keep(struct recorder *r) {
    if (r->kept)
        memcpy(r->kept, r->ring, r->size * sizeof *r->ring);
    return r->kept != NULL;
}

uint64_t recorder_first(const struct recorder *r) { return r->pushed > r->size ? r->pushed - r->size : 0; }

const struct record *recorder_get(const struct recorder *r, uint64_t number) { return &r->ring[number & (r->size - 1)]; }

// One signal of the dump: where its value sits in a record.
struct signal {
    char scope[24], name[16];
    unsigned bits;
    enum { IN_WIRES, IN_HOST, IN_CTL, IN_TGT, IN_PINS } in;
    unsigned socket, twin, shift;
};

enum { SIGNALS_MAX = 8 + 4 + RECORD_SOCKETS * (TWINS * 8 + 1) };

static unsigned value(const struct signal *s, const struct record *r) {
    unsigned word = 0;
    switch (s->in) {
    case IN_WIRES:
        word = (unsigned)(r->scl | r->sda << 1 | r->int_n << 2 | r->foreign << 3 | r->rst_n << 7);
        break;
    case IN_HOST:
        word = r->host;
        break;
    case IN_CTL:
    case IN_TGT:
        word = r->out[s->socket][s->twin];
        break;
    case IN_PINS:
        word = r->pins[s->socket - 1];
        break;
    }
    return word >> s->shift & ((1u << s->bits) - 1);
}

static const struct signal board_signals[] = {
    {"bus", "scl", 1, IN_WIRES, 0, 0, 0},      {"bus", "sda", 1, IN_WIRES, 0, 0, 1},
    {"bus", "int_n", 1, IN_WIRES, 0, 0, 2},    {"bus", "foreign", 4, IN_WIRES, 0, 0, 3},
    {"bus", "rst_n", RECORD_SOCKETS, IN_WIRES, 0, 0, 7},
    {"host", "cyc", 1, IN_HOST, 0, 0, 0},      {"host", "we", 1, IN_HOST, 0, 0, 2},
    {"host", "adr", 3, IN_HOST, 0, 0, HOST_ADR_SHIFT}, {"host", "dat", 8, IN_HOST, 0, 0, HOST_DAT_SHIFT}};
static const struct signal ctl_signals[] = {{"", "scl", 1, IN_CTL, 0, 0, 0},
                                            {"", "sda", 1, IN_CTL, 0, 0, 1},
                                            {"", "ack", 1, IN_CTL, 0, 0, 3},
                                            {"", "irq", 1, IN_CTL, 0, 0, 4},
                                            {"", "dat", 8, IN_CTL, 0, 0, CTL_DAT_SHIFT}};
static const struct signal tgt_signals[] = {{"", "scl", 1, IN_TGT, 0, 0, 0},
                                            {"", "sda", 1, IN_TGT, 0, 0, 1},
                                            {"", "int_n", 1, IN_TGT, 0, 0, 3},
                                            {"", "port", 8, IN_TGT, 0, 0, TGT_PORT_SHIFT}};

static unsigned list_signals(const struct board_shape *shape, struct signal *list) {
    unsigned count = 0;
    for (unsigned i = 0; i < sizeof board_signals / sizeof *board_signals; i++)
        list[count++] = board_signals[i];
    for (unsigned s = 0; s <= shape->targets; s++) {
        const struct signal *from = s ? tgt_signals : ctl_signals;
        unsigned n = s ? sizeof tgt_signals / sizeof *from : sizeof ctl_signals / sizeof *from;
        for (unsigned t = 0; t < TWINS; t++)
            for (unsigned i = 0; i < n && shape->socket[s].present[t]; i++) {
                struct signal *one = &list[count++];
                *one = from[i];
                one->socket = s;
                one->twin = t;
                snprintf(one->scope, sizeof one->scope, "%s_%s", shape->socket[s].name, t == TWIN_RTL ? "rtl" : "c");
            }
        if (s) {
            struct signal pins = {"", "pins", 8, IN_PINS, s, 0, 0};
            snprintf(pins.scope, sizeof pins.scope, "%s", shape->socket[s].name);
            list[count++] = pins;
        }
    }
    return count;
}

static void put(FILE *out, const struct signal *s, unsigned id, unsigned v) {
    if (s->bits == 1) {
        fprintf(out, "%u%c%c\n", v, 'a' + id / 26, 'a' + id % 26);
        return;
    }
    fputc('b', out);
    for (unsigned i = s->bits; i-- > 0;)
        fputc('0' + (v >> i & 1), out);
    fprintf(out, " %c%c\n", 'a' + id / 26, 'a' + id % 26);
}

bool recorder_dump(const struct recorder *r, const struct board_shape *shape, FILE *out) {
    struct signal list[SIGNALS_MAX];
    unsigned count = list_signals(shape, list), last[SIGNALS_MAX];
    struct recorder frozen = *r;
    if (r->kept && r->pushed > r->freeze_at) {
        frozen.ring = r->kept;
        frozen.pushed = r->freeze_at;
    }
    r = &frozen;
    fprintf(out, "$comment the flight recorder: the last %" PRIu64 " changes $end\n$timescale 1ps $end\n$scope module board $end\n",
            r->pushed - recorder_first(r));
    for (unsigned i = 0; i < count; i++) {
        bool opens = i == 0 || strcmp(list[i].scope, list[i - 1].scope);
        if (opens)
            fprintf(out, "%s$scope module %s $end\n", i ? "$upscope $end\n" : "", list[i].scope);
        fprintf(out, "$var wire %u %c%c %s $end\n", list[i].bits, 'a' + i / 26, 'a' + i % 26, list[i].name);
    }
    fprintf(out, "$upscope $end\n$upscope $end\n$enddefinitions $end\n");
    for (uint64_t n = recorder_first(r); n < r->pushed; n++) {
        const struct record *record = recorder_get(r, n);
        fprintf(out, "#%" PRIu64 "\n", record_time_ps(record->clk, shape->clock_hz));
        for (unsigned i = 0; i < count; i++) {
            unsigned v = value(&list[i], record);
            if (n == recorder_first(r) || v != last[i])
                put(out, &list[i], i, v);
            last[i] = v;
        }
    }
    return !ferror(out);
}
