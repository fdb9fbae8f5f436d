// SPDX-License-Identifier: Apache-2.0
#include "coverage.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "coverage_parts.h"

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static const char *const symbols[] = {"START", "RESTART", "STOP", "BIT0", "BIT1", "ACK", "NACK", NULL};
static const char *const slots[] = {"idle", "START", "address", "RW", "address_ack", "write_bit", "write_ack", "read_bit", "read_ack", NULL};
static const char *const places[] = {"idle",     "START",     "address", "RW",      "address_ack", "write_bit", "write_ack",
                                     "read_bit", "read_ack", "restart", "stop",    "refused",     NULL};
static const char *const held[] = {"address", "RW", "address_ack", "write_bit", "write_ack", "read_bit", "read_ack", "restart", "stop", NULL};
static const char *const levels[] = {"low", "high", NULL};
static const char *const ways[] = {"write", "read", NULL};
static const char *const moves[] = {"falls", "rises", NULL};
static const char *const pins[] = {"P0", "P1", "P2", "P3", "P4", "P5", "P6", "P7", NULL};
static const char *const off_on[] = {"0", "1", NULL};
static const char *const commands[] = {"none", "WR",     "RD",     "RD_WR",     "STO",     "STO_WR",     "STO_RD",     "STO_RD_WR",
                                       "STA",  "STA_WR", "STA_RD", "STA_RD_WR", "STA_STO", "STA_STO_WR", "STA_STO_RD", "STA_STO_RD_WR", NULL};

// In the order of coverage_parts.h. A word here is a number there: enums in this order.
const struct coverage_group coverage_groups[] = {
    {"symbol", "symbols decoded from the wires", {symbols}},
    {"transition", "which symbol after which", {symbols, symbols}},
    {"position", "a START or STOP after so many bits of a byte; ack: in the high of clock 9",
     {WORDS("RESTART", "STOP"), WORDS("address", "write", "read"), WORDS("0", "1", "2", "3", "4", "5", "6", "7", "ack")}},
    {"transfer", "direction, data bytes, and how it ended: within a byte (broken), or by a reset of everything (cut)",
     {ways, WORDS("0", "1", "2", "3_8", "9_up"), WORDS("stop", "restart", "broken", "cut")}},
    {"nack", "the first byte that nobody acknowledged, and what came then", {ways, WORDS("none", "address", "first", "later"), WORDS("stop", "restart")}},
    {"address", "who was called; UM10204 table 4; off: a target that is there and does not answer",
     {WORDS("target", "off", "absent", "general_call", "cbus", "other_format", "future", "hs", "ten_bit", "device_id"), ways}},
    {"stretch", "somebody else holds SCL low: where, and for how long against P (a fifth of a bit)", {held, WORDS("under_1P", "under_5P", "longer")}},
    {"clock_low", "SCL low as the controller makes it: 3 P by contract", {WORDS("exact", "to_5P", "longer")}},
    {"clock_high", "SCL high, of which the controller makes 2 P", {WORDS("shorter", "exact", "to_5P", "longer")}},
    {"gap", "from a STOP to the next START; tBUF is 3 P", {WORDS("to_4P", "to_10P", "to_50P", "longer")}},
    {"spike", "pulses that are no levels", {WORDS("scl", "sda_in_low", "sda_in_high"), levels, WORDS("idle", "busy")}},
    {"fault", "a line is forced, or a socket reset: what, where on the bus, and SCL's level then",
     {WORDS("scl_low", "sda_low", "scl_high", "sda_high", "reset_ctl", "reset_target", "reset_all"), slots, levels}},
    {"access", "the host's accesses by register number", {ways, WORDS("0", "1", "2", "3", "4", "5", "6", "7")}},
    {"cr", "commands written, and what the controller did with them", {commands, WORDS("taken", "busy", "disabled")}},
    {"cr_ack", "bit 3 of CR with and without a read: 1 sends NACK", {WORDS("RD", "no_RD"), off_on}},
    {"iack", "IACK written with the interrupt on or off, with and without a command", {WORDS("irq_off", "irq_on"), WORDS("alone", "with_command")}},
    {"end", "how commands ended, as the host read it", {commands + 1, WORDS("done", "lost")}},
    {"sr", "flags of SR as read", {WORDS("RxACK", "Busy", "AL", "TIP", "IF"), off_on}},
    {"ctr", "CTR written: EN before, EN and IEN then", {WORDS("off", "on"), WORDS("off", "on"), WORDS("polled", "interrupt")}},
    {"disable", "EN taken away in a transfer, and where", {slots}},
    {"prescale", "commands taken at these speeds; filter: 2 P is not longer than the filters' delay",
     {WORDS("filter", "over_1MHz", "fast_plus", "fast", "standard", "under_10kHz")}},
    {"lost", "arbitration lost, and where; refused: no START on a bus with SDA low", {places}},
    {"lost_by", "what had just happened there", {WORDS("sda", "scl", "START", "STOP")}},
    {"int", "why an INT fell, and what released it", {WORDS("pin_falls", "pin_rises", "power_up"), WORDS("read_address", "read_data", "write", "pin_return", "reset"), WORDS("nxp", "ti")}},
    {"int_line", "the shared line when one INT moves", {moves, WORDS("alone", "held_by_another")}},
    {"pin", "levels of the port pins", {pins, moves}},
    {"latch", "what the port says and what the outside does", {pins, off_on, WORDS("pulls_low", "open", "drives_high")}},
    {"port", "port outputs", {pins, moves}},
    {"pin_when", "pins move, and what the bus does with that target then; pulse: the high of its own ACK clock",
     {WORDS("idle", "address", "other", "write", "write_pulse", "read", "read_pulse"), moves}},
    {"board", "which board it was", {WORDS("ctl_rtl", "ctl_c", "pcf8574_rtl", "pcf8574_c", "pcf8574a_rtl", "pcf8574a_c", "standard", "fast", "fast_plus")}},
    {NULL, NULL, {NULL}}};

_Static_assert(sizeof coverage_groups / sizeof *coverage_groups == COVER_GROUPS + 1, "a name for every group");

static unsigned words(const char *const *axis) {
    unsigned n = 0;
    while (axis[n])
        n++;
    return n;
}

static unsigned group_bins(const struct coverage_group *g) {
    unsigned bins = 1;
    for (unsigned i = 0; i < COVERAGE_AXES && g->axis[i]; i++)
        bins *= words(g->axis[i]);
    return bins;
}

static void bin_words(const struct coverage_group *g, unsigned bin, char *text, size_t size) {
    unsigned rest = group_bins(g);
    size_t at = 0;
    text[0] = '\0';
    for (unsigned i = 0; i < COVERAGE_AXES && g->axis[i] && at < size; i++) {
        rest /= words(g->axis[i]);
        at += (size_t)snprintf(text + at, size - at, "%s%s", i ? "." : "", g->axis[i][bin / rest]);
        bin %= rest;
    }
}

void coverage_name(const struct coverage *c, unsigned bin, char *text, size_t size) {
    unsigned g = 0;
    while (coverage_groups[g + 1].name && bin >= c->first[g + 1])
        g++;
    size_t at = (size_t)snprintf(text, size, "%s.", coverage_groups[g].name);
    if (at < size)
        bin_words(&coverage_groups[g], bin - c->first[g], text + at, size - at);
}

void coverage_list(FILE *out) {
    char name[COVERAGE_NAME];
    for (const struct coverage_group *g = coverage_groups; g->name; g++)
        for (unsigned i = 0; i < group_bins(g); i++) {
            bin_words(g, i, name, sizeof name);
            fprintf(out, "%s.%s\n", g->name, name);
        }
}

bool coverage_write(const struct coverage *c, FILE *out) {
    char name[COVERAGE_NAME];
    const char *comma = "";
    fputs("{\"groups\": [", out);
    for (unsigned g = 0; coverage_groups[g].name; g++) {
        fprintf(out, "%s\n {\"name\": \"%s\", \"what\": \"%s\", \"bins\": {", g ? "," : "", coverage_groups[g].name, coverage_groups[g].what);
        for (unsigned i = 0; i < group_bins(&coverage_groups[g]); i++) {
            bin_words(&coverage_groups[g], i, name, sizeof name);
            fprintf(out, "%s\"%s\": %" PRIu64, i ? ", " : "", name, c->count[c->first[g] + i]);
        }
        fputs("}}", out);
    }
    fputs("],\n \"holes\": [", out);
    for (unsigned i = 0; i < c->bins; i++) {
        if (c->count[i])
            continue;
        coverage_name(c, i, name, sizeof name);
        fprintf(out, "%s\n  \"%s\"", comma, name);
        comma = ",";
    }
    fputs("]}\n", out);
    return !ferror(out);
}

// ---- Listening ------------------------------------------------------------------------------------------------------

static void on_record(void *ctx, const struct record *r) {
    struct coverage *c = ctx;
    const struct record *was = &c->last;
    if (r->clk > 1) { // the first edge resets everything: what the RTL shows before it is not defined
        unsigned ctl = c->board->shape.socket[0].drive;
        if (r->host != was->host || r->out[0][ctl] != was->out[0][ctl] || r->rst_n != was->rst_n)
            coverage_host_record(c, r);
        coverage_bus_record(c, r);
        for (unsigned t = 0; t < c->board->shape.targets; t++)
            coverage_target_record(c, r, t);
    }
    c->last = *r;
}

static void on_symbol(void *ctx, const struct symbol *symbol) {
    coverage_host_symbol(ctx, symbol);
    coverage_bus_symbol(ctx, symbol);
}

static void on_cut(void *ctx, uint64_t clk) {
    (void)clk;
    coverage_bus_cut(ctx);
}

void coverage_listen(struct coverage *c, struct board *b, const struct config *config) {
    memset(c, 0, sizeof *c);
    c->board = b;
    for (unsigned s = 0; s <= config->targets; s++)
        if (config->filter_clks[s] + 4 > c->filter_clks)
            c->filter_clks = config->filter_clks[s] + 4;
    for (unsigned g = 0; coverage_groups[g].name; g++) {
        assert(g < sizeof c->first / sizeof *c->first);
        c->first[g] = c->bins;
        c->bins += group_bins(&coverage_groups[g]);
    }
    assert(c->bins <= COVERAGE_BINS);
    coverage_board(c, config);
    coverage_bus_cut(c);
    board_listen(b, &(struct board_listener){.ctx = c, .record = on_record, .symbol = on_symbol, .cut = on_cut});
}
