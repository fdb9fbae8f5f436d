// SPDX-License-Identifier: Apache-2.0
#include "hostile.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

// Where the usual phase of a kind is, and the unit of its usual time.
enum place { AT_FALL, BEFORE_RISE, MID_HIGH, BEFORE_FALL };
enum unit { BITS, HALF_BITS, FILTERS, TOO_NARROW };

enum { FOR_GOOD = 1000000 }; // bits: no run waits so long

// A kind forces `bits` of the wires, or does something of its own.
static const struct kind {
    const char *name;
    uint8_t bits; // FOREIGN_...
    enum place place;
    enum unit unit;
    unsigned units;
    const char *help;
} kinds[HOSTILE_KINDS] = {
    [HOSTILE_NACK] = {"nack", FOREIGN_SDA_HIGH, AT_FALL, BITS, 1, "SDA forced high all the slot: an ACK, or any 0, is seen as 1"},
    [HOSTILE_CONTEND] = {"contend", FOREIGN_SDA_LOW, AT_FALL, BITS, 1, "SDA pulled low all the slot: a NACK, or any 1, is seen as 0"},
    [HOSTILE_STRETCH] = {"stretch", FOREIGN_SCL_LOW, AT_FALL, BITS, 3, "SCL held low"},
    [HOSTILE_SCL_STUCK_LOW] = {"scl_stuck_low", FOREIGN_SCL_LOW, AT_FALL, BITS, 200, "SCL shorted to ground"},
    [HOSTILE_SCL_STUCK_HIGH] = {"scl_stuck_high", FOREIGN_SCL_HIGH, AT_FALL, BITS, 200, "SCL shorted to the supply"},
    [HOSTILE_SDA_STUCK_LOW] = {"sda_stuck_low", FOREIGN_SDA_LOW, AT_FALL, BITS, 200, "SDA shorted to ground"},
    [HOSTILE_SDA_STUCK_HIGH] = {"sda_stuck_high", FOREIGN_SDA_HIGH, AT_FALL, BITS, 200, "SDA shorted to the supply"},
    [HOSTILE_SCL_SPIKE_LOW] = {"scl_spike_low", FOREIGN_SCL_LOW, MID_HIGH, TOO_NARROW, 1, "SCL low, a clk too short for any filter"},
    [HOSTILE_SCL_SPIKE_HIGH] = {"scl_spike_high", FOREIGN_SCL_HIGH, AT_FALL, TOO_NARROW, 1, "SCL high, a clk too short for any filter"},
    [HOSTILE_SDA_SPIKE_LOW] = {"sda_spike_low", FOREIGN_SDA_LOW, MID_HIGH, TOO_NARROW, 1, "SDA low, a clk too short for any filter"},
    [HOSTILE_SDA_SPIKE_HIGH] = {"sda_spike_high", FOREIGN_SDA_HIGH, MID_HIGH, TOO_NARROW, 1, "SDA high, a clk too short for any filter"},
    [HOSTILE_SCL_PULSE_LOW] = {"scl_pulse_low", FOREIGN_SCL_LOW, MID_HIGH, FILTERS, 1, "SCL low, just long enough for every filter"},
    [HOSTILE_SCL_PULSE_HIGH] = {"scl_pulse_high", FOREIGN_SCL_HIGH, AT_FALL, FILTERS, 1, "SCL high, just long enough for every filter"},
    [HOSTILE_SDA_PULSE_LOW] = {"sda_pulse_low", FOREIGN_SDA_LOW, MID_HIGH, FILTERS, 1, "SDA low, just long enough for every filter"},
    [HOSTILE_SDA_PULSE_HIGH] = {"sda_pulse_high", FOREIGN_SDA_HIGH, MID_HIGH, FILTERS, 1, "SDA high, just long enough for every filter"},
    [HOSTILE_START] = {"start", 0, MID_HIGH, HALF_BITS, 1, "SDA forced high, then low: a START, if SCL is high"},
    [HOSTILE_STOP] = {"stop", 0, MID_HIGH, HALF_BITS, 1, "SDA forced low, then high: a STOP, if SCL is high"},
    [HOSTILE_LATE_LOW] = {"late_low", FOREIGN_SDA_LOW, BEFORE_RISE, BITS, 1, "SDA low until then: set-up too short, or a STOP"},
    [HOSTILE_LATE_HIGH] = {"late_high", FOREIGN_SDA_HIGH, BEFORE_RISE, BITS, 1, "SDA high until then: set-up too short, or a START"},
    [HOSTILE_EARLY_LOW] = {"early_low", FOREIGN_SDA_LOW, BEFORE_FALL, HALF_BITS, 1, "SDA low from then on: hold too short, or a START"},
    [HOSTILE_EARLY_HIGH] = {"early_high", FOREIGN_SDA_HIGH, BEFORE_FALL, HALF_BITS, 1, "SDA high from then on: hold too short, or a STOP"},
    [HOSTILE_VANISH] = {"vanish", 0, AT_FALL, BITS, 2, "a socket is in reset for a while"},
    [HOSTILE_GONE] = {"gone", 0, AT_FALL, BITS, FOR_GOOD, "a socket is in reset from then on"},
    [HOSTILE_HOLDS_SDA] = {"holds_sda", 0, AT_FALL, BITS, 20, "a socket is in reset for a bit; then somebody holds SDA low"},
};

const char *hostile_name(enum hostile_kind kind) { return kinds[kind].name; }
const char *hostile_help(enum hostile_kind kind) { return kinds[kind].help; }

enum hostile_kind hostile_find(const char *name) {
    unsigned kind = 0;
    while (kind < HOSTILE_KINDS && strcmp(kinds[kind].name, name) != 0)
        kind++;
    return (enum hostile_kind)kind;
}

bool hostile_wants_socket(enum hostile_kind kind) { return kind >= HOSTILE_VANISH; }

static bool is_late(enum hostile_kind kind) { return kind == HOSTILE_LATE_LOW || kind == HOSTILE_LATE_HIGH; }

static uint64_t usual_clks(const struct config *c, const struct kind *k) {
    const uint64_t bit = config_bit_clks(c);
    unsigned narrowest = c->filter_clks[0], widest = narrowest;
    for (unsigned s = 1; s <= c->targets; s++) {
        narrowest = c->filter_clks[s] < narrowest ? c->filter_clks[s] : narrowest;
        widest = c->filter_clks[s] > widest ? c->filter_clks[s] : widest;
    }
    switch (k->unit) {
    case HALF_BITS:
        return k->units * bit / 2;
    case FILTERS:
        return k->units * widest;
    case TOO_NARROW:
        return narrowest - 1;
    case BITS:
        break;
    }
    return k->units * bit;
}

struct hostile hostile_make(const struct config *c, enum hostile_kind kind) {
    const struct kind *k = &kinds[kind];
    const uint64_t bit = config_bit_clks(c), rise = bit * 3 / 5; // SCL is low for three fifths (docs/timing-contract.md, 5)
    const uint64_t phase[] = {[AT_FALL] = 0, [BEFORE_RISE] = rise - 1, [MID_HIGH] = bit * 4 / 5, [BEFORE_FALL] = bit - 3};
    return (struct hostile){.kind = kind, .socket = 1, .phase = phase[k->place], .clks = usual_clks(c, k)};
}

// Which event, `offset` clks after the slot's fall.
static struct stimulus_event event(const struct hostile *h, uint64_t now, enum stimulus_kind kind, uint16_t value, uint64_t offset, uint64_t clks) {
    return (struct stimulus_event){
        .clk = h->slot < 0 ? now + offset : offset, .slot = h->slot, .frame = h->frame, .kind = kind, .value = value, .clks = clks};
}

unsigned hostile_events(const struct config *c, const struct hostile *h, uint64_t now, struct stimulus_event events[HOSTILE_EVENTS]) {
    const struct kind *k = &kinds[h->kind];
    const uint64_t before = h->phase < h->clks ? h->phase : h->clks, bit = config_bit_clks(c);
    const uint16_t socket = (uint16_t)(1u << h->socket);
    const bool start = h->kind == HOSTILE_START;
    if (is_late(h->kind)) {
        events[0] = event(h, now, STIMULUS_FOREIGN_ON, k->bits, 0, h->phase);
        return h->phase > 0;
    }
    switch (h->kind) {
    case HOSTILE_START:
    case HOSTILE_STOP:
        events[0] = event(h, now, STIMULUS_FOREIGN_ON, start ? FOREIGN_SDA_LOW : FOREIGN_SDA_HIGH, h->phase, h->clks);
        events[1] = event(h, now, STIMULUS_FOREIGN_ON, start ? FOREIGN_SDA_HIGH : FOREIGN_SDA_LOW, h->phase - before, before);
        return before > 0 ? 2 : 1;
    case HOSTILE_VANISH:
    case HOSTILE_GONE:
        events[0] = event(h, now, STIMULUS_RESET_ON, socket, h->phase, h->clks);
        return 1;
    case HOSTILE_HOLDS_SDA:
        events[0] = event(h, now, STIMULUS_RESET_ON, socket, h->phase, bit);
        events[1] = event(h, now, STIMULUS_FOREIGN_ON, FOREIGN_SDA_LOW, h->phase + bit, h->clks);
        return 2;
    default:
        events[0] = event(h, now, STIMULUS_FOREIGN_ON, k->bits, h->phase, h->clks);
        return 1;
    }
}

bool hostile_add(const struct config *c, const struct hostile *h, uint64_t now, struct stimulus *s) {
    struct stimulus_event events[HOSTILE_EVENTS];
    const unsigned count = hostile_events(c, h, now, events);
    if (s->event_count + count > STIMULUS_EVENTS)
        return false;
    for (unsigned i = 0; i < count; i++)
        stimulus_add(s, &events[i]);
    return true;
}

void hostile_text(const struct config *c, const struct hostile *h, char *text, size_t size) {
    char at[32] = "", frame[32] = "", span[40] = "", on[32] = "";
    if (h->slot >= 0)
        snprintf(at, sizeof at, " at %d", h->slot);
    if (h->frame)
        snprintf(frame, sizeof frame, " frame %u", h->frame);
    if (!is_late(h->kind) && h->kind != HOSTILE_GONE)
        snprintf(span, sizeof span, " for %" PRIu64 "clk", h->clks);
    if (hostile_wants_socket(h->kind))
        snprintf(on, sizeof on, " on %s", c->socket[h->socket].name);
    snprintf(text, size, "hostile %s%s%s plus %" PRIu64 "clk%s%s", kinds[h->kind].name, at, frame, h->phase, span, on);
}
