// SPDX-License-Identifier: Apache-2.0
//
// What happens beside a transfer and must not disturb it: pins move, SCL is stretched, spikes come that are too narrow to be levels.
#include "steps_pick.h"

enum { NEAR = 8 }; // clks around an edge

static struct stimulus_event *add_event(struct picker *k, enum stimulus_kind kind, int slot, uint64_t clk) {
    struct stimulus_event *e = &pick_act(k, ACT_EVENT)->event;
    *e = (struct stimulus_event){.kind = kind, .slot = slot, .clk = clk};
    k->slots = k->slots || slot >= 0;
    return e;
}

// Right where a target takes its pins: around the pulse that begins at SCL's rise in an ACK clock and ends at SCL's fall.
static void near_pulse(struct picker *k, unsigned target, unsigned slots, int *slot, uint64_t *clk) {
    bool end = pick_below(k, 2);
    uint64_t reaction = k->c->filter_clks[1 + target] + 2u, edge = reaction + (end ? 0 : 3 * k->p);
    *slot = (int)(9 * pick_below(k, slots / 9) + (end ? 9 : 8));
    *clk = edge + pick_below(k, 2 * NEAR + 1);
    *clk -= *clk < NEAR ? *clk : NEAR;
}

void pick_pins(struct picker *k, unsigned slots, uint64_t clks) {
    unsigned target;
    int slot = -1;
    uint64_t clk;
    if (!k->c->targets)
        return;
    target = pick_below(k, k->c->targets);
    if (slots && pick_below(k, 3) == 0)
        near_pulse(k, target, slots, &slot, &clk);
    else
        clk = pick_below(k, clks);
    uint8_t drive = (uint8_t)pick_below(k, 256), level = (uint8_t)pick_below(k, 256);
    if (pick_below(k, 8) == 0)
        drive = 0; // everybody lets go
    struct stimulus_event *e = add_event(k, STIMULUS_PINS, slot, clk);
    e->target = (uint8_t)target;
    e->value = (uint16_t)((drive & ~level & 0xff) | (drive & level) << 8);
}

// Somebody holds SCL low from somewhere in its low phase on, for up to three bit times; now and then for very little more than the
// controller's own low, or less.
void pick_stretch(struct picker *k, unsigned slots) {
    uint64_t from = pick_below(k, 3 * k->p);
    struct stimulus_event *e = add_event(k, STIMULUS_FOREIGN_ON, (int)pick_below(k, slots), from);
    e->value = FOREIGN_SCL_LOW;
    e->clks = 1 + (pick_below(k, 2) ? pick_below(k, 15 * k->p) : 3 * k->p - from + pick_below(k, 4 * NEAR));
}

void pick_glitch(struct picker *k, unsigned slots, uint64_t clks) {
    unsigned widest = (unsigned)(k->c->spike_ns * k->c->clock_hz / 1000000000u); // of every chip the filter is at least as deep
    for (unsigned s = 0; s <= k->c->targets; s++)
        widest = k->c->filter_clks[s] - 2 < widest ? k->c->filter_clks[s] - 2 : widest;
    if (!widest)
        return;
    int slot = slots ? (int)pick_below(k, slots) : -1;
    struct stimulus_event *e = add_event(k, STIMULUS_FOREIGN_ON, slot, pick_below(k, slots ? 5 * k->p : clks));
    e->value = (uint16_t)(1u << pick_below(k, slots ? 4 : 2)); // on an idle bus there is nothing to be forced high
    e->clks = 1 + pick_below(k, widest);
}

void pick_foreign(struct picker *k, uint64_t clks) {
    struct stimulus_event *e = add_event(k, STIMULUS_FOREIGN_ON, -1, pick_below(k, clks));
    e->value = (uint16_t)(1u << pick_below(k, 4));
    e->clks = 1 + (pick_below(k, 2) ? pick_below(k, 2 * k->filter + 16) : pick_below(k, 15 * k->p));
}

void pick_disturbances(struct picker *k, const struct request *t) {
    const struct config_random *w = &k->c->random;
    unsigned slots = request_slots(t);
    uint64_t clks = request_clks(k, t);
    for (unsigned pins = 0; pins < 3 && pick_percent(k, w->pins_percent); pins++)
        pick_pins(k, slots, clks);
    bool stretch = pick_percent(k, w->stretch_percent), glitch = pick_percent(k, w->glitch_percent);
    if (stretch)
        pick_stretch(k, slots);
    if (glitch && !stretch) // a glitch is a fall of SCL, or a START, to the stimulus: it would stretch in another place
        pick_glitch(k, slots, clks);
}

uint64_t pick_phase(struct picker *k) {
    uint64_t margin = k->filter + 10, rise = 3 * k->p, end = 5 * k->p;
    uint64_t low = rise > margin + NEAR ? rise - margin - NEAR : 1, high = end > rise + 2 * margin ? end - rise - 2 * margin : 0;
    uint64_t at = pick_below(k, low + high);
    return at < low ? margin + at : rise + margin + at - low;
}

void pick_settle(struct picker *k) {
    if (k->slots)
        pick_act(k, ACT_INJECT_OFF);
    k->slots = false;
}
