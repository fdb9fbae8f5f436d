// SPDX-License-Identifier: Apache-2.0
#include "recorder.h"

#include <inttypes.h>
#include <string.h>

#include "vcd_tree.h"
#include "wave_signals.h"

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

enum { DECLARATION = 64 };

// A letter pair a signal.
static void print_head(FILE *out, const struct wave_signal *list, unsigned count) {
    struct vcd_entry entry[WAVE_SIGNALS];
    char text[WAVE_SIGNALS][DECLARATION];
    for (unsigned i = 0; i < count; i++) {
        const struct wave_signal *s = &list[i];
        int at = snprintf(text[i], DECLARATION, "wire %u %c%c %s", s->bits, 'a' + i / 26, 'a' + i % 26, s->name);
        if (s->bits > 1)
            snprintf(text[i] + at, DECLARATION - (size_t)at, " [%u:0]", s->bits - 1u);
        entry[i] = (struct vcd_entry){s->scope, text[i]};
    }
    vcd_tree_print(out, entry, count);
}

static void put(FILE *out, const struct wave_signal *s, unsigned id, unsigned v) {
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
    struct wave_signal list[WAVE_SIGNALS];
    unsigned count = wave_signals_list(shape, list), last[WAVE_SIGNALS];
    struct recorder frozen = *r;
    if (r->kept && r->pushed > r->freeze_at) {
        frozen.ring = r->kept;
        frozen.pushed = r->freeze_at;
    }
    r = &frozen;
    fprintf(out, "$comment the flight recorder: the last %" PRIu64 " changes $end\n$timescale 1ps $end\n", r->pushed - recorder_first(r));
    print_head(out, list, count);
    fprintf(out, "$enddefinitions $end\n");
    for (uint64_t n = recorder_first(r); n < r->pushed; n++) {
        const struct record *record = recorder_get(r, n);
        fprintf(out, "#%" PRIu64 "\n", record_time_ps(record->clk, shape->clock_hz));
        for (unsigned i = 0; i < count; i++) {
            unsigned v = wave_signal_value(&list[i], record);
            if (n == recorder_first(r) || v != last[i])
                put(out, &list[i], i, v);
            last[i] = v;
        }
    }
    return !ferror(out);
}
