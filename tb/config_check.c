// SPDX-License-Identifier: Apache-2.0
//
// What no single key can know: the defaults that depend on other keys, which twins there are, whether names and addresses collide,
// and whether the clock, SCL and the filters fit together.
#include <inttypes.h>
#include <string.h>

#include "config_parts.h"

static const struct {
    const char *type;
    uint8_t low, high;
} chip_addresses[] = { // three straps each: Philips PCF8574 1997 fig. 9, TI PCF8574 rev. K 7.3.2
    {"pcf8574", 0x20, 0x27},
    {"pcf8574a", 0x38, 0x3f},
};

static config_setting_t *member(const struct config_reader *r, unsigned socket, const char *name)
{
    config_setting_t *group = r->socket[socket];
    return group && config_setting_is_group(group) ? config_setting_get_member(group, name) : NULL;
}

// The key itself, or the group that should have it, for messages.
static const config_setting_t *member_or_group(const struct config_reader *r, unsigned socket, const char *name)
{
    const config_setting_t *s = member(r, socket, name);
    return s ? s : r->socket[socket];
}

static void check_twins(struct config_reader *r, unsigned socket)
{
    struct config_socket *s = &r->c->socket[socket];
    if (!member(r, socket, "shadows"))
        memset(s->present, true, sizeof s->present);
    else if (s->drives < TWINS && s->present[s->drives])
        config_key_error(r, member(r, socket, "shadows"), "twin '%s' both drives and shadows", config_twins.names[s->drives]);
    if (s->drives < TWINS) // else it is not known, and said so
        s->present[s->drives] = true;
}

static void check_address(struct config_reader *r, unsigned socket)
{
    struct config_socket *s = &r->c->socket[socket];
    unsigned type = config_choice_find(&config_types, s->type);
    const config_setting_t *at = member(r, socket, "addr");
    bool type_known = type < config_types.count;
    if (!at && type_known)
        s->addr = chip_addresses[type].low;
    if (s->addr == CONFIG_ADDR_UNSET)
        return;
    if (type_known && (s->addr < chip_addresses[type].low || s->addr > chip_addresses[type].high)) {
        config_key_error(r, at, "a %s cannot have address 0x%02x: its straps give 0x%02x .. 0x%02x", s->type, s->addr,
                         chip_addresses[type].low, chip_addresses[type].high);
        return;
    }
    for (unsigned other = 1; other < socket; other++) {
        if (r->c->socket[other].addr != s->addr)
            continue;
        char where[2 * CONFIG_PATH];
        config_where(r, member_or_group(r, other, "addr"), where, sizeof where);
        config_key_error(r, member_or_group(r, socket, "addr"), "duplicate address 0x%02x: target '%s' has it (%s)", s->addr,
                         r->c->socket[other].name, where);
        return;
    }
}

static void check_name(struct config_reader *r, unsigned socket)
{
    const char *name = r->c->socket[socket].name;
    for (unsigned other = 0; other < socket; other++) {
        if (strcmp(r->c->socket[other].name, name) != 0)
            continue;
        char where[2 * CONFIG_PATH];
        const config_setting_t *at = member_or_group(r, socket, "name");
        config_where(r, member_or_group(r, other, "name"), where, sizeof where);
        if (other == 0)
            config_key_error(r, at, "duplicate name '%s': the controller is called that", name);
        else
            config_key_error(r, at, "duplicate name '%s': target %u has it (%s)", name, other - 1, where);
        return;
    }
}

// floor(spike / clock period) + 2: a spike of that width is rejected at any phase (timing contract 1).
static bool check_filter(struct config_reader *r, unsigned socket, const config_setting_t *otherwise)
{
    const struct config *c = r->c;
    uint64_t clks = c->socket[socket].spike_ns * c->clock_hz / 1000000000u + 2;
    r->c->filter_clks[socket] = (unsigned)clks;
    if (clks <= CONFIG_FILTER_CLKS)
        return true;
    const config_setting_t *at = member(r, socket, "spike_ns");
    config_key_error(r, at ? at : otherwise,
                     "%s's filter for spikes of %u ns would be %" PRIu64 " clks deep, at most %d: at this clock spike_ns is at most %" PRIu64,
                     c->socket[socket].name, c->socket[socket].spike_ns, clks, CONFIG_FILTER_CLKS,
                     ((CONFIG_FILTER_CLKS - 1) * UINT64_C(1000000000) - 1) / c->clock_hz);
    return false;
}

// SCL = clock / (5 P), P = prescale + 1 (timing contract 5: 2P > N + 3, and 16 bits of prescaler).
static void check_timing(struct config_reader *r)
{
    struct config *c = r->c;
    const config_setting_t *clock = config_lookup(&r->tree, "clock_hz"), *scl = config_lookup(&r->tree, "board.scl_hz");
    const config_setting_t *spike = config_lookup(&r->tree, "board.spike_ns");
    bool ok = true;
    for (unsigned s = 0; s <= c->targets; s++)
        ok = check_filter(r, s, s == 0 && spike ? spike : clock) && ok;
    if (!ok)
        return;
    uint64_t unit = 5 * (uint64_t)c->scl_hz, p = (c->clock_hz + unit - 1) / unit;
    uint64_t least = (c->filter_clks[0] + 3) / 2 + 1, most = 65536;
    c->prescale = (unsigned)(p - 1);
    if (p < least)
        config_key_error(r, scl ? scl : clock,
                         "SCL of %u Hz is faster than a clock of %" PRIu64 " Hz allows: the fastest is %" PRIu64 " Hz (a spike filter of "
                         "%u clks needs a prescale of at least %" PRIu64 ")",
                         c->scl_hz, c->clock_hz, c->clock_hz / (5 * least), c->filter_clks[0], least - 1);
    else if (p > most)
        config_key_error(r, scl ? scl : clock,
                         "SCL of %u Hz is slower than a clock of %" PRIu64 " Hz allows: the slowest is %" PRIu64 " Hz (the prescaler has 16 bits)",
                         c->scl_hz, c->clock_hz, (c->clock_hz + 5 * most - 1) / (5 * most));
}

static void check_weights(struct config_reader *r)
{
    const struct config_random *random = &r->c->random;
    unsigned sum = 0;
    for (unsigned i = 0; i < STEP_KINDS; i++)
        sum += random->weight[i];
    if (sum == 0)
        config_key_error(r, config_lookup(&r->tree, "stimulus.random.weights"), "not all weights can be 0");
}

// Two checkpoints are kept: the elder is at least as old as they are apart.
static void check_window(struct config_reader *r)
{
    const config_setting_t *window = config_lookup(&r->tree, "record.window_clks"), *distance = config_lookup(&r->tree, "record.checkpoint_clks");
    unsigned clks = r->c->window_clks, apart = r->c->checkpoint_clks;
    if (clks > apart && window)
        config_key_error(r, window, "%u clks, but record.checkpoint_clks is %u: a window is no longer than that", clks, apart);
    else if (clks > apart)
        config_key_error(r, distance, "%u clks, but record.window_clks is %u: a window is no longer than that", apart, clks);
}

static void fill_defaults(struct config *c)
{
    for (unsigned s = 0; s <= c->targets; s++) {
        struct config_socket *socket = &c->socket[s];
        unsigned usual = s == 0 ? c->spike_ns : strcmp(socket->personality, "ti") == 0 ? 70 : 100;
        if (socket->spike_ns == CONFIG_SPIKE_UNSET)
            socket->spike_ns = usual;
    }
    for (unsigned s = c->targets + 1; s < RECORD_SOCKETS; s++)
        memset(&c->socket[s], 0, sizeof c->socket[s]);
}

void config_check(struct config_reader *r)
{
    fill_defaults(r->c);
    for (unsigned s = 0; s <= r->c->targets; s++) {
        if (r->socket[s] && !config_setting_is_group(r->socket[s]))
            continue; // said already
        r->c->socket[s].line = config_line(r, r->socket[s]);
        check_twins(r, s);
        if (s > 0) {
            check_name(r, s);
            check_address(r, s);
        }
    }
    check_weights(r);
    if (!r->numbers_failed) {
        check_window(r);
        check_timing(r);
    }
}
