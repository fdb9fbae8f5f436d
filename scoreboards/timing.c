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
// One is too short only if n + 1 clks are: floor(limit * clock_hz) samples pass, and of a maximum ceil(limit * clock_hz). That is what
// sampling cannot see, not slack.
//
// A time is broken by who made the edge that ends it: a socket fails; the stimulus (a foreign driver) must have said so before. Once the
// stimulus has broken a rule, intervals that begin within the sockets' reaction to it are its work too. A pulse of the stimulus that is a
// spike (tSP) makes no edges: its first one waits in a queue until it can be none.
#include <stdio.h>
#include <string.h>

#include "scoreboards_state.h"

static const struct {
    const char *name, *clause;
    uint32_t scl_hz; // at most
    uint16_t ns[TIMING_RULES];
} modes[TIMING_MODES] = {
    // tLOW, tHIGH, period, tHD;STA, tSU;STA, tSU;DAT, tHD;DAT, tSU;STO, tBUF, tVD;DAT, tVD;ACK
    {"Standard-mode", "UM10204 table 10, Standard-mode", 100000, {4700, 4000, 10000, 4000, 4700, 250, 0, 4000, 4700, 3450, 3450, 0}},
    {"Fast-mode", "UM10204 table 10, Fast-mode", 400000, {1300, 600, 2500, 600, 600, 100, 0, 600, 1300, 900, 900, 0}},
    {"Fast-mode Plus", "UM10204 table 10, Fast-mode Plus", 1000000, {500, 260, 1000, 260, 260, 50, 0, 260, 500, 450, 450, 0}},
    {"PCF8574", "NXP PCF8574 table 10, TI SCPS068K 5.6", 100000, {4700, 4000, 10000, 4000, 4700, 250, 0, 4000, 4700, 3400, 3400, 0}},
};

static const struct {
    const char *name, *pin; // of the edge that breaks it
    bool most;
} rules[TIMING_RULES] = {
    {"tLOW", "scl", false},    {"tHIGH", "scl", false},   {"1/fSCL", "scl", false},  {"tHD;STA", "scl", false},
    {"tSU;STA", "sda", false}, {"tSU;DAT", "scl", false}, {"tHD;DAT", "sda", false}, {"tSU;STO", "sda", false},
    {"tBUF", "sda", false},    {"tVD;DAT", "sda", true},  {"tVD;ACK", "sda", true},  {"tSP", "scl", true},
};

static enum timing_mode slowest_mode(uint64_t scl_hz)
{
    return scl_hz <= modes[TIMING_STANDARD].scl_hz ? TIMING_STANDARD : scl_hz <= modes[TIMING_FAST].scl_hz ? TIMING_FAST : TIMING_FAST_PLUS;
}

// The board's mode, or the faster one that the host's prescaler asks for: its word. TIMING_CHIP: faster than any.
enum timing_mode timing_mode_now(const struct scoreboards *s)
{
    const uint64_t quintuple = 5 * ((uint64_t)s->host.prer + 1); // controller map, PRER: SCL = clock / (5 * (prescale + 1))
    enum timing_mode mode = s->timing.own;
    while (mode < TIMING_CHIP && s->shape.clock_hz > quintuple * modes[mode].scl_hz)
        mode++;
    return mode;
}

static unsigned limit_ns(const struct scoreboards *s, enum timing_mode mode, enum timing_rule rule)
{
    return rule == TIMING_SP ? s->shape.spike_ns : modes[mode].ns[rule];
}

static enum timing_level lower(enum timing_level a, enum timing_level b)
{
    return a < b ? a : b;
}

static void fail(struct scoreboards *s, const struct record *r, enum timing_mode mode, enum timing_rule rule, int64_t clks, int by)
{
    const uint64_t ns = record_time_ps((uint64_t)(clks < 0 ? -clks : clks), s->shape.clock_hz) / 1000, limit = modes[mode].ns[rule];
    char what[sizeof s->verdict[0].first.what];
    const int at = snprintf(what, sizeof what, "%s %s%u.%03u us, at %s %u.%03u us", rules[rule].name, clks < 0 ? "-" : "", (unsigned)(ns / 1000),
                            (unsigned)(ns % 1000), rules[rule].most ? "most" : "least", (unsigned)(limit / 1000), (unsigned)(limit % 1000));
    if (by == BY_STIMULUS)
        (void)snprintf(what + at, sizeof what - (size_t)at, ": the stimulus (meant? violates {%s})", rules[rule].name);
    scoreboards_fact(s, SB_TIMING, r->clk, false,
                     &(struct finding){by < 0 ? -1 : by, rules[rule].pin, 0, 0, 0, what, modes[mode].clause});
}

void timing_count_in(struct timing_count *n, enum timing_rule rule, uint64_t end, int64_t clks)
{
    const bool first = n->count++ == 0, shortest = first || clks < n->min_clks, longest = first || clks > n->max_clks;
    n->sum_clks += clks;
    if (shortest)
        n->min_clks = clks;
    if (longest)
        n->max_clks = clks;
    if (rules[rule].most ? longest : shortest)
        n->worst_clk = end;
}

// What is measured: an interval (or how long before it, clks < 0) that `by` ended.
struct interval {
    enum timing_rule rule;
    uint64_t from, end;
    int64_t clks;
    int by;
};

static void judge(struct scoreboards *s, const struct record *r, enum timing_mode mode, const struct interval *i)
{
    struct timing_watch *const t = &s->timing;
    struct timing_count *const n = &t->count[mode][i->rule];
    const bool met = rules[i->rule].most ? i->clks <= t->limit[mode][i->rule] : i->clks >= t->limit[mode][i->rule];
    enum timing_level level = t->level[mode][i->rule];
    if (met || i->by != BY_STIMULUS)
        timing_count_in(n, i->rule, i->end, i->clks);
    if (met) {
        s->verdict[SB_TIMING].checks += level == TIMING_ERROR;
        return;
    }
    if (i->by == BY_STIMULUS) {
        const bool declared = t->allow >> i->rule & 1;
        level = declared ? TIMING_OFF : lower(level, t->levels.stimulus);
        n->by_stimulus++;
        n->declared += declared;
    } else {
        n->failures++;
    }
    if (level == TIMING_ERROR)
        fail(s, r, mode, i->rule, i->clks, i->by);
}

static void measure(struct scoreboards *s, const struct record *r, struct interval i)
{
    struct timing_watch *const t = &s->timing;
    // A target is made for the board's speed, and does not know of a faster prescaler.
    const enum timing_mode mode = i.rule == TIMING_VD_DAT || i.rule == TIMING_VD_ACK ? t->own : t->mode;
    const bool excused = (i.rule == TIMING_SU_DAT && t->data_by > 0 && mode != t->own) || i.by == BY_SPIKE || t->excuse_until >= i.from || (s->host.ctr_clk && s->host.ctr_clk + REACTION_CLKS >= i.from);
    if (i.from == NEVER)
        return;
    if (excused) {
        t->count[mode][i.rule].excused += mode != TIMING_CHIP || t->chip;
        return;
    }
    if (t->stimulus_until >= i.from)
        i.by = BY_STIMULUS;
    if (mode != TIMING_CHIP) {
        const uint64_t was = t->count[mode][i.rule].by_stimulus;
        judge(s, r, mode, &i);
        if (t->count[mode][i.rule].by_stimulus != was)
            t->stimulus_until = i.end + s->decoder.spike_clks + REACTION_CLKS;
    }
    if (t->chip)
        judge(s, r, TIMING_CHIP, &i);
}

static void measure_since(struct scoreboards *s, const struct record *r, enum timing_rule rule, uint64_t from, uint64_t end, int by)
{
    measure(s, r, (struct interval){rule, from, end, (int64_t)(end - from), by});
}

static void see_fall(struct scoreboards *s, const struct record *r, const struct timing_edges *e)
{
    struct timing_watch *const t = &s->timing;
    if (t->start != NEVER) {
        // A START of the stimulus in which the socket has no part: into the clock of a bit (undefined: UM10204 3.1.8).
        const bool alone = t->start_by == BY_STIMULUS && (e->scl_by < 0 || drive_out(s, r, (unsigned)e->scl_by) & CTL_SDA);
        measure_since(s, r, TIMING_HD_STA, t->start, e->clk, alone ? BY_STIMULUS : e->scl_by);
    } else if (t->stop != NEVER && t->rise != NEVER && t->stop >= t->rise) {
        // After what looks like a STOP no START came: later, or as the host commanded since, the bus is cleared (UM10204 3.1.16). Nearer than
        // a bit may come to SCL's rise, it was a bit that left before SCL fell.
        if (t->mode < TIMING_CHIP && s->host.command_clk < t->stop && (int64_t)(e->clk - t->stop) <= t->limit[t->mode][TIMING_SU_DAT] + 1)
            measure(s, r, (struct interval){TIMING_HD_DAT, t->stop, e->clk, -(int64_t)(e->clk - t->stop), e->scl_by < BY_NOBODY ? e->scl_by : t->stop_by});
    } else {
        measure_since(s, r, TIMING_HIGH, t->rise, e->clk, e->scl_by);
    }
    t->fall = e->clk;
    t->fall_by = e->scl_by;
    t->start = t->data = NEVER;
}

static void see_rise(struct scoreboards *s, const struct record *r, const struct timing_edges *e)
{
    struct timing_watch *const t = &s->timing;
    const bool data_by_stimulus = t->data_by == BY_STIMULUS || t->data_by == BY_SPIKE;
    measure_since(s, r, TIMING_LOW, t->fall, e->clk, e->scl_by);
    measure_since(s, r, TIMING_SU_DAT, t->data, e->clk, data_by_stimulus ? t->data_by : e->scl_by);
    if (t->data != NEVER && t->data_free && t->fall != NEVER)
        measure(s, r, (struct interval){s->decoder.bits == 8 ? TIMING_VD_ACK : TIMING_VD_DAT, t->fall, e->clk, (int64_t)(t->data - t->fall), t->data_by});
    measure_since(s, r, TIMING_PERIOD, t->period, e->clk, t->fall_by == BY_STIMULUS ? BY_STIMULUS : e->scl_by);
    t->rise = t->period = e->clk;
}

static void see_data(struct scoreboards *s, const struct record *r, const struct timing_edges *e)
{
    struct timing_watch *const t = &s->timing;
    measure_since(s, r, TIMING_HD_DAT, t->fall, e->clk, e->sda_by);
    t->data = e->clk;
    t->data_by = e->sda_by;
    t->data_free = e->free;
}

static void see_start(struct scoreboards *s, const struct record *r, const struct timing_edges *e)
{
    struct timing_watch *const t = &s->timing;
    // Nobody can have seen a STOP of the stimulus sooner.
    const bool unseen = t->stop_by == BY_STIMULUS && e->clk - t->stop <= s->decoder.sure_clks + REACTION_CLKS;
    if (t->busy)
        measure_since(s, r, TIMING_SU_STA, t->rise, e->clk, e->sda_by);
    else
        measure_since(s, r, TIMING_BUF, t->stop, e->clk, unseen ? BY_STIMULUS : e->sda_by);
    t->busy = true;
    t->start = e->clk;
    t->start_by = e->sda_by;
    t->stop = t->period = NEVER;
}

static void see_stop(struct scoreboards *s, const struct record *r, const struct timing_edges *e)
{
    struct timing_watch *const t = &s->timing;
    measure_since(s, r, TIMING_SU_STO, t->rise, e->clk, e->sda_by);
    t->busy = false;
    t->stop = e->clk;
    t->stop_by = e->sda_by;
    t->start = t->period = NEVER;
}

void timing_take(struct scoreboards *s, const struct record *r, const struct timing_edges *e)
{
    struct timing_watch *const t = &s->timing;
    const bool scl = t->scl ^ e->scl, sda = t->sda ^ e->sda;
    if (e->scl && !scl)
        see_fall(s, r, e);
    // Both in one sample: SDA may move with SCL's fall (tHD;DAT is 0), and is late with its rise.
    if (e->sda && (e->scl || !scl))
        see_data(s, r, e);
    else if (e->sda && sda)
        see_stop(s, r, e);
    else if (e->sda)
        see_start(s, r, e);
    if (e->scl && scl)
        see_rise(s, r, e);
    t->scl = scl;
    t->sda = sda;
}

// ---- Resets ---------------------------------------------------------------------------------------------------------

static void forget(struct timing_watch *t)
{
    t->busy = false;
    t->rise = t->fall = t->data = t->start = t->stop = t->period = t->due = NEVER;
    t->queued = 0;
}

void timing_init(struct scoreboards *s)
{
    struct timing_watch *const t = &s->timing;
    struct timing_levels levels = {.chip = TIMING_WARNING, .stimulus = TIMING_ERROR};
    forget(t);
    t->scl = t->sda = true;
    t->allow = ~0u;
    t->own = slowest_mode(s->shape.scl_hz);
    for (unsigned i = 0; i < s->shape.targets; i++)
        t->chip = t->chip || strncmp(s->shape.socket[1 + i].type, "pcf8574", 7) == 0;
    for (int rule = 0; rule < TIMING_RULES; rule++) {
        levels.rule[rule] = TIMING_ERROR;
        for (int mode = 0; mode < TIMING_MODES; mode++)
            t->limit[mode][rule] = (int64_t)((limit_ns(s, mode, rule) * s->shape.clock_hz + (rules[rule].most ? 999999999u : 0)) / 1000000000u);
    }
    scoreboards_timing_levels(s, &levels);
}

void timing_reset(struct scoreboards *s, const struct record *r)
{
    struct timing_watch *const t = &s->timing;
    t->excuse_until = r->clk + s->decoder.spike_clks + REACTION_CLKS; // sockets let go of the lines when they like
    if (!s->all_in_reset) {
        if (t->in_reset && !r->foreign)
            scoreboards_fact(s, SB_TIMING, r->clk, r->scl && r->sda,
                             &(struct finding){-1, r->scl ? "sda" : "scl", 1, 0, 1, "the bus is not free after reset", "UM10204 3.1.1"});
        if (t->in_reset) {
            t->scl = s->last.scl;
            t->sda = s->last.sda;
        }
        t->in_reset = false;
        return;
    }
    t->in_reset = true;
    forget(t);
}

// ---- What was measured ----------------------------------------------------------------------------------------------

void scoreboards_timing_levels(struct scoreboards *s, const struct timing_levels *levels)
{
    s->timing.levels = *levels;
    for (int rule = 0; rule < TIMING_RULES; rule++)
        for (int mode = 0; mode < TIMING_MODES; mode++)
            s->timing.level[mode][rule] = (uint8_t)(mode == TIMING_CHIP ? lower(levels->rule[rule], levels->chip) : levels->rule[rule]);
}

void scoreboards_timing_allow(struct scoreboards *s, unsigned allowed)
{
    s->timing.allow = allowed;
}

const char *timing_rule_name(enum timing_rule rule)
{
    return rules[rule].name;
}

const char *timing_mode_name(enum timing_mode mode)
{
    return modes[mode].name;
}

const char *timing_mode_clause(enum timing_mode mode)
{
    return modes[mode].clause;
}

struct timing_stats scoreboards_timing(const struct scoreboards *s, enum timing_mode mode, enum timing_rule rule)
{
    return (struct timing_stats){.seen = s->timing.count[mode][rule],
                                 .limit_clks = s->timing.limit[mode][rule],
                                 .limit_ns = limit_ns(s, mode, rule),
                                 .most = rules[rule].most,
                                 .own = mode == TIMING_CHIP ? s->timing.chip && rule != TIMING_SP : mode == s->timing.own,
                                 .level = rule == TIMING_SP ? TIMING_OFF : s->timing.level[mode][rule]};
}
