// SPDX-License-Identifier: Apache-2.0
#include "steps_pick.h"

#include <assert.h>

enum { ANY_STATUS = -1, PATIENCE_BITS = 100, CHAIN_PARTS = 4 };

struct act *pick_act(struct picker *k, enum act_kind kind) {
    assert(k->step->acts < STEP_ACTS);
    struct act *act = &k->step->act[k->step->acts++];
    *act = (struct act){.kind = kind, .expect = ANY_STATUS};
    return act;
}

void pick_run(struct picker *k, uint64_t clks) {
    if (clks)
        pick_act(k, ACT_RUN)->clks = clks;
}

void pick_host(struct picker *k, uint8_t reg, uint8_t dat) {
    struct act *act = pick_act(k, ACT_HOST_WRITE);
    act->reg = reg;
    act->dat = dat;
}

void pick_recovery(struct picker *k) {
    pick_host(k, I2C_CTR, 0);
    pick_act(k, ACT_HOST_SETUP);
    pick_act(k, ACT_BUS_CLEAR);
}

// ---- Addresses ------------------------------------------------------------------------------------------------------

static bool is_present(const struct config *c, uint8_t addr) {
    bool present = false;
    for (unsigned t = 0; t < c->targets; t++)
        present = present || c->socket[1 + t].addr == addr;
    return present;
}

uint8_t pick_absent(struct picker *k) {
    uint8_t addr = (uint8_t)(0x08 + pick_below(k, 0x70));
    while (is_present(k->c, addr))
        addr = addr == 0x77 ? 0x08 : addr + 1;
    return addr;
}

uint8_t pick_target(struct picker *k) {
    return k->c->targets ? k->c->socket[1 + pick_below(k, k->c->targets)].addr : pick_absent(k);
}

uint8_t pick_reserved(struct picker *k) {
    uint32_t n = pick_below(k, 16);
    return (uint8_t)(n < 8 ? n : 0x70 + n);
}

// ---- Transfers ------------------------------------------------------------------------------------------------------

unsigned pick_count(struct picker *k) { return 1 + pick_below(k, k->c->random.bytes_max); }

static unsigned written(const struct request *t) {
    unsigned count = 0;
    for (unsigned i = 0; i < t->parts; i++)
        count += t->part[i].read ? 0 : t->part[i].count;
    return count;
}

void pick_write(struct picker *k, struct request *t, uint8_t addr, unsigned count) {
    uint8_t *bytes = t->bytes + written(t);
    for (unsigned i = 0; i < count; i++)
        bytes[i] = (uint8_t)pick_below(k, 256);
    t->part[t->parts++] = (struct request_part){addr, false, (uint16_t)count};
}

void pick_read(struct picker *k, struct request *t, uint8_t addr, unsigned count) {
    (void)k;
    t->part[t->parts++] = (struct request_part){addr, true, (uint16_t)count};
}

void pick_any_transfer(struct picker *k, struct request *t) {
    uint8_t addr = pick_target(k);
    unsigned kind = pick_below(k, 3);
    if (kind != 1)
        pick_write(k, t, addr, pick_count(k));
    if (kind != 0)
        pick_read(k, t, addr, pick_count(k));
}

uint64_t request_clks(const struct picker *k, const struct request *t) {
    uint64_t slots = 1;
    for (unsigned i = 0; i < t->parts; i++)
        slots += 10 + 9u * t->part[i].count;
    return slots * 5 * k->p;
}

unsigned request_slots(const struct request *t) {
    unsigned count = 0;
    for (unsigned i = 0; i < t->parts; i++)
        count = t->part[i].count > count ? t->part[i].count : count;
    return 9 * (1 + count) + 1;
}

int request_status(const struct picker *k, const struct request *t) {
    bool acked = true;
    for (unsigned i = 0; i < t->parts; i++)
        acked = acked && is_present(k->c, t->part[i].addr);
    return acked ? FIRMWARE_OK : FIRMWARE_NACK;
}

void pick_i2c(struct picker *k, const struct request *t, bool undisturbed) {
    struct act *act = pick_act(k, ACT_I2C);
    act->request = *t;
    act->clks = 2 * request_clks(k, t) + PATIENCE_BITS * 5 * k->p;
    act->expect = undisturbed ? request_status(k, t) : ANY_STATUS;
}

// ---- Steps ----------------------------------------------------------------------------------------------------------

static void pick_chain(struct picker *k, struct request *t) {
    unsigned parts = pick_between(k, 2, CHAIN_PARTS), most = k->c->random.bytes_max < 4 ? k->c->random.bytes_max : 4;
    t->chain = true;
    for (unsigned i = 0; i < parts; i++) {
        unsigned who = pick_below(k, 8);
        uint8_t addr = who == 0 ? pick_absent(k) : who == 1 ? pick_reserved(k) : pick_target(k);
        if (pick_below(k, 2))
            pick_write(k, t, addr, pick_below(k, most + 1));
        else
            pick_read(k, t, addr, pick_between(k, 1, most));
    }
}

// A transfer that goes as its kind says, whatever is beside it.
static void pick_ordinary(struct picker *k, enum step_kind kind, struct request *t) {
    switch (kind) {
    case STEP_WRITE:
    case STEP_READ:
    case STEP_WRITE_READ: {
        // One choice a statement, here and elsewhere: C leaves the order of a call's arguments to the compiler.
        unsigned count = pick_count(k);
        uint8_t addr = pick_target(k);
        if (kind != STEP_READ)
            pick_write(k, t, addr, count);
        if (kind != STEP_WRITE)
            pick_read(k, t, addr, kind == STEP_READ ? count : pick_count(k));
        break;
    }
    case STEP_ADDRESS: pick_write(k, t, pick_below(k, 4) ? pick_target(k) : pick_absent(k), 0); break;
    case STEP_ABSENT:
    case STEP_RESERVED: {
        uint8_t addr = kind == STEP_ABSENT ? pick_absent(k) : pick_reserved(k);
        if (pick_below(k, 2))
            pick_write(k, t, addr, pick_count(k));
        else
            pick_read(k, t, addr, pick_count(k));
        break;
    }
    case STEP_START_BYTE: // nobody answers it; a repeated START follows (UM10204 3.1.15)
        t->chain = true;
        pick_read(k, t, 0x00, 1);
        pick_any_transfer(k, t);
        break;
    default: pick_chain(k, t);
    }
}

// A byte by the controller's registers alone: the driver looks at nothing.
static void pick_raw_byte(struct picker *k, uint8_t byte, uint8_t cmd) {
    pick_host(k, I2C_TXR, byte);
    pick_host(k, I2C_CR, cmd | I2C_CR_IACK);
    pick_run(k, 12 * 5 * k->p);
}

// Nobody here answers the call, so its second byte is sent regardless (UM10204 3.1.13).
static void pick_general_call(struct picker *k) {
    static const uint8_t second[] = {0x06, 0x04, 0x00};
    unsigned which = pick_below(k, 6);
    pick_raw_byte(k, 0x00, I2C_CR_STA | I2C_CR_WR);
    pick_raw_byte(k, which < 3 ? second[which] : (uint8_t)pick_below(k, 256), I2C_CR_WR);
    if (pick_below(k, 2))
        pick_raw_byte(k, (uint8_t)pick_below(k, 256), I2C_CR_WR);
    pick_host(k, I2C_CR, I2C_CR_STO | I2C_CR_IACK);
    pick_run(k, 4 * 5 * k->p);
}

// Another controller calls the same or another target, at about the same time or in the middle, with the same bytes for a while.
static void pick_rival(struct picker *k) {
    struct request ours = {.parts = 0}, its = {.parts = 0};
    unsigned when = pick_below(k, 4);
    pick_any_transfer(k, &ours);
    if (pick_below(k, 2)) {
        its = ours;
        if (!its.part[0].read && pick_below(k, 4)) {
            unsigned bit = pick_below(k, 8);
            its.bytes[pick_below(k, its.part[0].count)] ^= (uint8_t)(1u << bit);
        }
    } else {
        pick_any_transfer(k, &its);
    }
    uint64_t clks = request_clks(k, when == 2 ? &ours : &its);
    pick_disturbances(k, &ours);
    struct act *rival = pick_act(k, ACT_RIVAL);
    rival->request = its;
    rival->clks = when == 0 ? 0 : when == 1 ? pick_below(k, 5 * k->p) : when == 2 ? pick_below(k, clks) : 0;
    if (when == 3)
        pick_run(k, pick_below(k, clks));
    uint64_t patience = 2 * (request_clks(k, &its) + request_clks(k, &ours)) + PATIENCE_BITS * 5 * k->p;
    pick_i2c(k, &ours, false);
    k->step->act[k->step->acts - 1].clks = patience;
    pick_act(k, ACT_RIVAL_WAIT)->clks = patience;
}

// A chip that is reset lets go of the lines in the middle of whatever it does.
static void pick_reset(struct picker *k) {
    struct request t = {.parts = 0};
    unsigned who = pick_below(k, k->c->targets + 2);
    pick_any_transfer(k, &t);
    for (unsigned pins = 0; pins < 2 && pick_percent(k, k->c->random.pins_percent); pins++)
        pick_pins(k, request_slots(&t), request_clks(k, &t));
    struct stimulus_event *e = &pick_act(k, ACT_EVENT)->event;
    *e = (struct stimulus_event){.kind = STIMULUS_RESET_ON, .slot = (int)pick_below(k, request_slots(&t))};
    e->value = (uint16_t)(who > k->c->targets ? (1u << (1 + k->c->targets)) - 1 : 1u << who);
    e->clk = pick_phase(k);
    e->clks = 1 + (pick_below(k, 2) ? pick_below(k, 10) : pick_below(k, 10 * k->p));
    k->slots = true;
    pick_i2c(k, &t, false);
    pick_run(k, e->clks);
    pick_settle(k);
    pick_recovery(k);
}

// The driver of a transfer disables the controller. Nothing stretches this one, so that the phase is known: the first SCL fall comes 2P and
// a few clks after the driver began, and after each byte it takes the driver some more to give the next command.
static void pick_disable(struct picker *k) {
    enum { TO_START = 3, BETWEEN_BYTES = 12 };
    struct request t = {.parts = 0};
    pick_any_transfer(k, &t);
    for (unsigned pins = 0; pins < 2 && pick_percent(k, k->c->random.pins_percent); pins++)
        pick_pins(k, request_slots(&t), request_clks(k, &t));
    pick_run(k, 5 * k->p); // no tBUF is under way
    pick_act(k, ACT_I2C_BEGIN)->request = t;
    unsigned slot = pick_below(k, 9u * (1 + t.part[0].count)); // of the first part: before the repeated START
    pick_run(k, TO_START + 2 * k->p + slot * 5 * k->p + slot / 9 * BETWEEN_BYTES + pick_phase(k));
    pick_host(k, I2C_CTR, pick_below(k, 2) ? I2C_CTR_IEN : 0);
    pick_run(k, pick_below(k, 2) ? pick_below(k, 20) : pick_below(k, 50 * k->p));
    pick_settle(k);
    pick_recovery(k);
}

// Any bits in CR, some while a command is under way; then whatever that left on the bus is cleared. Not a read right after a START, in which
// the controller acknowledges its own address, nor one with NACK, which loses to a target that is being written and acknowledges:
// protocol does not know these for what they are.
static void pick_commands(struct picker *k) {
    unsigned count = pick_between(k, 1, 6);
    for (unsigned i = 0; i < count; i++) {
        unsigned byte = pick_below(k, 3);
        pick_host(k, I2C_TXR, byte == 0 ? (uint8_t)pick_below(k, 256) : (uint8_t)(pick_target(k) << 1 | (byte & 1)));
        uint8_t command = (uint8_t)pick_below(k, 256);
        pick_host(k, I2C_CR, command);
        if (pick_below(k, 2))
            pick_foreign(k, 12 * 5 * k->p);
        pick_run(k, pick_below(k, 3) ? 15 * 5 * k->p : pick_below(k, 12 * 5 * k->p));
    }
    pick_run(k, 15 * 5 * k->p);
    pick_act(k, ACT_INJECT_OFF);
    pick_recovery(k);
}

static void pick_registers(struct picker *k) {
    static const uint8_t harmless[] = {I2C_PRER_LO, I2C_PRER_HI, I2C_TXR, I2C_CR, I2C_TXR_READBACK, I2C_CR_READBACK, 7};
    unsigned count = pick_between(k, 2, 10);
    pick_host(k, I2C_TXR, (uint8_t)(pick_target(k) << 1));
    pick_host(k, I2C_CR, I2C_CR_STA | I2C_CR_WR | I2C_CR_IACK);
    for (unsigned i = 0; i < count; i++) {
        pick_run(k, pick_below(k, 2) ? pick_below(k, 10) : pick_below(k, 10 * k->p));
        if (pick_below(k, 2)) {
            pick_act(k, ACT_HOST_READ)->reg = (uint8_t)pick_below(k, 8);
            continue;
        }
        uint8_t reg = harmless[pick_below(k, sizeof harmless)];
        pick_host(k, reg, (uint8_t)pick_below(k, 256));
        if (reg == I2C_CR) // protocol lets go of what SR may still say of the last ACK
            pick_run(k, k->filter + 10);
    }
    pick_run(k, 12 * 5 * k->p);
    pick_recovery(k);
}

// The least prescale at which every target keeps up: its filter lets SCL's high pass, and its SDA is there before SCL rises by the set-up time
// of the board's mode (UM10204 table 10, tSU;DAT).
static unsigned least_prescale(const struct config *c) {
    unsigned least = 1, setup_ns = c->scl_hz <= 100000 ? 250 : c->scl_hz <= 400000 ? 100 : 50;
    unsigned setup = (unsigned)(setup_ns * c->clock_hz / 1000000000u) + 1;
    for (unsigned t = 1; t <= c->targets; t++) {
        unsigned n = c->filter_clks[t], high = (n + 1) / 2 + 1, low = (n + 5 + setup) / 3 + 1;
        least = high > least ? high : least;
        least = low > least ? low : least;
    }
    return least - 1;
}

// Slower, faster, or faster than SCL can be: then only where nobody answers. PRER takes effect while EN is 0 alone.
static void pick_prescale(struct picker *k) {
    struct request t = {.parts = 0};
    unsigned how = pick_below(k, 4), own = k->c->prescale, least = least_prescale(k->c);
    unsigned spike = (unsigned)(k->c->spike_ns * k->c->clock_hz / 1000000000u) / 2; // 2 (prescale + 1) clks, the hold of a START, are no spike
    unsigned prescale = how < 2 ? own + pick_below(k, 3 * own + 1) : how == 2 ? pick_between(k, least, own < least ? least : own) : pick_between(k, spike < least ? spike : least, least);
    pick_host(k, I2C_CTR, 0);
    pick_host(k, I2C_PRER_LO, (uint8_t)prescale);
    pick_host(k, I2C_PRER_HI, (uint8_t)(prescale >> 8));
    pick_host(k, I2C_CTR, I2C_CTR_EN | I2C_CTR_IEN);
    k->p = prescale + 1;
    if (prescale >= least) {
        pick_any_transfer(k, &t);
    } else {
        unsigned count = pick_count(k);
        pick_write(k, &t, pick_absent(k), count);
    }
    if (how < 2)
        pick_disturbances(k, &t);
    pick_i2c(k, &t, true);
    k->p = own + 1;
    pick_settle(k);
    pick_recovery(k);
}

// One fault by a peer at any slot, where its kind usually happens; it is over before the driver clears the bus.
static void pick_hostile(struct picker *k) {
    struct request t = {.parts = 0};
    pick_any_transfer(k, &t);
    enum hostile_kind kind = (enum hostile_kind)pick_below(k, HOSTILE_KINDS);
    struct hostile h = hostile_make(k->c, kind);
    h.slot = (int)pick_below(k, request_slots(&t));
    h.socket = (uint8_t)pick_below(k, k->c->targets + 1);
    pick_act(k, ACT_HOSTILE)->hostile = h;
    pick_i2c(k, &t, false);
    pick_act(k, ACT_INJECT_OFF);
    pick_run(k, 20 * 5 * k->p);
    pick_recovery(k);
}

static void pick_idle(struct picker *k) {
    uint64_t clks = 1 + pick_below(k, 50 * k->c->random.idle_us_max * (k->c->clock_hz / 1000000));
    for (unsigned pins = pick_below(k, 4); pins > 0; pins--)
        pick_pins(k, 0, clks);
    if (pick_percent(k, k->c->random.glitch_percent))
        pick_glitch(k, 0, clks);
    pick_run(k, clks);
}

static void pick_pause(struct picker *k) {
    const struct config_random *w = &k->c->random;
    if (!pick_percent(k, w->back_to_back_percent))
        pick_run(k, pick_below(k, w->idle_us_max * (k->c->clock_hz / 1000000)));
}

static enum step_kind pick_kind(struct choices *choices, const struct config_random *w) {
    unsigned sum = 0, kind = 0;
    for (unsigned i = 0; i < STEP_KINDS; i++)
        sum += w->weight[i];
    uint32_t pick = choices_below(choices, sum);
    while (pick >= w->weight[kind])
        pick -= w->weight[kind++];
    return (enum step_kind)kind;
}

bool step_pick(struct step *step, struct choices *choices, const struct config *c) {
    struct picker k = {.step = step, .choices = choices, .c = c, .p = c->prescale + 1};
    struct request t = {.parts = 0};
    for (unsigned s = 0; s <= c->targets; s++)
        k.filter = c->filter_clks[s] > k.filter ? c->filter_clks[s] : k.filter;
    step->acts = 0;
    step->kind = pick_kind(choices, &c->random);
    switch (step->kind) {
    case STEP_GENERAL_CALL: pick_general_call(&k); break;
    case STEP_RIVAL: pick_rival(&k); break;
    case STEP_RESET: pick_reset(&k); break;
    case STEP_DISABLE: pick_disable(&k); break;
    case STEP_COMMANDS: pick_commands(&k); break;
    case STEP_REGISTERS: pick_registers(&k); break;
    case STEP_PRESCALE: pick_prescale(&k); break;
    case STEP_IDLE: pick_idle(&k); break;
    case STEP_HOSTILE: pick_hostile(&k); break;
    default:
        pick_ordinary(&k, step->kind, &t);
        pick_disturbances(&k, &t);
        pick_i2c(&k, &t, true);
    }
    pick_settle(&k);
    pick_pause(&k);
    return !choices->used_up;
}
