// SPDX-License-Identifier: Apache-2.0
#include "decoder.h"

#include <stdio.h>
#include <string.h>

enum { DULLEST_NS = 100 }; // PH97 11, tSW

static unsigned widest(unsigned a, unsigned b)
{
    return a > b ? a : b;
}

// A spike of w clocks can be met by ceil(w) samples; n samples may be as little as just over n - 1 clocks.
static uint64_t samples(uint64_t clock_hz, unsigned ns)
{
    return (clock_hz * ns + 999999999u) / 1000000000u;
}

void decoder_init(struct decoder *d, uint64_t clock_hz, unsigned spike_ns, unsigned sharpest_ns, unsigned dullest_ns)
{
    memset(d, 0, sizeof *d);
    d->spike_clks = samples(clock_hz, spike_ns);
    d->sharp_clks = sharpest_ns && sharpest_ns < spike_ns ? samples(clock_hz, sharpest_ns) : d->spike_clks;
    d->sure_clks = samples(clock_hz, widest(widest(spike_ns, dullest_ns), DULLEST_NS)) + 1; // one more: whoever counts may have begun just after the edge
    d->due = UINT64_MAX;
}

// True when the filtered level takes over the wire's.
static bool line_step(const struct decoder *d, struct decoder_line *line, uint64_t clk, bool raw)
{
    line->runt = false;
    if (raw != line->raw) {
        line->runt = line->raw == line->level ? clk - line->edge <= d->sure_clks : clk - line->edge > d->sharp_clks;
        line->raw = raw;
        line->edge = clk;
        line->pending = raw != line->level;
    }
    if (!line->pending || clk - line->edge < d->spike_clks) // UM10204 table 10, tSP
        return false;
    line->pending = false;
    line->level = raw;
    return true;
}

static void restart_byte(struct decoder *d)
{
    d->bits = 0;
    d->clocked = false;
    d->ninth = false;
}

static void see_start_or_stop(struct decoder *d, struct symbol *out)
{
    out->clk = d->sda.edge;
    if (d->ninth) {
        d->ended_ninth = true;
        d->fell = d->sda.edge;
    }
    if (d->sda.level) // UM10204 3.1.4: SDA rises while SCL is high
        out->kind = SYMBOL_STOP;
    else              // UM10204 3.1.4: SDA falls while SCL is high; a repeated START keeps the bus busy
        out->kind = d->busy ? SYMBOL_RESTART : SYMBOL_START;
    d->busy = !d->sda.level;
    d->index = 0;     // UM10204 3.1.10 note 4: wherever it comes, an address is next
    restart_byte(d);
}

static bool see_rise(struct decoder *d, struct symbol *out)
{
    d->rise = d->scl.edge;
    if (d->bits < 8) {
        d->clocked = true; // UM10204 3.1.3: SDA is valid while SCL is high
        d->bit = d->sda.level;
        return false;
    }
    d->ninth = true; // UM10204 3.1.6
    out->clk = d->rise;
    out->kind = d->sda.level ? SYMBOL_NACK : SYMBOL_ACK;
    out->byte = d->byte;
    out->index = d->busy ? d->index : SYMBOL_INDEX_NONE;
    return true;
}

static bool see_fall(struct decoder *d, struct symbol *out)
{
    d->fell = d->scl.edge;
    if (d->ninth) {
        restart_byte(d);
        d->ended_ninth = true;
        d->index++;
        return false;
    }
    if (!d->clocked)
        return false;
    d->clocked = false;
    d->byte = (uint8_t)(d->byte << 1 | d->bit); // UM10204 3.1.5: MSB first
    d->bits++;
    if (d->busy && d->bits == 8 && d->index == 0) { // UM10204 3.1.10: 7 bits of address, then R/W
        d->addr = d->byte >> 1;
        d->read = d->byte & 1;
    }
    out->clk = d->rise;
    out->kind = SYMBOL_BIT;
    out->bit = d->bit;
    return true;
}

void decoder_begin_byte(struct decoder *d)
{
    if (!d->busy)
        restart_byte(d);
}

// A runt of SCL counts in a transfer, in a byte outside any, or if SDA moved about it: a START or STOP to some, none to others. One of SDA:
// if SCL was high.
static bool is_runt(const struct decoder *d, uint64_t clk)
{
    return (d->scl.runt && (d->busy || d->bits || d->clocked || d->sda.edge + d->sure_clks >= clk))
           || (d->sda.runt && (d->scl.level || d->scl.edge + d->sure_clks >= clk));
}

bool decoder_step(struct decoder *d, uint64_t clk, bool scl, bool sda, struct symbol *out)
{
    d->ended_ninth = false;
    d->runt = false;
    if (!d->begun) {
        d->begun = true;
        d->scl = (struct decoder_line){.level = scl, .raw = scl, .edge = clk};
        d->sda = (struct decoder_line){.level = sda, .raw = sda, .edge = clk};
        return false;
    }
    if (scl == d->scl.raw && sda == d->sda.raw && clk < d->due)
        return false;

    const bool scl_was = d->scl.level;
    const bool scl_moved = line_step(d, &d->scl, clk, scl);
    const bool sda_moved = line_step(d, &d->sda, clk, sda);
    d->runt = is_runt(d, clk);
    d->due = UINT64_MAX;
    if (d->scl.pending)
        d->due = d->scl.edge + d->spike_clks;
    if (d->sda.pending && d->sda.edge + d->spike_clks < d->due)
        d->due = d->sda.edge + d->spike_clks;

    if (!scl_moved && !sda_moved)
        return false;
    *out = (struct symbol){0};
    if (sda_moved && scl_was && !scl_moved) {
        see_start_or_stop(d, out);
        return true;
    }
    // Both in one sample: SDA may move with SCL's fall (tHD;DAT is 0), and at a rise the new level is the one that is set up.
    if (scl_moved)
        return d->scl.level ? see_rise(d, out) : see_fall(d, out);
    return false;
}

static void place_byte(const struct decoder *d, char *text, unsigned size)
{
    if (!d->busy)
        (void)snprintf(text, size, "a byte outside any transfer");
    else if (d->index == 0 && d->bits < 8)
        (void)snprintf(text, size, "the address byte");
    else if (d->index == 0)
        (void)snprintf(text, size, "the address byte of the %s 0x%02x", d->read ? "read from" : "write to", d->addr);
    else
        (void)snprintf(text, size, "data byte %u of the %s 0x%02x", d->index, d->read ? "read from" : "write to", d->addr);
}

void decoder_place(const struct decoder *d, char *text, unsigned size)
{
    if (!d->busy && d->bits == 0 && !d->clocked) {
        (void)snprintf(text, size, "bus idle");
        return;
    }
    if (d->index == 0 && d->bits == 0 && !d->clocked && d->scl.level) {
        (void)snprintf(text, size, "START");
        return;
    }
    char byte[64];
    place_byte(d, byte, sizeof byte);
    if (d->bits == 8)
        (void)snprintf(text, size, "ACK of %s", byte);
    else
        (void)snprintf(text, size, "bit %d of %s", 7 - d->bits, byte);
}
