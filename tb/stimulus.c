// SPDX-License-Identifier: Apache-2.0
#include "stimulus.h"

#include <string.h>

void stimulus_init(struct stimulus *s, uint8_t rst_n, uint8_t filter_clks) {
    memset(s, 0, sizeof *s);
    s->now.rst_n = rst_n;
    s->next = s->now;
    s->due = UINT64_MAX;
    s->rival_due = UINT64_MAX;
    s->scl = s->sda = true;
    s->slot = -1;
    i2c_controller_init(&s->rival, filter_clks);
}

bool stimulus_add(struct stimulus *s, const struct stimulus_event *event) {
    if (s->event_count == STIMULUS_EVENTS)
        return false;
    s->events[s->event_count++] = *event;
    if (event->slot < 0 && event->clk < s->due)
        s->due = event->clk;
    return true;
}

static void hold(struct stimulus *s, uint16_t bits, int by) {
    for (unsigned i = 0; i < 4; i++)
        if (bits >> i & 1)
            s->held[i] = (uint8_t)(s->held[i] + by);
    s->injected = 0;
    for (unsigned i = 0; i < 4; i++)
        s->injected |= (uint8_t)((s->held[i] > 0) << i);
}

// Carries out one event; a timed one turns into the event that ends it, in the same place. Returns whether the place is free.
static bool happen(struct stimulus *s, struct stimulus_event *e, uint64_t clk) {
    switch (e->kind) {
    case STIMULUS_FOREIGN_ON:
        hold(s, e->value, 1);
        e->kind = STIMULUS_FOREIGN_OFF;
        e->clk = clk + e->clks;
        return false;
    case STIMULUS_FOREIGN_OFF:
        hold(s, e->value, -1);
        return true;
    case STIMULUS_PINS:
        s->next.ext_low[e->target] = (uint8_t)e->value;
        s->next.ext_high[e->target] = (uint8_t)(e->value >> 8);
        return true;
    case STIMULUS_RESET_ON:
        s->next.rst_n &= (uint8_t)~e->value;
        e->kind = STIMULUS_RESET_OFF;
        e->clk = clk + e->clks;
        return false;
    case STIMULUS_RESET_OFF:
        s->next.rst_n |= (uint8_t)e->value;
        return true;
    }
    return true;
}

void stimulus_drop_events(struct stimulus *s) {
    for (unsigned i = 0; i < s->event_count; i++) {
        struct stimulus_event *e = &s->events[i];
        if (e->kind == STIMULUS_FOREIGN_OFF || e->kind == STIMULUS_RESET_OFF)
            happen(s, e, 0);
    }
    s->event_count = 0;
    s->due = UINT64_MAX;
    s->next.foreign = s->injected | s->rival_pulls;
}

void stimulus_rival_off(struct stimulus *s, uint8_t filter_clks) {
    s->rival_on = false;
    s->rival_host_word = 0;
    s->rival_pulls = 0;
    s->rival_due = UINT64_MAX;
    i2c_controller_init(&s->rival, filter_clks);
    s->next.foreign = s->injected;
}

static void events_step(struct stimulus *s, uint64_t clk) {
    s->due = UINT64_MAX;
    for (unsigned i = 0; i < s->event_count;) {
        struct stimulus_event *e = &s->events[i];
        if (e->slot < 0 && e->clk <= clk && happen(s, e, clk)) {
            memmove(e, e + 1, (--s->event_count - i) * sizeof *e); // events of one clk happen in the order in which they were added
            continue;
        }
        if (e->slot < 0 && e->clk < s->due)
            s->due = e->clk;
        i++;
    }
}

// Counts SCL falls since the last START, and turns events of the slot reached into events with a clk.
static bool watch_bus(struct stimulus *s, const struct record *r) {
    bool fall = s->scl && !r->scl, start = s->scl && r->scl && s->sda && !r->sda;
    s->scl = r->scl;
    s->sda = r->sda;
    if (start) {
        s->slot = 0;
        for (unsigned i = 0; i < s->event_count; i++)
            s->events[i].frame -= s->events[i].frame > 0;
    }
    if (!fall || s->slot < 0)
        return false;
    bool found = false;
    for (unsigned i = 0; i < s->event_count; i++) {
        struct stimulus_event *e = &s->events[i];
        if (e->slot == s->slot && e->frame == 0) {
            e->slot = -1;
            e->clk += r->clk;
            found = true;
        }
    }
    s->slot++;
    return found;
}

static void rival_step(struct stimulus *s, const struct record *r) {
    const struct i2c_controller_out *out = &s->rival.out;
    uint16_t word = s->rival_host_word;
    struct i2c_controller_in in = {.rst_n = true,
                                   .scl = r->scl,
                                   .sda = r->sda,
                                   .cyc = word & HOST_CYC,
                                   .stb = word & HOST_STB,
                                   .we = word & HOST_WE,
                                   .adr = word >> HOST_ADR_SHIFT & 7,
                                   .dat = (uint8_t)(word >> HOST_DAT_SHIFT)};
    struct i2c_controller_out was = *out;
    bool waits = r->clk < s->rival_from;
    if (!waits)
        s->rival_host_word = firmware_step(&s->rival_firmware, was.ack, was.irq, was.dat, word);
    s->rival_due = i2c_controller_step(&s->rival, r->clk, &in);
    s->rival_pulls = (uint8_t)((out->scl ? 0 : FOREIGN_SCL_LOW) | (out->sda ? 0 : FOREIGN_SDA_LOW));
    if (s->rival_host_word != word || out->ack != was.ack || out->irq != was.irq || (firmware_busy(&s->rival_firmware) && !waits))
        s->rival_due = r->clk + 1; // its host bus is not in the record: look again
    else if (waits && s->rival_from < s->rival_due)
        s->rival_due = s->rival_from;
}

uint64_t stimulus_step(struct stimulus *s, const struct record *r, uint16_t ctl_out) {
    if (watch_bus(s, r) || s->due <= r->clk)
        events_step(s, r->clk);
    s->next.host = firmware_step(&s->firmware, ctl_out & CTL_ACK, ctl_out & CTL_IRQ, (uint8_t)(ctl_out >> CTL_DAT_SHIFT), s->now.host);
    if (s->rival_on)
        rival_step(s, r);
    s->next.foreign = s->injected | s->rival_pulls;
    return s->due < s->rival_due ? s->due : s->rival_due;
}
