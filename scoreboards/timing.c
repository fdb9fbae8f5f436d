// SPDX-License-Identifier: Apache-2.0
//
// UM10204 table 10, measured from edge to edge of the wires, whoever made them: the AND net knows the slowest driver only.
//
//            tBUF   tHD;STA  tLOW   tHIGH              tSU;STA                     tSU;STO
//          |<---->|<------>|<---->|<---->|            |<----->|                   |<----->|
//   SDA ___/‾‾‾‾‾‾\___________xxxx========xxxx____/‾‾‾‾‾‾‾‾‾‾‾\_________________________/‾‾‾
//   SCL ‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾\______/‾‾‾‾‾‾\__________/‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾\__________/‾‾‾‾‾‾‾‾‾‾‾
//                             tSU;DAT    tHD;DAT
//
// An interval of n samples is longer than n - 1 and shorter than n + 1 clks, for an edge falls anywhere before the sample that shows it.
// One is too short only if n + 1 clks are: floor(limit * clock_hz) samples pass. That is what sampling cannot see, not slack.
#include <stdio.h>

#include "scoreboards_state.h"

enum { CTR_EN = 0x80 };

static const struct {
    const char *name, *clause;
    uint32_t scl_hz; // at most
    uint16_t ns[TIMING_RULES];
} modes[TIMING_MODES] = {
    // tLOW, tHIGH, period, tHD;STA, tSU;STA, tSU;DAT, tHD;DAT, tSU;STO, tBUF
    {"Standard-mode", "UM10204 table 10, Standard-mode", 100000, {4700, 4000, 10000, 4000, 4700, 250, 0, 4000, 4700}},
    {"Fast-mode", "UM10204 table 10, Fast-mode", 400000, {1300, 600, 2500, 600, 600, 100, 0, 600, 1300}},
    {"Fast-mode Plus", "UM10204 table 10, Fast-mode Plus", 1000000, {500, 260, 1000, 260, 260, 50, 0, 260, 500}},
};

static const struct {
    const char *name, *pin; // of the edge that ends it
} rules[TIMING_RULES] = {
    {"tLOW", "scl"},    {"tHIGH", "scl"},   {"1/fSCL", "scl"},  {"tHD;STA", "scl"}, {"tSU;STA", "sda"},
    {"tSU;DAT", "scl"}, {"tHD;DAT", "sda"}, {"tSU;STO", "sda"}, {"tBUF", "sda"},
};

static enum timing_mode slowest_mode(uint64_t scl_hz)
{
    return scl_hz <= modes[TIMING_STANDARD].scl_hz ? TIMING_STANDARD : scl_hz <= modes[TIMING_FAST].scl_hz ? TIMING_FAST : TIMING_FAST_PLUS;
}

// The board's mode, or the faster one that the host's prescaler asks for: its word. TIMING_MODES: faster than any.
static enum timing_mode mode_now(const struct scoreboards *s)
{
    const uint64_t quintuple = 5 * ((uint64_t)s->host.prer + 1); // controller map, PRER: SCL = clock / (5 * (prescale + 1))
    enum timing_mode mode = slowest_mode(s->shape.scl_hz);
    while (mode < TIMING_MODES && s->shape.clock_hz > quintuple * modes[mode].scl_hz)
        mode++;
    return mode;
}

static uint64_t limit_clks(const struct scoreboards *s, enum timing_mode mode, enum timing_rule rule)
{
    return modes[mode].ns[rule] * s->shape.clock_hz / 1000000000u;
}

// Who moved the wire, as far as one socket did: -1 otherwise.
static int who_moved(const struct scoreboards *s, const struct record *r, unsigned bit)
{
    for (unsigned k = 0; k <= s->shape.targets; k++)
        if ((drive_out(s, r, k) ^ drive_out(s, &s->last, k)) & bit)
            return (int)k;
    return -1;
}

static void fail(struct scoreboards *s, const struct record *r, enum timing_mode mode, enum timing_rule rule, int64_t clks)
{
    const uint64_t ns = record_time_ps((uint64_t)(clks < 0 ? -clks : clks), s->shape.clock_hz) / 1000, limit = modes[mode].ns[rule];
    const bool scl = rules[rule].pin[1] == 'c';
    char what[sizeof s->verdict[0].first.what];
    (void)snprintf(what, sizeof what, "%s %s%u.%03u us, at least %u.%03u us", rules[rule].name, clks < 0 ? "-" : "",
                   (unsigned)(ns / 1000), (unsigned)(ns % 1000), (unsigned)(limit / 1000), (unsigned)(limit % 1000));
    scoreboards_fact(s, SB_TIMING, r->clk, false,
                     &(struct finding){who_moved(s, r, scl ? (unsigned)CTL_SCL : (unsigned)CTL_SDA), rules[rule].pin, 0, 0, 0, what,
                                       modes[mode].clause});
}

// The interval from `from` to this sample, or how long before it (clks < 0), against the rule.
static void measure(struct scoreboards *s, const struct record *r, enum timing_rule rule, uint64_t from, int64_t clks)
{
    const enum timing_mode mode = mode_now(s);
    if (from == NEVER || mode == TIMING_MODES)
        return;
    struct timing_count *const n = &s->timing.count[mode][rule];
    if (s->foreign_until >= from || s->timing.excuse_until >= from || (s->host.ctr_clk && s->host.ctr_clk + REACTION_CLKS >= from)) {
        n->excused++;
        return;
    }
    n->min_clks = n->count == 0 || clks < n->min_clks ? clks : n->min_clks;
    n->max_clks = n->count == 0 || clks > n->max_clks ? clks : n->max_clks;
    n->count++;
    if (clks >= (int64_t)limit_clks(s, mode, rule)) {
        s->verdict[SB_TIMING].checks++;
        return;
    }
    n->failures++;
    fail(s, r, mode, rule, clks);
}

static void measure_since(struct scoreboards *s, const struct record *r, enum timing_rule rule, uint64_t from)
{
    measure(s, r, rule, from, (int64_t)(r->clk - from));
}

static void see_fall(struct scoreboards *s, const struct record *r)
{
    struct timing_watch *const t = &s->timing;
    if (t->start != NEVER) {
        measure_since(s, r, TIMING_HD_STA, t->start);
    } else if (t->stop != NEVER && t->rise != NEVER && t->stop >= t->rise) {
        // After what looks like a STOP no START came: later, a host clears the bus (UM10204 3.1.16). Nearer than a bit may come to SCL's
        // rise, it was a bit that left before SCL fell.
        const enum timing_mode mode = mode_now(s);
        if (mode < TIMING_MODES && r->clk - t->stop <= limit_clks(s, mode, TIMING_SU_DAT) + 1)
            measure(s, r, TIMING_HD_DAT, t->stop, -(int64_t)(r->clk - t->stop));
    } else {
        // SCL was left high in mid byte, for arbitration was lost, and the host's next command ends that clock, on its word (UM10204 3.1.16).
        if (s->host.command_clk > t->rise && t->excuse_until < t->rise)
            t->excuse_until = t->rise;
        measure_since(s, r, TIMING_HIGH, t->rise);
    }
    t->fall = r->clk;
    t->start = t->data = NEVER;
}

static void see_rise(struct scoreboards *s, const struct record *r)
{
    struct timing_watch *const t = &s->timing;
    measure_since(s, r, TIMING_LOW, t->fall);
    measure_since(s, r, TIMING_SU_DAT, t->data);
    measure_since(s, r, TIMING_PERIOD, t->period);
    t->rise = t->period = r->clk;
}

static void see_data(struct scoreboards *s, const struct record *r)
{
    measure_since(s, r, TIMING_HD_DAT, s->timing.fall);
    s->timing.data = r->clk;
}

static void see_start(struct scoreboards *s, const struct record *r)
{
    struct timing_watch *const t = &s->timing;
    if (t->busy)
        measure_since(s, r, TIMING_SU_STA, t->rise);
    else
        measure_since(s, r, TIMING_BUF, t->stop);
    t->busy = true;
    t->start = r->clk;
    t->stop = t->period = NEVER;
}

static void see_stop(struct scoreboards *s, const struct record *r)
{
    struct timing_watch *const t = &s->timing;
    measure_since(s, r, TIMING_SU_STO, t->rise);
    t->busy = false;
    t->stop = r->clk;
    t->start = t->period = NEVER;
}

void timing_forget(struct scoreboards *s)
{
    struct timing_watch *const t = &s->timing;
    t->busy = false;
    t->rise = t->fall = t->data = t->start = t->stop = t->period = NEVER;
}

void timing_reset(struct scoreboards *s, const struct record *r)
{
    struct timing_watch *const t = &s->timing;
    t->excuse_until = r->clk + s->decoder.spike_clks + REACTION_CLKS; // sockets let go of the lines when they like
    if (!s->all_in_reset) {
        if (t->in_reset && !r->foreign)
            scoreboards_fact(s, SB_TIMING, r->clk, r->scl && r->sda,
                             &(struct finding){-1, r->scl ? "sda" : "scl", 1, 0, 1, "the bus is not free after reset", "UM10204 3.1.1"});
        t->in_reset = false;
        return;
    }
    t->in_reset = true;
    timing_forget(s);
}

void timing_step(struct scoreboards *s, const struct record *r)
{
    const bool scl_moved = r->scl != s->last.scl, sda_moved = r->sda != s->last.sda;
    if (!(s->host.ctr & CTR_EN) || in_reset(s, 0)) // nobody is told to keep time
        s->timing.excuse_until = r->clk;
    if (scl_moved && !r->scl)
        see_fall(s, r);
    // Both in one sample: SDA may move with SCL's fall (tHD;DAT is 0), and is late with its rise.
    if (sda_moved && (scl_moved || !r->scl))
        see_data(s, r);
    else if (sda_moved && r->sda)
        see_stop(s, r);
    else if (sda_moved)
        see_start(s, r);
    if (scl_moved && r->scl)
        see_rise(s, r);
}

const char *timing_rule_name(enum timing_rule rule)
{
    return rules[rule].name;
}

const char *timing_mode_name(enum timing_mode mode)
{
    return modes[mode].name;
}

struct timing_stats scoreboards_timing(const struct scoreboards *s, enum timing_mode mode, enum timing_rule rule)
{
    return (struct timing_stats){s->timing.count[mode][rule], limit_clks(s, mode, rule), modes[mode].ns[rule],
                                 mode == slowest_mode(s->shape.scl_hz)};
}
